"""Waiting for more of a run: the end is when nobody holds it, and what was written last was read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from turbo_core.journal.lock import is_held

PAUSE = 0.1


class Watch:
    """What `turbo_core.journal.reader.follow` calls when nothing is left to read.

    Args:
        folder: the run's folder.
        look: called each time, to show what is new.
    """

    def __init__(self, folder: Path, look: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._look = look
        self._over = False

    def __call__(self) -> bool:
        """Sleep a while; whether to look again."""
        self._look()
        if self._over:
            return False
        # One look more after the runner has gone: it may have written between the last look and its end.
        self._over = is_held(self._folder) is None
        if not self._over:
            time.sleep(PAUSE)
        return True
