"""Which task needs which: cycles, and who comes before whom. It must not know what tasks do.

Everything is walked in loops and computed when asked for, so that a chain of 100,000 tasks is no burden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Graph:
    """The needs of each task within its phase, and the number of each task's phase."""

    needs: Mapping[str, tuple[str, ...]]
    phase_of: Mapping[str, int]

    def reaches(self, task: str, other: str) -> bool:
        """Whether ``task`` needs ``other``, directly or not."""
        return other in self.needs.get(task, ()) or any(name == other for name in self.before(task))

    def before(self, task: str) -> Iterator[str]:
        """All direct and indirect needs of ``task``."""
        seen = {task}
        waiting = list(self.needs.get(task, ()))
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                yield name
                waiting.extend(self.needs.get(name, ()))

    def cycles(self) -> list[tuple[str, ...]]:
        """Each cycle once, as the names along it, in the order in which the tasks stand."""
        found: list[tuple[str, ...]] = []
        done: set[str] = set()
        for start in self.needs:
            if start not in done:
                self._walk(start, done, found)
        return found

    def _walk(self, start: str, done: set[str], found: list[tuple[str, ...]]) -> None:
        trail = {start: None}
        stack = [iter(self.needs[start])]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                done.add(trail.popitem()[0])
            elif name in trail:
                names = list(trail)
                found.append(tuple(names[names.index(name) :]))
            elif name not in done and name in self.needs:
                trail[name] = None
                stack.append(iter(self.needs[name]))


class Ancestors(Set[str]):
    """The needs of one task, direct and indirect, as a set that is computed when it is looked at."""

    __slots__ = ("_graph", "_task")

    def __init__(self, graph: Graph, task: str) -> None:
        self._graph = graph
        self._task = task

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._graph.reaches(self._task, name)

    def __iter__(self) -> Iterator[str]:
        return self._graph.before(self._task)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Ancestors({self._task!r})"

    @classmethod
    def _from_iterable(cls, it: Iterable[S]) -> frozenset[S]:
        return frozenset(it)
