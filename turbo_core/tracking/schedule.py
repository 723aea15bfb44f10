"""How long a graph of tasks takes with a number of slots: a simulation of the order in which the scheduler starts tasks.

Phases are barriers; inside one, tasks start when their needs are done, in file order while slots are scarce. Tasks that need no
slot (gates, nested workflows, whole matrices, messages) start at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from msgspec import Struct


class Step(Struct, frozen=True, kw_only=True):
    """One task of the graph. ``needs`` are addresses of the same phase; others are met by the order of phases."""

    address: str
    needs: tuple[str, ...] = ()
    slot: bool = True


class Schedule:
    """The tasks that are left, by phase; asked again and again for other durations.

    Args:
        phases: the tasks, by phase in their order.
    """

    def __init__(self, phases: Sequence[Sequence[Step]]) -> None:
        self._phases = [_Phase(steps) for steps in phases]

    def length(self, seconds: Mapping[str, float], jobs: int) -> float:
        """How many seconds the graph takes.

        Args:
            seconds: how long each task takes; one that is running: how much longer.
            jobs: how many slots there are.
        """
        return sum(phase.length(seconds, jobs) for phase in self._phases)


class _Phase:
    """One phase; tasks are numbers in file order."""

    def __init__(self, steps: Sequence[Step]) -> None:
        places = {step.address: index for index, step in enumerate(steps)}
        self._addresses = [step.address for step in steps]
        self._slots = [step.slot for step in steps]
        self._unmet = [0] * len(steps)
        self._dependents: list[list[int]] = [[] for _ in steps]
        for index, step in enumerate(steps):
            for need in step.needs:
                if need in places:
                    self._unmet[index] += 1
                    self._dependents[places[need]].append(index)
        at_once = [index for index, count in enumerate(self._unmet) if not count]
        self._first = [index for index in reversed(at_once) if self._slots[index]]
        self._free = [index for index in at_once if not self._slots[index]]

    def length(self, seconds: Mapping[str, float], jobs: int) -> float:
        unmet, slots, dependents = [*self._unmet], self._slots, self._dependents
        takes = [seconds[address] for address in self._addresses]
        first, later = [*self._first], list[int]()  # most tasks need nothing: in their order they are no work for a heap
        busy = [(takes[index], index) for index in self._free]
        heapify(busy)
        now, free = 0.0, jobs
        while first or later or busy:
            while free and (first or later):
                free -= 1
                index = heappop(later) if later and (not first or later[0] < first[-1]) else first.pop()
                heappush(busy, (now + takes[index], index))
            now, index = heappop(busy)
            free += slots[index]
            for dependent in dependents[index]:
                unmet[dependent] -= 1
                if unmet[dependent]:
                    continue
                if slots[dependent]:
                    heappush(later, dependent)
                else:
                    heappush(busy, (now + takes[dependent], dependent))
        return now
