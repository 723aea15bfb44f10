"""What can go wrong with Jira, told in words a person can act on. Knows neither Turbo nor the library, so it costs nothing."""

from __future__ import annotations


class JiraFault(Exception):
    """Jira refused: the same request would fail again.

    Args:
        what: one short sentence.
        where: the issue, or the project.
        why: the cause, as Jira tells it.
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


class JiraUnavailable(JiraFault):
    """Jira could not be reached, or asks for patience: the same request may succeed later."""
