"""The critical path of a run: the chain of tasks that had to wait for each other, from the last end back to the start.

What is not on it could have been quicker without the run ending any earlier. Pure; knows only the values of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from turbo_core.model import PhaseView, RunView, TaskView
from turbo_core.report.tree import leaves

_Waits: TypeAlias = tuple[TaskView, ...]


def critical_path(run: RunView) -> tuple[TaskView, ...]:
    """The leaves on the path, first to last; none if nothing has ended.

    A task waits for what it needs and for the whole phase before; the one of these that ended last comes before it on the path.
    """
    waits = {task.address: before for task, before in _waits(run.phases, ())}
    path: list[TaskView] = []
    at = _last(leaves(run.phases))
    while at is not None:
        path.append(at)
        at = _last(leaves([PhaseView(name="", tasks=waits[at.address])]))
    return tuple(reversed(path))


def _last(tasks: Iterator[TaskView]) -> TaskView | None:
    """The one that ended last, of those that were tried."""
    return max((task for task in tasks if task.attempts and task.ended_at), key=lambda task: task.ended_at, default=None)


def _waits(phases: Sequence[PhaseView], before: _Waits) -> Iterator[tuple[TaskView, _Waits]]:
    """Each leaf with the tasks that it had to wait for."""
    for phase in phases:
        names = {name: task for task in phase.tasks for name in (task.address, task.name)}
        for task in phase.tasks:
            needed = tuple(names[need] for need in task.needs if need in names and names[need] is not task)
            yield from _inside(task, needed or before)
        before = phase.tasks if any(map(_tried, phase.tasks)) else before


def _inside(task: TaskView, before: _Waits) -> Iterator[tuple[TaskView, _Waits]]:
    if task.cells:
        for cell in task.cells:
            yield from _inside(cell, before)
    elif task.phases:
        yield from _waits(task.phases, before)
    else:
        yield task, before


def _tried(task: TaskView) -> bool:
    """Whether something of it ran."""
    return any(leaf.attempts for leaf in leaves([PhaseView(name="", tasks=(task,))]))
