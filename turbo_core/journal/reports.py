"""The files in which tasks report their progress: ``$TURBO_PROGRESS``. Written by tasks, so nothing about them is trusted."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from turbo_core.tracking.reported import Reported, parse

ENDING: Final = ".progress"
_TAIL: Final = 65_536
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def beginning_of(folder: Path | str, log: str) -> str:
    """Where the files lie that an attempt and the host exchange: the beginning that their paths share.

    Args:
        folder: the run's folder.
        log: the path of the attempt's log, relative to it.
    """
    return f"{folder}/files/{log.rpartition('/')[2].removesuffix('.log')}"


def read(path: str) -> Reported | None:
    """What a task has reported; ``None`` if there is no such file, or something else in its place."""
    try:
        file = os.open(path, _FLAGS)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None
        return parse(os.pread(file, _TAIL, max(status.st_size - _TAIL, 0)))
    except OSError:
        return None
    finally:
        os.close(file)
