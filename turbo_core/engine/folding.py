"""The state of a run, from its journal alone; and a run that is held, to go on from there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from turbo_core.engine import pinning
from turbo_core.engine.board import Recorded
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.errors import UsageError
from turbo_core.journal.head import Head
from turbo_core.journal.lock import Holder
from turbo_core.journal.reader import read
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Event


def fold(folder: Path, state: State | None = None, recorded: Recorded | None = None) -> State:
    """Fold the events of the run in ``folder``; those that follow what ``state`` knows, if it is given.

    ``recorded`` reads the definition that they keep; anew, if it is not given.

    Raises:
        JournalDamaged: the journal is not what was written.
        UsageError: it has no event.
    """
    events = read(folder, state.seq if state else 0)
    if state is None:
        state = _begun(folder, events, recorded or pinning.recorded)
    for event in events:
        state.apply(event)
    return state


@contextmanager
def held(folder: Path, state: State) -> Iterator[tuple[SqliteJournal, State]]:
    """Hold a run that nobody holds: gives its journal, to write, and its state with all that is in there.

    Each event is read once: what is folded before the run is taken is not checked again.

    Args:
        folder: the run's folder.
        state: the run, as far as it has been folded already.

    Raises:
        RunHeld: another process holds it.
        JournalDamaged: the journal is not what was written.
        StorageFailed: the disk failed.
    """
    checked = Head(state.seq, bytes.fromhex(state.hash))
    journal = SqliteJournal.take(folder, Holder.here(iso(time.time())), checked=checked)
    try:
        yield journal, fold(folder, state)
    finally:
        journal.close()


def _begun(folder: Path, events: Iterator[Event], recorded: Recorded) -> State:
    first = next(events, None)
    if first is None:
        raise UsageError("the run has no events", where=folder.name, next_step="it was cut off while it was made; start it again")
    state = State(recorded(first.body), recorded)
    state.apply(first)
    return state
