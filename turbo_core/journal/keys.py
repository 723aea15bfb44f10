"""Concurrency keys: at most so many attempts at a time, over all runs of a project on this machine.

Each claim on a key is one file, locked by the process that made it; a claim whose lock is free belongs to a process that
is gone. Claims are numbered in the order of asking. A short lock per key makes looking and changing one step.

    .turbo/keys/<digest of the key>/   mutex   000000000001.json   000000000002.json
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from turbo_core.errors import StorageFailed
from turbo_core.journal import codec
from turbo_core.journal.files import private_folder, storage
from turbo_core.journal.lock import FileLock, Holder, is_locked
from turbo_core.journal.runs import HOME_NAME, home

KEYS_NAME = "keys"
_MUTEX_NAME = "mutex"
_MUTEX_PATIENCE = 1.0  # seconds; it is held for a few file operations only
_NAME = re.compile(r"\d{12}\.json")


class Claim(Struct, frozen=True, kw_only=True):
    """Who wants a key, or has it if ``held``. ``since`` tells when the process took its run."""

    key: str
    run: str
    task: str
    pid: int
    host: str
    since: str
    held: bool = False


class Hold:
    """A claim of this process: a place under a key, or in its queue. Lasts until ``release`` or the end of the process."""

    def __init__(self, path: Path, claim: Claim) -> None:
        lock = FileLock.try_take(path)
        if lock is None:
            raise StorageFailed("a new claim is locked by somebody else", where=str(path), next_step="try again")
        self.path = path
        self._lock = lock
        self._claim = claim
        lock.write(codec.encode(asdict(claim)))

    def take(self) -> None:
        """Turn a place in the queue into a place under the key."""
        self._claim = replace(self._claim, held=True)
        self._lock.write(codec.encode(asdict(self._claim)))

    def release(self) -> None:
        """Give the place back. Harmless if done twice."""
        if self._lock.held:
            self.path.unlink(missing_ok=True)
            self._lock.close()


class Keys:
    """The keys of one project, as one process sees them."""

    def __init__(self, project: Path, holder: Holder) -> None:
        self._project = project
        self._holder = holder
        self._waiting: dict[tuple[str, str, str], Hold] = {}

    def try_take(self, key: str, limit: int, run: str, task: str, *, queue: bool = True) -> Hold | None:
        """Take a place under ``key`` if fewer than ``limit`` are taken and nobody who waits asked before; never waits itself.

        Args:
            key: the key.
            limit: how many places the caller grants.
            run: the id of the run that asks.
            task: the address of the task that asks.
            queue: if there is no place now, stay in the queue; ask again later, or ``withdraw``.

        Raises:
            StorageFailed: the folder of the keys cannot be used.
        """
        home(self._project)
        folder = private_folder(self._of(key))
        with storage(folder):
            mutex = FileLock.try_take(folder / _MUTEX_NAME, patience=_MUTEX_PATIENCE)
            if mutex is None:  # somebody was stopped while holding it; the queue goes on when they do
                return None
            try:
                claim = Claim(key=key, run=run, task=task, **asdict(self._holder))
                hold = self._waiting.pop((key, run, task), None) or Hold(_next_path(folder), claim)
                if _has_place(folder, hold.path, limit):
                    hold.take()
                    return hold
                if queue:
                    self._waiting[key, run, task] = hold
                else:
                    hold.release()
                return None
            finally:
                mutex.close()

    def withdraw(self, key: str, run: str, task: str) -> None:
        """Leave the queue for ``key``. Harmless if not in it."""
        hold = self._waiting.pop((key, run, task), None)
        if hold is not None:
            hold.release()

    def holders(self, key: str) -> list[Claim]:
        """Tell who has places under ``key`` now, in the order of asking.

        Raises:
            StorageFailed: the folder of the keys cannot be read.
        """
        folder = self._of(key)
        with storage(folder):
            claims = [_read(path) for path in _claims(folder) if is_locked(path)]
        return [claim for claim in claims if claim is not None and claim.held]

    def _of(self, key: str) -> Path:
        return self._project / HOME_NAME / KEYS_NAME / sha256(key.encode()).hexdigest()[:32]


def _claims(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _next_path(folder: Path) -> Path:
    claims = _claims(folder)
    number = int(claims[-1].stem) + 1 if claims else 1
    return folder / f"{number:012d}.json"


def _has_place(folder: Path, mine: Path, limit: int) -> bool:
    held = earlier = 0
    for path in _claims(folder):
        if not is_locked(path):
            path.unlink(missing_ok=True)
            continue
        claim = _read(path)
        if claim is not None and claim.held:
            held += 1
        elif path < mine:
            earlier += 1
    return held + earlier < limit


def _read(path: Path) -> Claim | None:
    try:
        return Claim(**codec.decode(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
