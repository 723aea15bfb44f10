"""Locks that the kernel gives back when their process dies, and who holds a run.

A lock is a ``flock`` on an open file. It says "somebody lives", not "nobody else writes": that is the epoch's work.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from turbo_core.errors import RunHeld
from turbo_core.journal import codec
from turbo_core.journal.files import open_private, storage

LOCK_NAME = "run.lock"
_PATIENCE = 0.2  # seconds; longer than anybody who only looks whether a lock is held holds it
_STEP = 0.005


class Holder(Struct, frozen=True, kw_only=True):
    """The process that holds something; ``since`` is a UTC time. Unknown parts are 0 or empty."""

    pid: int = 0
    host: str = ""
    since: str = ""

    @classmethod
    def here(cls, since: str) -> Holder:
        """This process."""
        return cls(pid=os.getpid(), host=socket.gethostname(), since=since)

    def __str__(self) -> str:
        if not self.pid:
            return "a process that has not said its name yet"
        return f"process {self.pid} on {self.host} since {self.since}"


class FileLock:
    """An exclusive lock on a file, held until ``close`` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        _held.add(self)

    @classmethod
    def try_take(cls, path: Path, *, patience: float = _PATIENCE) -> FileLock | None:
        """Take the lock, waiting at most ``patience`` seconds for it; ``None`` if somebody else has it.

        Raises:
            OSError: the file cannot be opened.
        """
        descriptor = open_private(path, os.O_RDWR)
        deadline = time.monotonic() + patience
        while not _flock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(_STEP)
        return cls(descriptor)

    @property
    def held(self) -> bool:
        """False after ``close``, and in a forked child."""
        return self in _held

    def write(self, data: bytes) -> None:
        """Replace what the locked file says."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, data, 0)

    def close(self) -> None:
        """Give the lock back. Harmless if done twice, or in a forked child."""
        if self.held:
            _held.remove(self)
            os.close(self._descriptor)


_held: set[FileLock] = set()


def _close_in_child() -> None:
    """A forked child shares its parent's locks and would keep them alive. Process-wide, because forks are."""
    while _held:
        next(iter(_held)).close()


os.register_at_fork(after_in_child=_close_in_child)


def is_locked(path: Path) -> bool:
    """Tell whether somebody holds the lock on this file; false if there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _flock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def take_run(folder: Path, holder: Holder) -> FileLock:
    """Take the lock of a run and write down who has it.

    Raises:
        RunHeld: another living process has it.
        StorageFailed: the lock's file cannot be written.
    """
    path = folder / LOCK_NAME
    with storage(path):
        lock = FileLock.try_take(path)
        if lock is None:
            raise run_held(folder.name, _read_holder(path))
        lock.write(codec.encode(asdict(holder)))
    return lock


def is_held(folder: Path) -> Holder | None:
    """Tell who holds the run in this folder; ``None`` if nobody does."""
    path = folder / LOCK_NAME
    with storage(path):
        return _read_holder(path) if is_locked(path) else None


def run_held(run: str, holder: Holder | str) -> RunHeld:
    """Say who holds a run."""
    return RunHeld(
        f"another runner holds this run: {holder}",
        where=run,
        next_step="wait until it is done, end it with turbo cancel, or if it hangs: turbo resume --take-over",
    )


def _flock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_holder(path: Path) -> Holder:
    try:
        return Holder(**codec.decode(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return Holder()
