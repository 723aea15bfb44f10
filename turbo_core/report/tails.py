"""Which log tails a document shows: failures first, every other attempt a fair share of what is left.

Keeps a report of a thousand tasks small. Reads logs only through the function that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Final, TypeAlias

from turbo_core.model import AttemptView, RunView
from turbo_core.report.text import strip_controls
from turbo_core.report.tree import walk

LogTail: TypeAlias = Callable[[str, int], str]
"""``DocumentContext.log_tail``: path and limit in characters to text."""

TAIL: Final = 16_384
_LEAST: Final = 200


def tails(run: RunView, log_tail: LogTail, room: int) -> Mapping[str, str]:
    """The tails by path of the log, harmless, together about ``room`` bytes once escaped; what found no room is missing."""
    attempts = [attempt for task in walk(run.phases) for attempt in task.attempts if _may_have_told(attempt)]
    failed = [attempt for attempt in attempts if attempt.state != "succeeded"]
    others = [attempt for attempt in attempts if attempt.state == "succeeded"]
    found: dict[str, str] = {}
    left = _serve(failed, log_tail, room, found)
    _serve(others, log_tail, left, found)
    return found


def _may_have_told(attempt: AttemptView) -> bool:
    """Whether there is a log to read: of one that ended its length is known."""
    return bool(attempt.log) and bool(attempt.log_bytes or not attempt.ended_at)


def _serve(attempts: Iterable[AttemptView], log_tail: LogTail, left: int, found: dict[str, str]) -> int:
    """Give each attempt its share; return what is left for others."""
    waiting = list(attempts)
    for index, attempt in enumerate(waiting):
        limit = min(TAIL, left // (len(waiting) - index))
        if limit >= _LEAST:
            found[attempt.log] = _fitting(log_tail(attempt.log, limit), limit)
            left -= len(escape(found[attempt.log]).encode())
    return left


def _fitting(tail: str, limit: int) -> str:
    """The tail, harmless, in at most ``limit`` bytes; a first line that was cut off is left out."""
    lines = tail.partition("\n")[2] if len(tail) >= limit else tail
    return strip_controls(lines or tail).encode()[-limit:].decode(errors="ignore")
