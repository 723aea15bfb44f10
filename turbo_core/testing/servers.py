"""Real servers as processes: started, waited for until they are ready, and ended for certain.

Between the test and the server stands a small guard process. It ends the server and its whole process group when it is told to,
and also when the test's process is gone, however that ended. It knows nothing of Turbo.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

GRACE = 5.0
"""Seconds that a server has to end by itself when it is stopped."""
LIMIT = 30.0
"""Seconds that a server has to become ready."""

_LINES = 20
_GUARD = """
import os, signal, subprocess, sys, threading
grace, log, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
with open(log, "wb") as file:
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)
print(server.pid, flush=True)

def tell(number):
    try:
        os.killpg(server.pid, number)
    except (ProcessLookupError, PermissionError):
        pass

def watch():
    os.read(0, 1)
    tell(signal.SIGTERM)
    try:
        server.wait(grace)
    except subprocess.TimeoutExpired:
        tell(signal.SIGKILL)

threading.Thread(target=watch, daemon=True).start()
code = server.wait()
tell(signal.SIGKILL)
os._exit(code if code >= 0 else 128 - code)
"""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server that is ready; made by `start_server`.

    Attributes:
        pid: the process of the server; it leads its own process group.
    """

    def __init__(self, guard: subprocess.Popen[str], title: str, log: Path) -> None:
        self._guard = guard
        self._title = title
        self._log = log
        assert guard.stdout is not None
        self.pid = int(guard.stdout.readline())

    @property
    def output(self) -> str:
        """What it has printed so far, on both streams."""
        return self._log.read_text("utf-8", "backslashreplace")

    @property
    def exit_code(self) -> int | None:
        """Its exit code; ``None`` while it runs. 128 and more tells the number of a signal."""
        return self._guard.poll()

    def stop(self) -> int:
        """End it and every process of its group; gives its exit code. Stopping twice is harmless."""
        with suppress(BrokenPipeError), self._guard:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
        return self._guard.wait()

    def wait(self, ready: Callable[[], object], limit: float) -> None:
        """Wait until ``ready`` gives something true.

        Raises:
            AssertionError: it ended, or was not ready in time.
        """
        end = time.monotonic() + limit
        while not ready():
            if self.exit_code is not None:
                raise AssertionError(f"{self._title}: it ended with {self.exit_code} before it was ready{self._told()}")
            if time.monotonic() > end:
                raise AssertionError(f"{self._title}: it was not ready within {limit:g} s{self._told()}")
            time.sleep(0.02)

    def _told(self) -> str:
        lines = self.output.splitlines()[-_LINES:]
        return "".join(f"\n  | {line}" for line in lines)


def start_server(
    command: Sequence[str],
    *,
    folder: Path,
    port: int | None = None,
    line: str | None = None,
    ready: Callable[[], object] | None = None,
    env: Mapping[str, str] | None = None,
    limit: float = LIMIT,
    grace: float = GRACE,
) -> Server:
    """Start a server and wait until it is ready. The caller stops it.

    Args:
        command: the command line.
        folder: where it runs; its output is kept in a file there.
        port: it is ready when it takes connections there, on 127.0.0.1.
        line: it is ready when this regular expression is found in its output.
        ready: it is ready when this gives something true.
        env: its environment; that of the test if not given.
        limit: seconds that it has to become ready.
        grace: seconds that it has to end by itself when it is stopped.

    Raises:
        AssertionError: there is no such program, it ended at once, or it was not ready in time; with what it printed last.
    """
    title = " ".join(command)
    if shutil.which(command[0]) is None:
        raise AssertionError(f"{title}: there is no program {command[0]!r}; install it, or skip the test without it")
    log = folder / f"server-{time.monotonic_ns()}.log"
    log.touch()
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _GUARD, str(grace), str(log), *command],
        cwd=folder,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    server = Server(guard, title, log)
    try:
        server.wait(lambda: _all_ready(server, port, line, ready), limit)
    except BaseException:
        server.stop()
        raise
    return server


def _all_ready(server: Server, port: int | None, line: str | None, ready: Callable[[], object] | None) -> bool:
    return (
        (port is None or _listens(port))
        and (line is None or re.search(line, server.output) is not None)
        and (ready is None or bool(ready()))
    )


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
