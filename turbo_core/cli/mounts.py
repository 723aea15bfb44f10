"""Which kind of file system a folder is on: locks and journals need one that keeps its word."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_REMOTE: Final = re.compile(r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|fuse\..*|webdav|vboxsf|virtiofs|drvfs")
_LINUX: Final = Path("/proc/self/mounts")


def file_system(folder: Path) -> str:
    """The kind of file system of a folder; says so if it is one on which locks cannot be trusted."""
    place = folder.resolve()
    kinds = {point: kind for point, kind in _mounts() if place.is_relative_to(point)}
    kind = kinds[max(kinds, key=lambda point: len(str(point)))] if kinds else "unknown"
    if _REMOTE.fullmatch(kind):
        return f"{kind}; locks may not hold on a network or shared file system: keep the project on a local one"
    return kind


def _mounts() -> Iterator[tuple[Path, str]]:
    """Every mount point with its kind, later ones over earlier ones."""
    if _LINUX.exists():
        yield from from_table(_LINUX.read_text(errors="replace"))
        return
    ended = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
    yield from from_mount(ended.stdout)


def from_table(text: str) -> Iterator[tuple[Path, str]]:
    """The table that Linux keeps: device, point (a blank is written in octal), kind, options."""
    for line in text.splitlines():
        _device, point, kind, *_rest = line.split()
        yield Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)), kind


def from_mount(text: str) -> Iterator[tuple[Path, str]]:
    """What ``mount`` of macOS prints: ``DEVICE on POINT (KIND, OPTIONS)``."""
    for found in re.finditer(r"^.+? on (.+) \((\w+)", text, re.MULTILINE):
        yield Path(found[1]), found[2]
