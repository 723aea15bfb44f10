"""May a run go on with another definition? Only if no task that was tried, or has ended, is another one now. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from turbo_core.engine.nodes import Node, Scope
from turbo_core.engine.state import State
from turbo_core.errors import ResumeRefused
from turbo_core.workflow.definition import Position, Task, Workflow


def refuse_started(state: State, workflow: Workflow) -> None:
    """Compare the definition of all that has begun with the new one.

    Raises:
        ResumeRefused: the name, an input or a task that has begun is not what it was.
    """
    if workflow.name != state.workflow.name or dict(workflow.inputs) != dict(state.workflow.inputs):
        raise ResumeRefused("the workflow has another name or other inputs now", where=state.run, next_step="start a new run")
    _compare(state.root, workflow, state.run)


def _compare(scope: Scope, workflow: Workflow, run: str) -> None:
    steps = (*workflow.on_failure, *workflow.finally_)
    tasks = {task.name: task for task in (*(task for phase in workflow.phases for task in phase.tasks), *steps)}
    for name, node in scope.nodes.items():
        task = tasks.get(name)
        if _has_begun(node) and (task is None or _bare(task) != _bare(node.task)):
            raise ResumeRefused(
                f"{node.address} has begun, and is another task now" if task else f"{node.address} has begun, and is gone now",
                where=run,
                next_step="take the change back, or go on with --as-recorded",
            )
        if node.child is not None and task is not None and task.child is not None:
            _compare(node.child, task.child, run)


def _has_begun(node: Node) -> bool:
    return bool(node.attempts) or node.child is not None or (node.final and node.state != "skipped")


def _bare(task: Task) -> Task:
    """The task without where it stands; what a nested workflow holds is compared on its own."""
    return replace(task, position=_NOWHERE, child=None)


_NOWHERE = Position(path="", line=0, column=0)
