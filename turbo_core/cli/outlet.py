"""Standard output for as long as a run goes on: a reader that leaves, or a disk that is full, does not touch the run.

What can no longer be shown is dropped; the journal and the logs have it.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_GONE = frozenset({errno.EPIPE, errno.EIO})
"""The reader of a pipe has left, or the window of a terminal was closed."""


class _Outlet(io.FileIO):
    """Writes until that fails; from then on what is written goes nowhere."""

    def write(self, data: Buffer, /) -> int | None:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _GONE:
                _tell(error)
            _lead_nowhere(self.fileno())
            return memoryview(data).nbytes


def _tell(error: OSError) -> None:
    with suppress(OSError):
        sys.stderr.write(f"standard output cannot be written ({error.strerror}); the run goes on, see turbo show\n")


def _lead_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


@contextmanager
def outlet() -> Iterator[None]:
    """Make writing to ``sys.stdout`` safe while this lasts; what is no file or terminal stays as it is."""
    before = sys.stdout
    raw = getattr(getattr(before, "buffer", None), "raw", None)
    if not isinstance(raw, io.FileIO):
        yield
        return
    buffered = io.BufferedWriter(_Outlet(raw.fileno(), "w", closefd=False))
    sys.stdout = io.TextIOWrapper(
        buffered, encoding=before.encoding, errors=before.errors, line_buffering=before.isatty(), write_through=before.isatty()
    )
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = before
