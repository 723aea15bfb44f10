"""The state of a run, from its journal alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from turbo_core.engine.pinning import recorded
from turbo_core.engine.state import State
from turbo_core.errors import UsageError
from turbo_core.journal.reader import read
from turbo_core.model import Event


def fold(folder: Path, state: State | None = None) -> State:
    """Fold the events of the run in ``folder``; those that follow what ``state`` knows, if it is given.

    Raises:
        JournalDamaged: the journal is not what was written.
        UsageError: it has no event.
    """
    events = read(folder, state.seq if state else 0)
    if state is None:
        state = _begun(folder, events)
    for event in events:
        state.apply(event)
    return state


def _begun(folder: Path, events: Iterator[Event]) -> State:
    first = next(events, None)
    if first is None:
        raise UsageError("the run has no events", where=folder.name, next_step="it was cut off while it was made; start it again")
    state = State(recorded(first.body), recorded)
    state.apply(first)
    return state
