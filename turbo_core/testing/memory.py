"""A journal that lives in memory, and can fail at any commit. It knows the codec, and no files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from turbo_core.errors import StorageFailed
from turbo_core.journal.codec import GENESIS, row_of, to_event
from turbo_core.model import Draft, Event


class Crash(Exception):  # noqa: N818 - it is no error: the test asked for it
    """The process ends here, as far as the run can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashPoint:
    """What goes wrong at the ``commit``-th commit (from 1): a crash before or after it, or the disk is full from then on.

    ``reserve`` tells whether a full disk has a reserve that can be released.
    """

    commit: int
    when: Literal["before", "after", "full"]
    reserve: bool = True


class MemoryJournal:
    """Implements `turbo_core.journal.port.Journal` over a list of events.

    Args:
        run: the id of the run.
        events: the committed events; the list is shared, so that the next journal can go on with it.
        crash: what goes wrong, if anything.
    """

    def __init__(self, run: str, events: list[Event], crash: CrashPoint | None = None) -> None:
        self.run = run
        self.epoch = events[-1].epoch + 1 if events else 1
        self.usable = True
        self.commits = 0
        self._events = events
        self._staged: list[Event] = []
        self._crash = crash
        self._full = False

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Give a draft its place; the event is what a reader would get."""
        seq, prev = len(self._events) + len(self._staged), GENESIS
        if seq:
            prev = bytes.fromhex((self._staged or self._events)[-1].hash)
        row = row_of(self.run, draft, seq=seq + 1, epoch=self.epoch, round=round, at=at, prev=prev)
        event = to_event(self.run, row)
        self._staged.append(event)
        return event

    def commit(self) -> None:
        """Keep the staged events.

        Raises:
            Crash: this is the commit at which it was to crash.
            StorageFailed: the disk is full, as told; the events are still staged.
        """
        self.commits += 1
        when = self._crash.when if self._crash is not None and self._crash.commit == self.commits else ""
        self._full = self._full or when == "full"
        if self._full:
            raise StorageFailed("the disk is full", where=self.run)
        if when == "before":
            raise Crash
        self._events.extend(self._staged)
        self._staged.clear()
        if when == "after":
            raise Crash

    def drop(self) -> None:
        """Forget the staged events."""
        self._staged.clear()

    def release_reserve(self) -> bool:
        """Make room on a full disk, once."""
        released = self._full and self._crash is not None and self._crash.reserve
        self._full = self._full and not released
        return released

    def events(self, after: int = 0) -> Iterator[Event]:
        """The committed events that follow number ``after``."""
        yield from self._events[after:]

    def close(self) -> None:
        """Nothing is held."""
        self.drop()
