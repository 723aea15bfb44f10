"""From a workflow to the handbook that explains it. Pure, but for what the catalogue knows of actions."""

from __future__ import annotations

from typing import Final

from turbo_core.engine.outline import label_of, nodes_of
from turbo_core.errors import PluginFailed
from turbo_core.report import graph
from turbo_core.report.handbook import Chapter, Given, Handbook, Step, Weighed
from turbo_core.report.text import as_json
from turbo_core.workflow.definition import Actions, Gate, Input, Task, Workflow
from turbo_core.workflow.units import format_duration

_RISKY: Final = {"run", "uses"}


def handbook(workflow: Workflow, actions: Actions) -> Handbook:
    """What there is to tell of a workflow.

    Args:
        workflow: as it was read.
        actions: knows what plugins say of their actions.
    """
    ends = (("on_failure", workflow.on_failure), ("finally", workflow.finally_))
    phases = [*((phase.name, phase.tasks) for phase in workflow.phases), *(end for end in ends if end[1])]
    main = workflow.position.path
    return Handbook(
        name=workflow.name,
        description=workflow.description.strip(),
        path=main,
        start=_start(workflow),
        inputs=tuple(_given(one) for one in workflow.inputs.values()),
        secrets=tuple(sorted(workflow.secrets)),
        chapters=tuple(Chapter(name=name, steps=tuple(_step(task, actions) for task in tasks)) for name, tasks in phases),
        mermaid=graph.mermaid(nodes_of(workflow)),
    )


def _start(workflow: Workflow) -> str:
    wanted = "".join(f" -i {one.name}=…" for one in workflow.inputs.values() if one.required)
    return f"turbo run {workflow.name}{wanted}"


def _given(one: Input) -> Given:
    choices = f" ({', '.join(map(str, one.choices))})" if one.choices else ""
    default = "" if one.required else as_json(one.default)
    return Given(name=one.name, type=one.type + choices, default=default, description=one.description)


def _step(task: Task, actions: Actions) -> Step:
    return Step(
        name=task.name,
        kind=task.kind,
        does=label_of(task),
        description=task.description,
        summary=_summary(task, actions),
        risk=task.risk if task.kind in _RISKY else "",
        needs=tuple(need.name for need in task.needs),
        undo=_undo(task),
        notes=_notes(task),
        criteria=_criteria(task.gate),
        asks=_asks(task.gate),
        inside=handbook(task.child, actions) if task.child is not None else None,
    )


def _summary(task: Task, actions: Actions) -> str:
    try:
        return actions.info(task.uses).summary if task.uses else ""
    except PluginFailed:
        return ""


def _undo(task: Task) -> str:
    if task.undo is None:
        return "all that was done" if task.undo_all else ""
    if isinstance(task.undo.command, str):
        return task.undo.command
    return " ".join(str(item.raw) for item in task.undo.command) if task.undo.command else f"the undo of {task.uses}"


def _notes(task: Task) -> tuple[str, ...]:
    told = (
        f"Only if {task.when.raw}." if task.when is not None else "",
        "Once for each cell of its matrix." if task.matrix is not None else "",
        f"Tried again up to {task.retry.times} times." if task.retry.times else "",
        f"Ended after {format_duration(task.timeout)}." if task.timeout else "",
        "May fail without stopping the run." if task.allow_failure else "",
        f"Uses the secrets {', '.join(task.secrets)}." if task.secrets else "",
    )
    return tuple(note for note in told if note)


def _criteria(gate: Gate | None) -> tuple[Weighed, ...]:
    return tuple(
        Weighed(name=one.name, weight=one.weight, veto=one.veto, looks_at=one.uses or (str(one.score.raw) if one.score else ""))
        for one in (gate.criteria if gate else ())
    )


def _asks(gate: Gate | None) -> str:
    if gate is None or gate.ask is None:
        return ""
    who = ", ".join(gate.ask.who) or "Anybody"
    other = ", but not who started the run," if gate.ask.not_starter else ""
    return f"{who}{other} may be asked; no answer within {format_duration(gate.ask.within)} counts as no."
