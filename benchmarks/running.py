"""One command, run to its end, and what it cost: time, processor time, memory. It knows nothing of what is compared."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final, NoReturn

LEFT_OUT: Final = ("PYTHONDONTWRITEBYTECODE", "TURBO_", "COVERAGE_", "PREFECT_", "DBOS_")
"""Beginnings of names in the environment that would change what is measured."""

MIB: Final = 2**20 if sys.platform == "darwin" else 2**10
"""Units of ``ru_maxrss`` in a MiB."""


class RunError(Exception):
    """A command did not end well, or did not do its work: its time means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a command is started.

    Attributes:
        argv: the command line.
        env: what is added to the environment.
        terminal: whether it believes to talk to a person at a terminal.
        exits: the exit codes that count as success.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    exits: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run of a command cost.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of processor time, of the command and of all that it started and waited for.
        own: seconds of processor time of the command's first process alone; None where the system does not tell.
        memory: MiB that its largest process held at most.
    """

    wall: float
    cpu: float
    own: float | None
    memory: float


def run(launch: Launch, folder: Path) -> Sample:
    """Run a command in a folder; what it prints goes to the files ``printed`` and ``told`` there.

    The file ``began`` is touched first: what is younger was made by the run.

    Raises:
        RunError: it ended with another exit code than it should.
    """
    (folder / "began").touch()
    with _streams(launch, folder) as (given, printed, told):
        began = perf_counter()
        with _interrupts_held() as let_go:
            process = subprocess.Popen(
                launch.argv,
                cwd=folder,
                env=environment(launch.env),
                stdin=given,
                stdout=printed,
                stderr=told,
                start_new_session=True,
            )
            with _ended_with_us(process.pid):
                let_go()
                own = _own_seconds(process.pid)
                _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in launch.exits:
        _fail(launch, process.returncode, folder)
    return Sample(wall=wall, cpu=used.ru_utime + used.ru_stime, own=own, memory=used.ru_maxrss / MIB)


def environment(added: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process, without what would change a measurement, and with what is added."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    return kept | dict(added)


@contextmanager
def _interrupts_held() -> Iterator[Callable[[], None]]:
    """Hear Ctrl-C only when the given function is called: a command that is just starting could not be ended yet."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))

    def let_go() -> None:
        signal.signal(signal.SIGINT, before)
        if heard:
            raise KeyboardInterrupt

    try:
        yield let_go
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _ended_with_us(pid: int) -> Iterator[None]:
    """End a command if we are interrupted while it runs: it has a session of its own, and hears no Ctrl-C."""
    try:
        yield
    except BaseException:
        os.killpg(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        raise


def _own_seconds(pid: int) -> float | None:
    """Wait until a process has ended, and read its own times while it is still there to be asked."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _streams(launch: Launch, folder: Path) -> Iterator[tuple[int, int, int]]:
    with (folder / "printed").open("wb") as printed, (folder / "told").open("wb") as told:
        if not launch.terminal:
            yield subprocess.DEVNULL, printed.fileno(), told.fileno()
            return
        with _terminal(printed.fileno()) as end:
            yield end, end, end


@contextmanager
def _terminal(copy: int) -> Iterator[int]:
    """A terminal that somebody reads: what appears there is copied to a file."""
    ours, theirs = pty.openpty()

    def read() -> None:
        with suppress(OSError):  # Linux says so when nobody holds the other end any more
            while data := os.read(ours, 65536):
                os.write(copy, data)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)


def _fail(launch: Launch, code: int, folder: Path) -> NoReturn:
    said = [line for name in ("printed", "told") for line in (folder / name).read_text(errors="replace").splitlines()]
    raise RunError(f"{Path(launch.argv[0]).name} ended with {code}: {said[-1].strip() if said else 'it said nothing'}")
