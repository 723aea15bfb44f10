"""What a file holds, told in a few characters, and how a file arrives: whole or not at all.

Knows neither boto3 nor Turbo.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path
from typing import Final

PART: Final = 8 * 1024 * 1024
"""Bytes of one part of an upload. A file of this size or larger goes in parts, and S3's ETag is made of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What tells two contents apart. ``etag`` is what S3 gives to such a file, unless it encrypts with a key of its own."""

    size: int
    etag: str
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """Read a file, and tell what it holds.

    Raises:
        OSError: it cannot be read.
    """
    whole, parts, size = sha256(), list[bytes](), 0
    with path.open("rb") as file:
        while part := file.read(PART):
            whole.update(part)
            parts.append(md5(part, usedforsecurity=False).digest())
            size += len(part)
    return Fingerprint(size=size, etag=_etag(size, parts), sha256=whole.hexdigest())


def _etag(size: int, parts: list[bytes]) -> str:
    if size < PART:
        return b"".join(parts).hex() or md5(b"", usedforsecurity=False).hexdigest()
    return f"{md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def kept_as(target: Path, tag: str) -> Path:
    """Where the file that stood in the place of ``target`` is kept: beside it, so that it can come back by one rename."""
    return target.with_name(f".{target.name}.{tag}.before")


@contextmanager
def arriving(target: Path, tag: str) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``target`` at the end; after an error nothing has changed.

    A file that stood there is kept (``kept_as``); one that was kept earlier under this tag stays the kept one.

    Args:
        target: the file; its folder is made if need be.
        tag: tells apart who writes; part of a file's name.

    Raises:
        OSError: the disk refused.
    """
    part = target.with_name(f".{target.name}.{tag}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        if target.exists():
            shutil.copymode(target, part)
            _keep(target, kept_as(target, tag))
        _to_disk(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def put_back(target: Path, tag: str, *, sha256: str, replaced: bool) -> bool:
    """Take an arrival back: the file that was kept returns, or the new one goes. Harmless twice.

    Args:
        target: the file.
        tag: the tag that it arrived under.
        sha256: what arrived; empty if this is not known.
        replaced: whether it took the place of another file.

    Returns:
        Whether things are as they were. If not, nothing was touched: the file is not what arrived, or the kept one is gone.

    Raises:
        OSError: the disk refused.
    """
    kept = kept_as(target, tag)
    untouched = not target.exists() or fingerprint(target).sha256 == sha256
    if untouched and kept.exists():
        kept.replace(target)
        return True
    if untouched and not replaced:
        target.unlink(missing_ok=True)
        return True
    return not untouched and replaced and not kept.exists()


def _keep(target: Path, kept: Path) -> None:
    if not kept.exists():
        kept.hardlink_to(target)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
