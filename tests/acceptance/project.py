"""A throw-away project and the ``turbo`` command in it, as a person meets them: processes, exit codes, what is printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from turbo_core.journal import reader
from turbo_core.model import Event

T = TypeVar("T")

COMMAND = str(Path(sys.executable).parent / "turbo")
LIMIT = 60.0
"""Seconds after which a test gives up on something that never comes."""

_KEPT = ("COVERAGE_", "LC_", "GIT_")
# The path of Python, too: a command meets the same package as the test that starts it, also a mutant of it.
_KEPT_WHOLE = {"HOME", "LANG", "PATH", "PYTHONPATH", "TMPDIR", "USER", "TURBO_CACHE_FOLDER"}


def environment(**changes: str) -> dict[str, str]:
    """What a person's shell would give to a command: no setting of Turbo, and ``changes``."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_WHOLE or name.startswith(_KEPT)}
    return {**kept, "TERM": "xterm", **changes}


def unmeasured(**changes: str) -> dict[str, str]:
    """The same for a command whose coverage is not measured: measuring writes files, and may tell of it."""
    return {name: value for name, value in environment(**changes).items() if not name.startswith("COVERAGE_")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command line ended."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.stdout.decode("utf-8", "backslashreplace")

    @property
    def err(self) -> str:
        """Standard error as text."""
        return self.stderr.decode("utf-8", "backslashreplace")


class Started:
    """A command line that goes on in the background. Its output goes to files, so that it never waits for us."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: Path, stderr: Path) -> None:
        self.process = process
        self._stdout = stdout
        self._stderr = stderr

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return self._stdout.read_text("utf-8", "backslashreplace")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def wait(self, limit: float = LIMIT) -> Ended:
        """Wait for its end."""
        code = self.process.wait(limit)
        return Ended(code=code, stdout=self._stdout.read_bytes(), stderr=self._stderr.read_bytes())


@dataclass(slots=True, kw_only=True)
class Project:
    """A folder with files; ``turbo`` runs a command line in it to its end, ``start`` leaves it going on."""

    folder: Path
    aside: Path
    _started: list[Started] = field(default_factory=list)

    def write(self, name: str, text: str) -> Path:
        """Write a file, ``turbo.yaml`` for example."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def read(self, name: str) -> str:
        """The text of a file; empty if it is not there."""
        path = self.folder / name
        return path.read_text("utf-8") if path.is_file() else ""

    def turbo(self, *arguments: str, env: dict[str, str] | None = None, under: Sequence[str] = (), **options: Any) -> Ended:
        """Run a command line to its end.

        Args:
            arguments: after ``turbo``.
            env: adds to its environment.
            under: a command line that starts ours.
            options: go to ``subprocess.run``.
        """
        options = {"cwd": self.folder, "timeout": LIMIT, **options}
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        ended = subprocess.run(
            [*under, COMMAND, *arguments], env=environment(**env or {}), capture_output=True, check=False, **options
        )
        return Ended(code=ended.returncode, stdout=ended.stdout, stderr=ended.stderr)

    def start(self, *arguments: str, env: dict[str, str] | None = None, **options: Any) -> Started:
        """Start a command line and let it go on; the fixture ends what is left of it."""
        paths = [self.aside / f"{len(self._started)}.{name}" for name in ("out", "err")]
        with paths[0].open("wb") as stdout, paths[1].open("wb") as stderr:
            process = subprocess.Popen(
                [COMMAND, *arguments],
                cwd=self.folder,
                env=environment(**env or {}),
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=stdout,
                stderr=stderr,
                **options,
            )
        started = Started(process, *paths)
        self._started.append(started)
        return started

    def close(self) -> None:
        """End every command line that is still going on; supervisors end their tasks with it."""
        for started in self._started:
            if started.process.poll() is None:
                started.process.kill()
            started.process.wait()

    @property
    def run(self) -> Path:
        """The folder of the only run."""
        (folder,) = (path for path in (self.folder / ".turbo" / "runs").iterdir() if path.is_dir())
        return folder

    def events(self) -> list[Event]:
        """The journal of the only run."""
        return list(reader.read(self.run))

    def kinds(self) -> list[str]:
        """The kinds of the events, in their order."""
        return [event.kind for event in self.events()]


def until(ready: Callable[[], T], limit: float = LIMIT) -> T:
    """Wait until ``ready`` gives something true, and give that."""
    end = time.monotonic() + limit
    while not (given := ready()):
        assert time.monotonic() < end, f"nothing came of {ready} in {limit} s"
        time.sleep(0.01)
    return given


def alive(pids: Iterable[int]) -> list[int]:
    """Those of the processes that are still there (one that has ended and is not yet waited for is gone)."""
    return [pid for pid in pids if _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


def end(pids: Iterable[int]) -> None:
    """End processes that a failed test would leave behind."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
