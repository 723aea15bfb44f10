"""Which task needs which: cycles, and who comes before whom. It must not know what tasks do.

Everything is walked in loops and computed when asked for, so that a chain of 100,000 tasks is no burden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct


class Graph(Struct, frozen=True):
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
