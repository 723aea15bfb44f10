"""A journal that lives in memory, and can fail at any commit. It knows the codec, and no files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from turbo_core.errors import RunHeld, StorageFailed
from turbo_core.journal.codec import GENESIS, row_of, to_event
from turbo_core.model import Draft, Event

Fault: TypeAlias = Literal["before", "after", "full", "busy", "fsync", "taken"]


class Crash(Exception):  # noqa: N818 - it is no error: the test asked for it
    """The process ends here, as far as the run can tell."""


class CrashPoint(Struct, frozen=True, kw_only=True):
    """What goes wrong at the ``commit``-th commit (from 1).

    ``before``, ``after``: the process ends before or after it. ``full``: the disk is full from then on; ``reserve`` tells whether
    there is a reserve that can be released. ``busy``: another program keeps the journal locked. ``fsync``: the disk says that it
    failed; ``kept`` tells whether the batch is there after all. ``taken``: nothing, but what ``meanwhile`` does just before it,
    such as taking the run for another runner.
    """

    commit: int
    when: Fault
    reserve: bool = True
    kept: bool = False
    meanwhile: Callable[[], None] = lambda: None


class MemoryJournal:
    """Implements `turbo_core.journal.port.Journal` over a list of events.

    Args:
        run: the id of the run.
        events: the committed events; the list is shared, so that the next journal can go on with it.
        crash: what goes wrong, if anything.
    """

    def __init__(self, run: str, events: list[Event], crash: CrashPoint | None = None) -> None:
        self.run = run
        self._leased = events[-1].epoch if events else 0
        self.epoch = self._leased + 1
        self.usable = True
        self.commits = 0
        self._events = events
        self._staged: list[Event] = []
        self._crash = crash
        self._full = False

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Give a draft its place; the event is what a reader would get."""
        self._require_usable()
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
            RunHeld: another writer has taken the run.
            StorageFailed: the disk is full (the events are still staged), or failed, as told.
        """
        self._require_usable()
        self.commits += 1
        when = self._what_goes_wrong()
        self._require_epoch()
        self._full = self._full or when == "full"
        if self._full:
            raise StorageFailed("the disk is full", where=self.run)
        if when == "before":
            raise Crash
        if when in {"busy", "fsync"}:
            self._fail(when)
        self._keep()
        if when == "after":
            raise Crash

    def _what_goes_wrong(self) -> str:
        if self._crash is None or self._crash.commit != self.commits:
            return ""
        self._crash.meanwhile()
        return self._crash.when

    def _keep(self) -> None:
        self._leased = self.epoch
        self._events.extend(self._staged)
        self._staged.clear()

    def _fail(self, how: str) -> None:
        assert self._crash is not None
        self.usable = False
        if self._crash.kept:
            self._keep()
        raise StorageFailed("the journal cannot be used", where=self.run, why=how)

    def _require_epoch(self) -> None:
        if self._events and self._events[-1].epoch != self._leased:
            self.usable = False
            raise RunHeld("another runner holds the run", where=self.run)

    def _require_usable(self) -> None:
        if not self.usable:
            raise StorageFailed("nothing more may be written after the failure before", where=self.run)

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
