"""How long a graph of tasks takes with a number of slots: a simulation of the order in which the scheduler starts tasks.

Phases are barriers; inside one, tasks start when their needs are done, in file order while slots are scarce. Tasks that need no
slot (gates, nested workflows, whole matrices, messages) start at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One task of the graph. ``needs`` are addresses of the same phase; others are met by the order of phases."""

    address: str
    needs: tuple[str, ...] = ()
    slot: bool = True


def length(phases: Sequence[Sequence[Step]], seconds: Mapping[str, float], jobs: int) -> float:
    """How many seconds the graph takes.

    Args:
        phases: the tasks that are left, by phase.
        seconds: how long each of them takes; one that is running: how much longer.
        jobs: how many slots there are.
    """
    return sum(_phase(steps, seconds, jobs) for steps in phases)


def _phase(steps: Sequence[Step], seconds: Mapping[str, float], jobs: int) -> float:
    places = {step.address: index for index, step in enumerate(steps)}
    needed = [[places[need] for need in step.needs if need in places] for step in steps]
    unmet = [len(needs) for needs in needed]
    dependents: list[list[int]] = [[] for _ in steps]
    for index, needs in enumerate(needed):
        for need in needs:
            dependents[need].append(index)
    ready = [index for index, count in enumerate(unmet) if not count]
    waiting: list[int] = []
    busy: list[tuple[float, int]] = []
    now, free = 0.0, jobs
    while ready or busy or waiting:
        for index in ready:
            if steps[index].slot:
                heapq.heappush(waiting, index)
            else:
                heapq.heappush(busy, (now + seconds[steps[index].address], index))
        ready = []
        while waiting and free:
            free -= 1
            index = heapq.heappop(waiting)
            heapq.heappush(busy, (now + seconds[steps[index].address], index))
        now, index = heapq.heappop(busy)
        free += steps[index].slot
        for dependent in dependents[index]:
            unmet[dependent] -= 1
            if not unmet[dependent]:
                ready.append(dependent)
    return now
