"""What can go wrong with AWS, told in words a person can act on. Knows neither Turbo nor boto3, so it costs nothing to import."""

from __future__ import annotations


class AwsFault(Exception):
    """AWS refused, or was asked in a wrong way.

    Args:
        what: one short sentence.
        where: the object, bucket or service.
        why: the cause, as AWS tells it.
        next_step: what the person can do about it.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.next_step = next_step


class AwsUnavailable(AwsFault):
    """AWS could not be reached, is overloaded, or failed on its side: the same request may succeed later."""
