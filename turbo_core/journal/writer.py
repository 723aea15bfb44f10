"""The one writer of a run: stages events in memory, commits them in one transaction, fenced by its epoch.

After an error that leaves doubt about the disk it refuses all further use; only a full disk can be waited out.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from turbo_core.errors import StorageFailed
from turbo_core.journal import codec, store
from turbo_core.journal.codec import Row
from turbo_core.journal.files import open_private, private_folder, storage, sync_folder
from turbo_core.journal.head import Head, HeadFile
from turbo_core.journal.lock import FileLock, Holder, run_held, take_run
from turbo_core.journal.reader import checked_events
from turbo_core.model import Draft, Event

RESERVE_NAME = "reserve"
_RESERVE_BYTES = 1024 * 1024
_NONE = Head(0, codec.GENESIS)


class SqliteJournal:
    """The ``Journal`` port on one SQLite file in the run's folder. To be used by one thread of one process."""

    def __init__(self, folder: Path, holder: Holder, lock: FileLock, checked: Head) -> None:
        self._folder = folder
        self._path = folder / store.FILE_NAME
        self._holder = holder
        self._lock = lock
        self._connection = store.open_for_writing(folder)
        self._staged: list[Row] = []
        self._usable = True
        try:
            self._run, self._leased, self._committed = self._look(checked)
            with storage(folder):
                self._head = HeadFile(folder)
        except BaseException:
            self._connection.close()
            raise
        self._place = self._where()
        self._epoch = self._leased + 1
        self._tip = self._committed

    @classmethod
    def create(cls, folder: Path, run: str, holder: Holder) -> SqliteJournal:
        """Make a run's folder with an empty journal, and hold it.

        The folder appears under its name only when it is complete; it counts as a run once its first event is committed.

        Raises:
            StorageFailed: it cannot be made, or there is one already.
        """
        scratch = private_folder(folder.parent) / f".new-{folder.name}-{secrets.token_hex(4)}"
        lock: FileLock | None = None
        try:
            private_folder(scratch)
            lock = take_run(scratch, holder)
            _fill(scratch, run)
            with storage(folder):
                scratch.rename(folder)
                sync_folder(folder.parent)
            return cls(folder, holder, lock, _NONE)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            if lock is not None:
                lock.close()
            raise

    @classmethod
    def take(cls, folder: Path, holder: Holder, *, checked: Head = _NONE) -> SqliteJournal:
        """Become the writer of a run that nobody holds. The journal is checked first.

        Args:
            folder: the run's folder.
            holder: who takes it.
            checked: the event up to which this process has read it; only what follows is read, and this must still be there.

        Raises:
            RunHeld: another process holds it.
            JournalDamaged: the journal is not what was written.
            StorageFailed: the disk failed.
        """
        lock = take_run(folder, holder)
        try:
            journal = cls(folder, holder, lock, checked)
            if not (folder / RESERVE_NAME).exists():
                with suppress(OSError):  # if there is no room for it now either, the run goes on without
                    _set_aside(folder)
            return journal
        except BaseException:
            lock.close()
            raise

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._run

    @property
    def epoch(self) -> int:
        """Counts the writers of this run from 1; it becomes durable with the first commit."""
        return self._epoch

    @property
    def usable(self) -> bool:
        """False once the journal has failed in a way after which nothing more may be written."""
        return self._usable

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Give a draft its place in the journal, in memory only. See ``Journal.stage``."""
        self._require_usable()
        seq, prev = self._tip
        row = codec.row_of(self._run, draft, seq=seq + 1, epoch=self._epoch, round=round, at=at, prev=prev)
        event = codec.to_event(self._run, row)
        self._staged.append(row)
        self._tip = Head(row.seq, row.hash)
        return event

    def commit(self) -> None:
        """Make all staged events durable, all or none. See ``Journal.commit``."""
        self._require_usable()
        if not self._staged:
            return
        self._usable = False  # until it is known that all went well
        try:
            self._write()
            self._require_place()
        except sqlite3.Error as error:
            self._roll_back()
            self._usable = store.primary_code(error) == sqlite3.SQLITE_FULL
            raise store.explain(error, self._path, seq=self._committed.seq + 1) from error
        except BaseException:
            self._roll_back()
            raise
        self._usable = True
        self._leased = self._epoch
        self._committed = self._tip
        self._staged.clear()
        self._head.write(self._committed)

    def drop(self) -> None:
        """Forget the staged events."""
        self._staged.clear()
        self._tip = self._committed

    def release_reserve(self) -> bool:
        """Free the space that is kept for ends and cancels on a full disk; false if there was none left."""
        try:
            (self._folder / RESERVE_NAME).unlink()
        except OSError:
            return False
        return True

    def events(self, after: int = 0) -> Iterator[Event]:
        """Read the committed events that follow number ``after``. See ``Journal.events``."""
        return checked_events(self._connection, self._folder, self._run, after)

    def close(self) -> None:
        """Let go of the run. Harmless if done twice."""
        if not self._lock.held:
            return
        self.drop()
        self._usable = False
        with suppress(sqlite3.Error):  # what was committed is durable already
            self._connection.close()
        self._head.close()
        self._lock.close()

    def _look(self, tip: Head) -> tuple[str, int, Head]:
        with store.faults(self._path):
            store.check_structure(self._connection, self._path)
            run = store.run_of(self._connection, self._path)
            epoch = store.epoch_of(self._connection, self._path)
            if store.hash_of(self._connection, tip.seq, self._path) != tip.hash:
                raise store.damaged(self._path, tip.seq, "it was another event a moment ago")
        for event in checked_events(self._connection, self._folder, run, tip.seq):
            tip = Head(event.seq, bytes.fromhex(event.hash))
        return run, epoch, tip

    def _write(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        epoch, holder = self._connection.execute("SELECT max(epoch), max(holder) FROM lease").fetchone()
        if epoch != self._leased:
            raise run_held(self._run, holder or "unknown")
        if epoch != self._epoch:
            self._connection.execute("UPDATE lease SET epoch = ?, holder = ?", (self._epoch, str(self._holder)))
        store.append(self._connection, self._staged)
        self._connection.execute("COMMIT")

    def _where(self) -> tuple[int, int]:
        with storage(self._path):
            found = self._path.stat()
        return found.st_dev, found.st_ino

    def _require_place(self) -> None:
        """A file that was removed still takes what is written, and nobody will ever read it."""
        try:
            moved = self._where() != self._place
        except StorageFailed:
            moved = True
        if moved:
            raise StorageFailed(
                "the journal is no longer in its place",
                where=str(self._path),
                why="its file was removed, moved or replaced while the run was going on",
                next_step="put the run's folder back, then: turbo resume",
            )

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # after some errors SQLite has done it already
                self._connection.execute("ROLLBACK")

    def _require_usable(self) -> None:
        if not self._usable:
            raise StorageFailed(
                "nothing more may be written after the failure before",
                where=str(self._path),
                next_step="check the disk, then: turbo resume",
            )


def _fill(folder: Path, run: str) -> None:
    store.create(folder / store.FILE_NAME, run)
    with storage(folder):
        _set_aside(folder)
        sync_folder(folder)


def _set_aside(folder: Path) -> None:
    descriptor = open_private(folder / RESERVE_NAME, os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as reserve:
        reserve.write(bytes(_RESERVE_BYTES))
