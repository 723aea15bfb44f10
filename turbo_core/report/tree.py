"""Walking a run: every task in reading order, the leaves that do the work, counts of their states.

A *leaf* is a task that has neither cells nor phases of its own. Knows only the values of the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from turbo_core.model import AttemptView, PhaseView, TaskView
from turbo_core.report.looks import LOOKS, words


def walk(phases: Iterable[PhaseView]) -> Iterator[TaskView]:
    """Every task in reading order: a task, then its cells, then the tasks of its nested workflow."""
    for phase in phases:
        yield from _families(phase.tasks)


def family(task: TaskView) -> Iterator[TaskView]:
    """The task itself and everything inside it."""
    return _families((task,))


def _families(tasks: Iterable[TaskView]) -> Iterator[TaskView]:
    for task in tasks:
        yield task
        if task.cells:
            yield from _families(task.cells)
        if task.phases:
            yield from walk(task.phases)


def leaves(phases: Iterable[PhaseView]) -> Iterator[TaskView]:
    """The tasks that do the work themselves."""
    return (task for task in walk(phases) if not task.cells and not task.phases)


def shown_state(task: TaskView) -> str:
    """The state that looks and counts go by: a tolerated failure is ``allowed``."""
    return "allowed" if task.state == "failed" and task.tolerated else task.state


def failures(phases: Iterable[PhaseView]) -> list[TaskView]:
    """The leaves that failed, those that were not tolerated first."""
    return sorted((task for task in leaves(phases) if task.state == "failed"), key=lambda task: task.tolerated)


def counts(tasks: Iterable[TaskView]) -> Mapping[str, int]:
    """How many tasks are in each state, in the order of the table of looks."""
    found = Counter(shown_state(task) for task in tasks)
    return {state: found[state] for state in (*LOOKS, *sorted(found.keys() - LOOKS.keys())) if state in found}


def counted(tasks: Iterable[TaskView]) -> str:
    """Counts as a phrase: ``3 succeeded, 1 failed``."""
    return ", ".join(f"{count} {words(state)}" for state, count in counts(tasks).items()) or "no tasks"


def last_log(task: TaskView) -> AttemptView | None:
    """The last attempt that has a log."""
    return next((attempt for attempt in reversed(task.attempts) if attempt.log), None)
