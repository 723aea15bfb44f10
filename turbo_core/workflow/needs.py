"""`needs:` -> edges and the graph, and what can be wrong with them. It must not know what tasks do."""

from __future__ import annotations

from collections.abc import Mapping

from turbo_core.workflow.definition import Need
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean
from turbo_core.workflow.graph import Graph
from turbo_core.workflow.schema import TaskShape
from turbo_core.workflow.source import Source, TaskSource


def read_needs(source: Source, findings: Findings) -> tuple[dict[str, tuple[Need, ...]], Graph]:
    """The needs of each task, and the graph of those within a phase."""
    tasks = {task.name: task for task in source.tasks()}
    needs = {name: _needs_of(task, tasks, source, findings) for name, task in tasks.items()}
    edges = {
        name: tuple(one.name for one in found if tasks[one.name].phase == tasks[name].phase) for name, found in needs.items()
    }
    graph = Graph(edges, {name: task.phase for name, task in tasks.items()})
    for cycle in graph.cycles():
        _tell_cycle(cycle, tasks, findings)
    return needs, graph


def _needs_of(task: TaskSource, tasks: Mapping[str, TaskSource], source: Source, findings: Findings) -> tuple[Need, ...]:
    shape = task.shape
    written = shape.needs if isinstance(shape, TaskShape) and task.has("needs") else []
    found: dict[str, Need] = {}
    for index, name in enumerate(written):
        at = task.spot.into("needs", name if isinstance(written, dict) else index)
        if _check_need(task, name, at, tasks=tasks, source=source, findings=findings):
            if name in found:
                findings.add("E-needs", at.key, f"'{name}' is needed twice", "", "remove one")
            found[name] = Need(name=name, condition=written[name]) if isinstance(written, dict) else Need(name=name)
    return tuple(found.values())


def _check_need(
    task: TaskSource, name: str, at: Spot, *, tasks: Mapping[str, TaskSource], source: Source, findings: Findings
) -> bool:
    if name == task.name:
        findings.add("E-needs", at.key, f"'{name}' needs itself", "", "remove it")
    elif name not in source.task_spots:
        findings.add("E-needs", at.key, f"there is no task '{name}'", "", _hint(name, source))
    elif name in tasks and tasks[name].phase > task.phase:
        why = f"it is in the phase '{tasks[name].phase_name}', which comes after '{task.phase_name}'"
        findings.add("E-needs", at.key, f"'{name}' runs later than this", why, "move one of them, or remove the need")
    else:
        return name in tasks
    return False


def _hint(name: str, source: Source) -> str:
    if name in source.phases:
        return f"'{name}' is a phase; phases wait for the ones before them by themselves"
    return did_you_mean(name, source.task_spots)


def _tell_cycle(cycle: tuple[str, ...], tasks: Mapping[str, TaskSource], findings: Findings) -> None:
    first = tasks[cycle[0]]
    told = " → ".join((*cycle, cycle[0]))
    findings.add(
        "E-cycle",
        first.spot.into("needs").key,
        f"these tasks need each other: {told}",
        "none of them could begin",
        "remove one need",
    )
