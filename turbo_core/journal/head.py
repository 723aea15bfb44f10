"""The head: a small file beside the journal that says how far it had come.

It is written after each commit and never synchronised, so after a crash it may be behind, never ahead: a journal that
is shorter than its head has lost events that had been committed (SQLite itself cannot see that its log was cut).
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from turbo_core.journal.files import open_private

FILE_NAME = "head"
_LINE = re.compile(rb"(\d{12}) ([0-9a-f]{64}) ([0-9a-f]{8})\n")


class Head(NamedTuple):
    """The number and the hash of a committed event."""

    seq: int
    hash: bytes


class HeadFile:
    """The head, kept open by the writer."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = open_private(folder / FILE_NAME, os.O_WRONLY)

    def write(self, head: Head) -> None:
        """Note what has been committed. A head that could not be written is behind, which is allowed."""
        told = b"%012d %s" % (head.seq, head.hash.hex().encode())
        with suppress(OSError):
            os.pwrite(self._descriptor, b"%s %08x\n" % (told, crc32(told)), 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def read_head(folder: Path) -> Head | None:
    """Read the head; ``None`` if there is none, or a half-written one."""
    try:
        found = _LINE.fullmatch((folder / FILE_NAME).read_bytes())
    except OSError:
        return None
    if found is None or crc32(found[0][:77]) != int(found[3], 16):
        return None
    return Head(int(found[1]), bytes.fromhex(found[2].decode()))
