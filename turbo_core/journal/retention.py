"""Removing the folder of a run for good: whole or not at all, and never under the hands of a runner.

It does not know which runs are to go, nor when a run has ended: whoever calls it does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from turbo_core.journal.files import storage, sync_folder
from turbo_core.journal.lock import LOCK_NAME, FileLock

_GONE = ".gone-"  # a dot: nobody takes it for a run


def remove(folder: Path, may_go: Callable[[], bool]) -> bool:
    """Remove a run, unless somebody holds it or it may not go; tells whether it is gone.

    Args:
        folder: the run's folder.
        may_go: asked while nobody else can take the run.

    Raises:
        StorageFailed: the folder cannot be changed.
    """
    with storage(folder):
        lock = FileLock.try_take(folder / LOCK_NAME, patience=0)
        if lock is None:
            return False
        try:
            if not may_go():
                return False
            gone = folder.with_name(f"{_GONE}{folder.name}")
            folder.rename(gone)
            sync_folder(folder.parent)
        finally:
            lock.close()
        shutil.rmtree(gone, ignore_errors=True)
        return True


def sweep(runs: Path) -> None:
    """Finish removals that were cut off.

    Args:
        runs: the folder of all runs.
    """
    for folder in runs.glob(f"{_GONE}*"):
        shutil.rmtree(folder, ignore_errors=True)


def size(folder: Path) -> int:
    """The bytes that a run takes on the disk; what goes away meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total
