"""What can go wrong with a service, told in words a person can act on. Knows neither Turbo nor Apprise, so it costs nothing."""

from __future__ import annotations


class ServiceFault(Exception):
    """No service is meant, or what is set for one cannot be read.

    Args:
        what: one short sentence.
        where: the service.
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
        return ": ".join(part for part in (self.where, self.what, self.why) if part)


class ServiceUnavailable(ServiceFault):
    """A service did not take the message. Apprise tells no reason that a program could read, so it may take it later."""
