"""What can go wrong with a webhook, told in words a person can act on. Knows neither Turbo nor HTTP, so it costs nothing."""

from __future__ import annotations


class WebhookFault(Exception):
    """The receiver refused, or was named in a wrong way: the same request would fail again.

    Args:
        what: one short sentence.
        where: the address, without what could be secret in it.
        why: the cause.
        next_step: what the person can do about it.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", next_step: str = "") -> None:
        super().__init__(what, where, why, next_step)
        self.what = what
        self.where = where
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        told = ": ".join(part for part in (self.where, self.what, self.why) if part)
        return f"{told}; {self.next_step}" if self.next_step else told


class WebhookUnavailable(WebhookFault):
    """The receiver could not be reached, or is busy: the same request may succeed later."""


class InboundRefused(Exception):
    """A request that came in is not to be trusted; answer it with 401 and nothing else."""
