"""The graphs that are run. A graph lists for each task, by its number, the numbers of the tasks that it needs: smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Graph: TypeAlias = Sequence[Sequence[int]]
Shape: TypeAlias = Callable[[int], Graph]
"""Makes a graph of so many tasks."""

WIDTH = 10


def independent(size: int) -> Graph:
    """No task needs another."""
    return [[] for _ in range(size)]


def chain(size: int) -> Graph:
    """Each task needs the one before."""
    return [[number - 1] if number else [] for number in range(size)]


def layered(size: int) -> Graph:
    """Layers of ten tasks; each task needs all of the layer before."""
    starts = [number - number % WIDTH for number in range(size)]
    return [list(range(start - WIDTH, start)) if start else [] for start in starts]


def fan(size: int) -> Graph:
    """All tasks need the first one."""
    return [[0] if number else [] for number in range(size)]
