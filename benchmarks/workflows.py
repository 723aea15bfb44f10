"""Turbo at work that is no graph of commands: computed cells, actions, long output, many printers, waiting, many plugins."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.graphs import independent
from benchmarks.layouts import PROGRAMS, TURBO, turbo, turbo_run
from benchmarks.running import Launch
from benchmarks.secret_lines import SECRETS, lines
from benchmarks.shelf import install

PRINTERS: Final = 64
LONG_AGO: Final = 1_700_000_000
"""When plugins were installed: what changed a moment ago could change again, and is not remembered."""


def matrix(folder: Path, size: int) -> Launch:
    """One task computes the cells of another."""
    (folder / "out").mkdir()
    (folder / "cells.json").write_text(json.dumps({"cells": [{"n": number} for number in range(size)]}))
    return turbo_run(
        folder,
        """  list: {run: 'cp cells.json "$TURBO_OUTPUT"', outputs: {cells: list}}\n"""
        """  cell: {run: [touch, "out/${{ matrix.n }}"], needs: [list], matrix: "${{ tasks.list.outputs.cells }}"}\n""",
    )


def actions(folder: Path, size: int) -> Launch:
    """Calls of an action of a plugin."""
    install(folder / "shelf", "bench")
    tasks = "".join(f"  t{number}: {{uses: bench.mark}}\n" for number in range(size))
    return turbo_run(folder, tasks, env={"PYTHONPATH": str(folder / "shelf")})


def unchanged(folder: Path, size: int) -> Launch:
    """Tasks whose files are there and as they were."""
    return turbo(folder, independent(size), extra=", produces: [out/#]")


def finished(folder: Path, size: int) -> Launch:
    """A run that has succeeded, resumed: Turbo reads all of it to say, with exit code 2, that nothing is left to do."""
    once = turbo(folder, independent(size))
    script = f"test -d .turbo || exec {' '.join(once.argv)}; exec {TURBO} resume"
    return Launch(argv=("/bin/sh", "-c", script), env=once.env, exits=frozenset({0, 2}))


def checked(folder: Path, size: int) -> Launch:
    """A file that is checked, and has changed since it was checked before."""
    script = f"echo '#' >> turbo.yaml; exec {TURBO} check"
    return Launch(argv=("/bin/sh", "-c", script), env=turbo(folder, independent(size)).env)


def checked_again(folder: Path, size: int) -> Launch:
    """A file that is checked once more, as it was."""
    return Launch(argv=(TURBO, "check"), env=turbo(folder, independent(size)).env)


def printing(folder: Path, size: int) -> Launch:
    """One task that prints many lines, with twenty secrets to be masked; the run is followed as plain lines."""
    (folder / "lines.txt").write_text(lines(size))
    names = [f"SECRET_{number}" for number in range(len(SECRETS))]
    task = f"  print: {{run: [cat, lines.txt], secrets: [{', '.join(names)}]}}\n"
    return turbo_run(folder, task, env=dict(zip(names, SECRETS, strict=True)))


def chatting(*options: str) -> Callable[[Path, int], Launch]:
    """Many tasks that print at the same time, on a terminal; the size is for how many seconds."""

    def lay(folder: Path, size: int) -> Launch:
        command = [sys.executable, "-S", "-E", str(PROGRAMS / "chatter.py"), str(size)]
        tasks = "".join(f"  t{number}: {{run: {json.dumps(command)}}}\n" for number in range(PRINTERS))
        launch = turbo_run(folder, tasks, jobs=PRINTERS, options=options)
        return Launch(argv=launch.argv, env={**launch.env, "TERM": "xterm-256color"}, terminal=True)

    return lay


def waiting(folder: Path, size: int) -> Launch:
    """A run that stays while a person is asked; the size is for how many seconds."""
    launch = turbo_run(folder, '  go: {decide: "go?", ask: {within: 24h}}\n', options=("--wait",))
    return Launch(argv=(sys.executable, str(PROGRAMS / "interrupted.py"), str(size), *launch.argv), env=launch.env)


def started(*arguments: str) -> Callable[[Path, int], Launch]:
    """Turbo where so many plugins are installed."""

    def lay(folder: Path, size: int) -> Launch:
        for number in range(size):
            install(folder / "shelf", f"bench{number}")
        os.utime(folder / "shelf", (LONG_AGO, LONG_AGO))
        shelf = {"PYTHONPATH": str(folder / "shelf"), "TURBO_CACHE_FOLDER": str(folder / "caches")}
        return Launch(argv=(TURBO, *arguments), env=shelf)

    return lay
