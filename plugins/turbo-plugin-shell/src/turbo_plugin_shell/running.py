"""Running one command with limits: what it prints is handed on as it comes, its end is told with what it used.

No shell, no input, its own session, so that all of it ends when its time is over.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

TAIL: Final = 64 * 1024
"""Bytes of output that are kept; the log of the task has all of it."""

GRACE: Final = 5.0
"""Seconds between the request to end and the end."""

_CHUNK: Final = 64 * 1024
_LIMITED: Final = (
    "import os, resource, sys\n"
    "size = int(sys.argv[1])\n"
    "try: resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
    "except (ValueError, OSError): pass\n"
    "os.execvp(sys.argv[2], sys.argv[2:])\n"
)
"""Sets the limit in the process that becomes the command: there is no safe place for it between fork and exec."""


class NotStarted(Exception):  # noqa: N818  # named after what happened
    """The command could not be started; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code; 128 + N if signal N ended it.
        tail: the last 64 KiB of what it printed.
        seconds: how long it ran.
        cpu_seconds: processor time, with its children that it has waited for.
        peak_mib: the most memory that one of its processes held.
        timed_out: whether its time was over.
    """

    code: int
    tail: bytes
    seconds: float
    cpu_seconds: float
    peak_mib: float
    timed_out: bool


def run(argv: Sequence[str], folder: Path, *, timeout: float, memory: int, show: Callable[[bytes], object]) -> Ended:
    """Run a command to its end.

    Args:
        argv: the command and its arguments.
        folder: where it runs.
        timeout: seconds that it may take.
        memory: MiB of address space for each of its processes; where the system cannot hold it to that, it is not held.
        show: takes what it prints.

    Raises:
        NotStarted: there is no such program, or no such folder.
    """
    began = time.monotonic()
    process = _start(argv, folder, memory)
    assert process.stdout is not None
    with process.stdout as output:
        tail, timed_out = _follow(process.pid, output, began + timeout, show)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    return Ended(
        code=code if code >= 0 else 128 - code,
        tail=tail,
        seconds=time.monotonic() - began,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024),
        timed_out=timed_out,
    )


def _start(argv: Sequence[str], folder: Path, memory: int) -> subprocess.Popen[bytes]:
    if shutil.which(argv[0]) is None and "/" not in argv[0]:
        raise NotStarted(f"there is no program {argv[0]}")
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LIMITED, str(memory * 1024 * 1024), *argv],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise NotStarted(error.strerror or str(error)) from error


def _follow(group: int, output: IO[bytes], until: float, show: Callable[[bytes], object]) -> tuple[bytes, bool]:
    """Hand on what is printed until nobody prints any more, or time is over and the rest was ended."""
    tail, timed_out, ending = bytearray(), False, signal.SIGTERM
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            left = until - time.monotonic()
            if left <= 0:
                timed_out = True
                _end(group, ending)
                until, ending = time.monotonic() + GRACE, signal.SIGKILL
            elif selector.select(left):
                data = os.read(output.fileno(), _CHUNK)
                if not data:
                    return bytes(tail), timed_out
                show(data)
                tail += data
                del tail[:-TAIL]


def _end(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
