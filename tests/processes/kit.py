"""What these tests share: who belongs to an attempt, who is his parent, and trees that are grown."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tests.engine.process.slot_kit import Bench, Running
from turbo_core.engine.process.containment import table

TREE = Path(__file__).with_name("tree.py")
SIZE = 50
PROMISED = 2.0
"""Seconds after the grace in which a tree is gone."""


def tree(file: Path, size: int = SIZE) -> tuple[str, ...]:
    """The command line that grows a tree, and writes the pids of its processes to ``file``."""
    return (sys.executable, "-I", "-S", str(TREE), str(size), str(file))


def grown(bench: Bench, file: Path, size: int = SIZE, **fields: object) -> Running:
    """A tree in a slot, all of it there."""
    running = bench.begin(bench.order(tree(file, size), **fields))
    bench.until(lambda: len(pids(file)) >= size)
    return running


def pids(file: Path) -> list[int]:
    """The processes that a tree has written down so far."""
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def parent(pid: int) -> int:
    """The parent of a living process."""
    return table()[pid].parent


def living(mark: str) -> list[int]:
    """The processes with a mark in their environment, those that have ended and are not yet waited for not counted."""
    return [process.pid for process in table().values() if not process.zombie and mark in _environment(process.pid)]


def _environment(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_text("utf-8", "replace")
    except OSError:
        return ""


def threads(pid: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def resident(pid: int) -> int:
    """The bytes that a process has in memory."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def seconds_since(moment: float) -> float:
    """How long ago a moment of the monotonic clock was."""
    return time.monotonic() - moment
