"""A run as test cases: which tasks count, and as what. Knows neither XML nor Markdown.

A matrix is told by its cells and a nested workflow by its tasks; what holds them is a case of its own only if it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from turbo_core import RunView, TaskView

Verdict: TypeAlias = Literal["passed", "failed", "error", "skipped"]
Tail: TypeAlias = Callable[[str, int], str]
"""Gives the end of a log: its path, and how many characters."""

_FAILURES: Final = frozenset({"exit", "child", "rejected", "expired"})
"""The classes for which a task answers itself; the others (a time limit, a signal, a lost machine) count as errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """An attempt that was not the last: its class, its message, and the end of its log."""

    kind: str
    message: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One task. ``kind`` is the class of its failure, or why it was skipped; ``tries`` are the attempts before the last."""

    suite: str
    name: str
    verdict: Verdict
    seconds: float
    kind: str = ""
    message: str = ""
    output: str = ""
    tries: tuple[Try, ...] = ()


def cases_of(run: RunView, tail: Tail, *, failed: int, passed: int) -> Iterator[Case]:
    """The cases of a run, in the order of the workflow.

    Args:
        run: the run.
        tail: gives the end of a log.
        failed: how many characters of it a task shows that did not succeed.
        passed: likewise of one that did.
    """
    for phase in run.phases:
        for task in _leaves(phase.tasks):
            yield _case(phase.name, task, tail, failed if task.state == "failed" else passed, failed)


def _leaves(tasks: Iterable[TaskView]) -> Iterator[TaskView]:
    for task in tasks:
        inner = [*task.cells, *(one for phase in task.phases for one in phase.tasks)]
        if inner:
            yield from _leaves(inner)
        else:
            yield task


def _case(suite: str, task: TaskView, tail: Tail, limit: int, of_tries: int) -> Case:
    last = task.attempts[-1] if task.attempts else None
    return Case(
        suite=suite,
        name=task.address,
        verdict=_verdict(task),
        seconds=task.seconds,
        kind="tolerated" if task.state == "failed" and task.tolerated else task.failure or task.reason or task.state,
        message=task.why,
        output=tail(last.log, limit) if last and limit else "",
        tries=tuple(
            Try(kind=one.failure or one.state, message=one.message, output=tail(one.log, of_tries) if of_tries else "")
            for one in task.attempts[:-1]
        ),
    )


def _verdict(task: TaskView) -> Verdict:
    if task.state == "succeeded":
        return "passed"
    if task.state != "failed" or task.tolerated:
        return "skipped"
    return "failed" if task.failure in _FAILURES else "error"
