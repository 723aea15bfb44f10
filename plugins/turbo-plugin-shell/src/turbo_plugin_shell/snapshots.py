"""Snapshots of a folder: a whole copy beside the project's runs, and putting it back exactly.

A copy, not a commit into a hidden repository: git keeps neither empty folders nor times nor all permissions, and takes a
repository inside the folder for a mere reference.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

_PARTIAL: Final = ".partial"


class SnapshotRefused(Exception):  # noqa: N818  # named after what happened
    """A folder cannot be kept, or put back; the text says why."""


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; links are not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def take(folder: Path, place: Path, *, limit: int) -> None:
    """Copy a folder to ``place``. A copy that is there already stays: a repeated attempt must not keep its own traces.

    Args:
        folder: what is copied, with links as links.
        place: where to; it appears whole or not at all.
        limit: bytes that the files may have in all.

    Raises:
        SnapshotRefused: it is no folder, too large, or cannot be copied.
    """
    if place.exists():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise SnapshotRefused("it is no folder")
    if place.resolve().is_relative_to(folder.resolve()):
        raise SnapshotRefused("the copy would lie inside of it")
    found = size_of(folder)
    if found > limit:
        raise SnapshotRefused(f"it has {found / 2**20:,.0f} MiB, more than snapshot_mib allows ({limit / 2**20:,.0f})")
    partial = place.with_name(place.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copytree(folder, partial, symlinks=True)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise SnapshotRefused(f"it cannot be copied: {error}") from error
    partial.rename(place)


def put_back(place: Path, folder: Path) -> None:
    """Make a folder what it X

    Raises:
        SnapshotRefused: the copy is gone, or the folder cannot be written.
    """
    if not place.is_dir():
        raise SnapshotRefused("the snapshot is gone")
    fresh = folder.with_name(f".{folder.name}.put-back")
    old = folder.with_name(f".{folder.name}.replaced")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(place, fresh, symlinks=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(place)
    except (OSError, shutil.Error) as error:
        raise SnapshotRefused(f"it cannot be put back: {error}") from error
