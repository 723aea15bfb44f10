"""A run as one line: what ``turbo runs`` and the bare ``turbo`` tell of it, read from its journal without folding it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from turbo_core.errors import JournalDamaged, StorageFailed
from turbo_core.journal.lock import is_held
from turbo_core.journal.reader import read
from turbo_core.journal.runs import RunRef
from turbo_core.report.text import between, duration

NEXT: Final = {
    "running": "turbo show {run}  (or turbo wait, or turbo cancel)",
    "interrupted": "turbo resume {run}",
    "parked": "turbo show {run}, then turbo approve, turbo reject or turbo resume --lost",
    "failed": "turbo show {run}, then turbo resume --failed {run}",
    "cancelled": "turbo show {run}, then turbo resume --failed {run}",
    "damaged": "turbo doctor {run}",
}
"""What to type next, by the state of a run."""

_STATES: Final = {"run.taken": "running", "run.round": "running", "run.parked": "parked"}


class Past(Struct, frozen=True, kw_only=True):
    """One run. ``state`` is its outcome, ``running``, ``parked``, ``interrupted`` (its runner is gone) or ``damaged``."""

    id: str
    workflow: str
    state: str
    summary: str
    actor: str
    started: str
    ended: str
    seconds: float


def look(run: RunRef) -> Past:
    """Read how far a run came."""
    if run.first is None or run.last is None:
        return _past(run, "damaged", run.problem, "")
    state, summary, ended = "running", "", ""
    try:
        for event in read(run.folder):
            if event.kind == "run.ended":
                state, summary, ended = event.body["outcome"], event.body["summary"], event.at
            elif event.kind in _STATES:
                # A runner that takes an ended run (to undo something) does not make it run again; a round does.
                state = state if ended and event.kind == "run.taken" else _STATES[event.kind]
    except (JournalDamaged, StorageFailed) as error:
        return _past(run, "damaged", str(error), "")
    if state == "running" and is_held(run.folder) is None:
        state = "interrupted"
    return _past(run, state, summary, ended if state not in {"running", "parked", "interrupted"} else "")


def _past(run: RunRef, state: str, summary: str, ended: str) -> Past:
    first = run.first
    started = first.at if first else ""
    return Past(
        id=run.id,
        workflow=str(first.body.get("workflow", "")) if first else "",
        state=state,
        summary=summary,
        actor=first.actor if first else "",
        started=started,
        ended=ended,
        seconds=between(started, ended),
    )


def ago(iso: str, now: datetime | None = None) -> str:
    """How long ago a time was, in words; empty for text that is no time."""
    seconds = between(iso, (now or datetime.now(UTC)).isoformat())
    return f"{duration(seconds)} ago" if seconds >= 1 else "just now" if iso else ""
