"""The graph of a workflow as the values that pictures and pages are made of."""

from __future__ import annotations

from turbo_core.engine.values import title_of
from turbo_core.report.graph import GraphNode
from turbo_core.workflow.definition import Task, Workflow


def nodes_of(workflow: Workflow, prefix: str = "") -> list[GraphNode]:
    """One node for each task, phases in their order; the steps at the end are not part of the graph."""
    return [_node(task, phase.name, prefix) for phase in workflow.phases for task in phase.tasks]


def _node(task: Task, phase: str, prefix: str) -> GraphNode:
    return GraphNode(
        address=prefix + task.name,
        label=task.description or label_of(task),
        kind=task.kind,
        needs=tuple(prefix + need.name for need in task.needs),
        phase=phase,
    )


def label_of(task: Task) -> str:
    """What a task does, as far as it is known before it runs."""
    if isinstance(task.run, tuple):
        return " ".join(str(item.raw) for item in task.run)
    if task.gate is not None:
        return str(task.gate.question.raw)
    if task.message is not None:
        return str(task.message.raw)
    return title_of(task, {})
