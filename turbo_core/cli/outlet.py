"""Standard output for as long as a run goes on: a reader that leaves, or a disk that is full, does not touch the run.

What can no longer be shown is dropped; the journal and the logs have it.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_GONE = frozenset({errno.EPIPE, errno.EIO})
"""The reader of a pipe has left, or the window of a terminal was closed."""


class _Outlet(io.RawIOBase):
    """Writes to a descriptor until that fails; from then on what is written goes nowhere."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.lost = False

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # any buffer: its type has no name before Python 3.12
        try:
            if not self.lost:
                return self._write(data)
        except OSError as error:
            self.lost = True
            if error.errno not in _GONE:
                _tell(error)
        return memoryview(data).nbytes

    def _write(self, data: Any) -> int:
        while True:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:  # another program has changed the terminal or pipe that we share
                select.select((), (self._descriptor,), ())


def _tell(error: OSError) -> None:
    with suppress(OSError):
        sys.stderr.write(f"standard output cannot be written ({error.strerror}); the run goes on, see turbo show\n")


def _lead_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


@contextmanager
def outlet() -> Iterator[None]:
    """Make writing to ``sys.stdout`` safe while this lasts; what is no file, pipe or terminal stays as it is."""
    before = sys.stdout
    buffer = getattr(before, "buffer", None)
    if not isinstance(getattr(buffer, "raw", buffer), io.FileIO):  # there is no buffer between under python -u
        yield
        return
    plain = _Outlet(before.fileno())
    live = before.isatty()
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(plain), encoding=before.encoding, errors=before.errors, line_buffering=live)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = before
        if plain.lost:  # only now: loading a plugin puts the descriptors back as they were
            _lead_nowhere(before.fileno())
