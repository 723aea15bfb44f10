"""A terminal with the ``turbo`` command in its foreground: what is typed reaches it, what it shows is kept."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.acceptance.project import COMMAND, LIMIT, Project, environment

# A session of its own whose terminal is standard input: only then does Ctrl-C reach the foreground and nobody else.
_TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class Terminal:
    """The master's end of a terminal."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.shown = b""
        self._master = master

    def type(self, keys: bytes) -> None:
        """Press keys; ``b"\\x03"`` is Ctrl-C."""
        os.write(self._master, keys)

    def says(self, text: bytes) -> None:
        """Read until the text is shown."""
        end = time.monotonic() + LIMIT
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} was never shown: {self.shown!r}"
            assert self._read() or text in self.shown, f"it ended without showing {text!r}: {self.shown!r}"

    def wait(self) -> int:
        """Read to the end; gives the exit code."""
        while self._read():
            pass
        return self.process.wait(LIMIT)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        """End what is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self._master >= 0:
            self.hang_up()

    def _read(self) -> bool:
        if not select.select([self._master], [], [], 0.05)[0]:
            return self.process.poll() is None
        with suppress(OSError):  # Linux says so when the last process has let go of it
            piece = os.read(self._master, 65_536)
            self.shown += piece
            return bool(piece)
        return False


@contextmanager
def terminal(project: Project, *arguments: str, columns: int = 100, **env: str) -> Iterator[Terminal]:
    """Run a command line in the foreground of a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-I", "-S", "-c", _TAKE, COMMAND, *arguments]
    try:
        process = subprocess.Popen(
            command, cwd=project.folder, env=environment(**env), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
    finally:
        os.close(slave)
    shown = Terminal(process, master)
    try:
        yield shown
    finally:
        shown.close()
