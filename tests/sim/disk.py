"""The real journal under a simulated run: it says the same as the one in memory, and can be torn in the middle of a write.

A torn write is what the loss of power leaves: of what the last commit wrote to SQLite's log, a random part is there, and its end
may be zeros. The commit was not acknowledged, so the next runner may find all of it or nothing; never a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from turbo_core.journal.head import FILE_NAME as HEAD
from turbo_core.journal.lock import Holder
from turbo_core.journal.reader import read, verify
from turbo_core.journal.store import FILE_NAME as JOURNAL
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft, Event
from turbo_core.testing.memory import Crash, CrashPoint, MemoryJournal

SECTOR = 512

Tear = Callable[[bytes, int], bytes]
"""From SQLite's log after a commit, and its length before: what is left of it."""


class Disk:
    """Makes the journals of one run in a folder; the last one is let go of when the next is made.

    Args:
        folder: the run's folder; it must not be there yet.
        dice: how writes are torn.
        fired: counts that.
    """

    def __init__(self, folder: Path, dice: Random, fired: Counter[str]) -> None:
        self._folder = folder
        self._dice = dice
        self._fired = fired
        self._last: DiskJournal | None = None

    def __call__(self, run: str, events: list[Event], crash: CrashPoint | None) -> MemoryJournal:
        self.close()
        self._last = DiskJournal(run, events, crash, self._folder, self._tear)
        return self._last

    def close(self) -> None:
        """Let go of the last journal."""
        if self._last is not None:
            self._last.real.close()

    def _tear(self, whole: bytes, before: int) -> bytes:
        """What is left of SQLite's log, of which the first ``before`` bytes were there already."""
        how = self._dice.choice(["nothing left", "whole", "a part left", "its end is zeros"])
        self._fired[f"torn write: {how}"] += 1
        cut = {"nothing left": before, "whole": len(whole)}.get(how) or self._dice.randint(before, len(whole))
        zeros = min(SECTOR, cut - before) if how == "its end is zeros" else 0
        return whole[: cut - zeros] + bytes(zeros)


class DiskJournal(MemoryJournal):
    """The journal in memory, which decides what goes wrong, with the real one at its side."""

    def __init__(self, run: str, events: list[Event], crash: CrashPoint | None, folder: Path, tear: Tear) -> None:
        there = (folder / JOURNAL).exists()
        holder = Holder.here("sim")
        self.real = SqliteJournal.take(folder, holder) if there else SqliteJournal.create(folder, run, holder)
        assert list(self.real.events()) == events
        super().__init__(run, events, crash)
        assert self.real.epoch == self.epoch
        self._folder = folder
        self._tear = tear

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Both give the same event."""
        event = super().stage(draft, round=round, at=at)
        assert self.real.stage(draft, round=round, at=at) == event
        return event

    def commit(self) -> None:
        """Both commit; what would be a crash before the commit is one in the middle of it."""
        known = len(self._events)
        try:
            super().commit()
        except Crash:
            if len(self._events) == known:
                self._commit_torn()
            raise

    def drop(self) -> None:
        """Both forget."""
        super().drop()
        self.real.drop()

    def release_reserve(self) -> bool:
        """Both have one reserve."""
        released = super().release_reserve()
        assert not released or self.real.release_reserve()
        return released

    def _keep(self) -> None:
        self.real.commit()
        super()._keep()

    def _commit_torn(self) -> None:
        files = [self._folder / name for name in (JOURNAL, f"{JOURNAL}-wal", HEAD)]
        before = [file.read_bytes() if file.exists() else b"" for file in files]
        self.real.commit()
        written = files[1].read_bytes()
        self.real.close()
        for file, data in zip(files, [before[0], self._tear(written, len(before[1])), before[2]], strict=True):
            file.write_bytes(data)
        assert verify(self._folder).problem == ""
        found = list(read(self._folder))
        assert found in (self._events, self._events + self._staged), "a part of a commit is there"
        self._events[:] = found
