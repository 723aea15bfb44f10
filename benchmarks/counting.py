"""Counts that do not depend on the speed of a machine: what a start loads and touches, and what one more task costs.

Tasks run one at a time, so that nothing depends on which of two ends first. What a task costs is the difference between a longer
and a shorter run, so that start and end do not count.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from benchmarks import workflows
from benchmarks.graphs import independent
from benchmarks.layouts import PROGRAMS, TURBO, turbo
from benchmarks.running import Launch, environment

Count: TypeAlias = Callable[[Path], float]
"""Counts something in an empty folder."""

SHORT: Final = 20
LONG: Final = 60
"""How many tasks the two runs have."""

SETTLED: Final = 1.5
"""Seconds after which Turbo remembers what is installed: what changed a moment ago could change again."""

FEW_PLUGINS: Final = 5
MANY_PLUGINS: Final = 50

TOTAL: Final = re.compile(r"^100\.00 +\S+ +\S+ +(\d+)", re.MULTILINE)
LOADED: Final = re.compile(r"^import time: +\d", re.MULTILINE)


class CountingError(Exception):
    """This machine cannot count that; the message says why."""


def modules(*arguments: str) -> Count:
    """How many modules ``turbo ARGUMENTS`` loads, beyond what Python loads by itself."""

    def count(folder: Path) -> float:
        command = (TURBO, *arguments)
        time.sleep(SETTLED)
        _loaded(folder, command)  # fills the caches
        return _loaded(folder, command) - _loaded(folder, ("-c", "pass"))

    return count


def file_calls(folder: Path) -> float:
    """How many system calls of ``turbo --help`` take a path, beyond those of Python itself."""
    launch = workflows.started("--help")(folder, FEW_PLUGINS)
    _run(launch, folder)
    return _traced(launch, folder, "%file") - _traced(Launch(argv=(sys.executable, "-c", "pass")), folder, "%file")


def file_calls_of_a_plugin(folder: Path) -> float:
    """How many more of them one more installed plugin makes."""
    found = []
    for plugins in (FEW_PLUGINS, MANY_PLUGINS):
        place = _place(folder, plugins)
        launch = workflows.started("--help")(place, plugins)
        _run(launch, place)
        found.append(_traced(launch, place, "%file"))
    return (found[1] - found[0]) / (MANY_PLUGINS - FEW_PLUGINS)


def of_a_task(what: Literal["calls", "commits", "hooks"], lay: Callable[[Path, int], Launch]) -> Count:
    """How many calls of Python functions (of pluggy's among them), or commits, one more task costs in the runner."""

    def count(folder: Path) -> float:
        return _slope(folder, lambda place, size: _profiled(lay(place, size), place)[what])

    return count


def system_calls_of_a_task(folder: Path) -> float:
    """How many system calls one more task costs, in all processes, its own included."""
    return _slope(folder, lambda place, size: _traced(_one_at_a_time(turbo(place, independent(size))), place, "all"))


def commands(folder: Path, size: int) -> Launch:
    """Commands that do not need each other."""
    return turbo(folder, independent(size))


COUNTS: Final[Mapping[str, Count]] = {
    "modules of --version": modules("--version"),
    "modules of --help": modules("--help"),
    "commits per task": of_a_task("commits", commands),
    "Python calls per task": of_a_task("calls", commands),
    "calls of pluggy per task": of_a_task("hooks", commands),
    "Python calls per action": of_a_task("calls", workflows.actions),
    "system calls per task": system_calls_of_a_task,
    "file calls of --help": file_calls,
    "file calls of --help per plugin": file_calls_of_a_plugin,
}


def counted(name: str) -> float:
    """Count once.

    Raises:
        CountingError: this machine cannot.
    """
    with tempfile.TemporaryDirectory() as folder:
        return round(COUNTS[name](Path(folder)), 3)


def _loaded(folder: Path, arguments: Sequence[str]) -> int:
    command = [sys.executable, "-X", "importtime", *arguments]
    env = environment({"TURBO_CACHE_FOLDER": str(folder / "caches")})
    told = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return len(LOADED.findall(told.stderr))


def _slope(folder: Path, count: Callable[[Path, int], float]) -> float:
    low, high = (count(_place(folder, size), size) for size in (SHORT, LONG))
    return (high - low) / (LONG - SHORT)


def _place(folder: Path, size: int) -> Path:
    place = folder / str(size)
    place.mkdir()
    return place


def _one_at_a_time(launch: Launch) -> Launch:
    return Launch(argv=(*launch.argv, "-j", "1"), env=launch.env)


def _profiled(launch: Launch, folder: Path) -> dict[str, float]:
    target = folder / "profile.json"
    _, *arguments = _one_at_a_time(launch).argv
    _run(Launch(argv=(sys.executable, str(PROGRAMS / "profiled.py"), str(target), *arguments), env=launch.env), folder)
    told: dict[str, float] = json.loads(target.read_text())
    return told


def _traced(launch: Launch, folder: Path, what: str) -> int:
    strace = shutil.which("strace")
    if strace is None:
        raise CountingError("strace is not there")
    report = folder / "strace"
    command = [strace, "-f", "-c", "-e", f"trace={what}", "-o", str(report), *launch.argv]
    ended = subprocess.run(command, cwd=folder, env=environment(launch.env), capture_output=True, text=True, check=False)
    found = TOTAL.search(report.read_text()) if report.exists() else None
    if ended.returncode or found is None:
        raise CountingError(f"strace: {ended.stderr.strip()[-300:]}")
    return int(found[1])


def _run(launch: Launch, folder: Path) -> None:
    subprocess.run(launch.argv, cwd=folder, env=environment(launch.env), capture_output=True, check=True)
