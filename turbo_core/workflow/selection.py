"""Which tasks a workflow has, what they read, and which of them ``--only`` selects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from turbo_core.errors import UsageError
from turbo_core.workflow.definition import Task, Workflow
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.fitting import did_you_mean


def tasks_of(workflow: Workflow) -> Iterable[Task]:
    """All tasks of a workflow and of those nested in it, steps and criteria's actions included."""
    steps = (*workflow.on_failure, *workflow.finally_)
    for task in (*(task for phase in workflow.phases for task in phase.tasks), *steps):
        yield task
        if task.gate is not None:
            for criterion in task.gate.criteria:
                if criterion.uses:
                    yield Task(name=criterion.name, kind="uses", position=task.position, uses=criterion.uses)
        if task.child is not None:
            yield from tasks_of(task.child)


def selected(workflow: Workflow, only: Sequence[str]) -> list[str] | None:
    """The tasks that ``--only`` selects, with all that they need; ``None`` for all.

    Raises:
        UsageError: there is no such task, or a selected one reads one that is not.
    """
    if not only:
        return None
    tasks = {task.name: task for phase in workflow.phases for task in phase.tasks}
    stray = next((name for name in only if name not in tasks), None)
    if stray is not None:
        raise UsageError(f"there is no task {stray!r}", next_step=did_you_mean(stray, tasks))
    chosen = _with_needs(only, tasks)
    for name in chosen:
        for read_one in reads_of(tasks[name]):
            if read_one not in chosen:
                raise UsageError(f"{name} reads {read_one}, which --only leaves out", next_step=f"add --only {read_one}")
    return [name for name in tasks if name in chosen]


def _with_needs(only: Sequence[str], tasks: Mapping[str, Task]) -> set[str]:
    chosen: set[str] = set()
    waiting = list(only)
    while waiting:
        name = waiting.pop()
        if name not in chosen:
            chosen.add(name)
            waiting.extend(need.name for need in tasks[name].needs)
    return chosen


def reads_of(task: Task) -> set[str]:
    """The names of the tasks whose results a task reads."""
    return {path[1] for value in values_of(task) for path in value.reads if path[0] == "tasks" and len(path) > 1}


def values_of(task: Task) -> Iterator[Value]:
    """Every value of a task that is evaluated to run it."""
    single = [task.when, task.cwd, task.memory, task.processes, task.arguments, task.message]
    single += [task.concurrency.key] if task.concurrency else []
    if task.matrix is not None:
        single += [value for _name, value in task.matrix.axes]
        single += [task.matrix.include, task.matrix.exclude, task.matrix.computed]
    if task.gate is not None:
        single += [task.gate.question, task.gate.ask.message if task.gate.ask else None]
        single += [value for criterion in task.gate.criteria for value in (criterion.score, criterion.arguments)]
    several = task.run if isinstance(task.run, tuple) else ()
    yield from (value for value in (*single, *several, *task.env.values()) if value is not None)
