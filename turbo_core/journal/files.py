"""Private, durable files: folders 0700 and files 0600 whatever the umask, written whole or not at all.

Knows nothing of events. Failures of the disk come out as ``StorageFailed``.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from turbo_core.errors import StorageFailed

FOLDER_MODE = 0o700
FILE_MODE = 0o600
AFTER_FULL = "free some space, then: turbo resume"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def storage(place: Path) -> Iterator[None]:
    """Turn an operating-system error inside the block into ``StorageFailed`` about ``place``."""
    try:
        yield
    except OSError as error:
        raise storage_failed(place, error) from error


def storage_failed(place: Path, error: OSError) -> StorageFailed:
    """Say what went wrong with ``place``."""
    if error.errno in _FULL:
        return StorageFailed("the disk is full", where=str(place), why=str(error), next_step=AFTER_FULL)
    return StorageFailed("the disk did not do what it was asked to", where=str(place), why=error.strerror or str(error))


def private_folder(path: Path) -> Path:
    """Make a folder, and those above it, that only this user can enter; fine if it is there."""
    with storage(path):
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(FOLDER_MODE)
    return path


def open_private(path: Path, flags: int) -> int:
    """Open or create a file that only this user can read and write; gives the file descriptor."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    os.fchmod(descriptor, FILE_MODE)
    return descriptor


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` under ``path`` so that nobody ever sees a part of it, also after a crash.

    Raises:
        StorageFailed: it could not be written; what was there before still is.
    """
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with storage(path):
        try:
            descriptor = open_private(scratch, os.O_WRONLY | os.O_EXCL)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
