"""The bell of a run: whoever leaves a request rings it, and the runner wakes at once instead of looking again and again.

A named pipe beside the inbox. A bell that nobody hears is no error: the request waits in the inbox.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from turbo_core.journal.files import FILE_MODE, storage

BELL_NAME = "bell"


def ring(folder: Path) -> None:
    """Wake the runner of the run in this folder, if there is one."""
    with suppress(OSError):
        descriptor = os.open(folder / BELL_NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.write(descriptor, b"!")
        finally:
            os.close(descriptor)


class Bell:
    """The runner's end. Register it with a selector for reading; ``hush`` it when it rang.

    Raises:
        StorageFailed: the pipe cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / BELL_NAME
        with storage(path):
            path.unlink(missing_ok=True)
            os.mkfifo(path)
            path.chmod(FILE_MODE)
            self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            # A writer of our own, so that the last ringer's leaving does not read as an end.
            self._writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def fileno(self) -> int:
        """Give the descriptor that becomes readable when somebody rang."""
        return self._reader

    def hush(self) -> None:
        """Take all that was rung."""
        with suppress(BlockingIOError):
            while os.read(self._reader, 4096):
                pass

    def wake(self) -> None:
        """Ring from inside: callable from any thread and from a signal handler."""
        with suppress(BlockingIOError):
            os.write(self._writer, b"!")

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)
        os.close(self._writer)
