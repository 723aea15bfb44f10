"""What can go wrong with a mail, told in words a person can act on. Knows neither Turbo nor SMTP, so it costs nothing."""

from __future__ import annotations


class MailFault(Exception):
    """The mail cannot be made, or a server refused it for good.

    Args:
        what: one short sentence.
        where: the server, or the address.
        why: the cause, as the server tells it.
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


class MailUnavailable(MailFault):
    """The server could not be reached, or will take the mail later."""
