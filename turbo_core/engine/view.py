"""From the state to the values that reports are made of. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from turbo_core.differences import comparison_from
from turbo_core.engine.acts import acts
from turbo_core.engine.nodes import AttemptRecord, Node, Scope
from turbo_core.engine.state import State
from turbo_core.engine.times import between
from turbo_core.engine.values import outputs_of, summary_of, title_of
from turbo_core.engine.why import why
from turbo_core.foreseen import anomaly_from, foreseen_from
from turbo_core.model import (
    AttemptView,
    CriterionView,
    DecisionView,
    Event,
    FaultView,
    MessageView,
    PhaseView,
    RunView,
    TaskView,
    Usage,
)
from turbo_core.words import JSON, RunOutcome


def view(state: State, folder: Path) -> RunView:
    """The whole run as a value."""
    created = state.created
    return RunView(
        id=state.run,
        workflow=state.workflow.name,
        description=state.workflow.description,
        project=created["project"],
        actor=state.actor,
        outcome=_outcome(state),
        exit_code=state.exit_code,
        summary=state.summary or summary_of(state, state.root, _outcome(state)),
        round=state.round,
        created_at=state.created_at,
        ended_at=state.ended_at,
        seconds=between(state.created_at, state.ended_at),
        inputs=state.root.inputs,
        outputs=state.outputs,
        phases=_phases(state, state.root),
        acts=acts(state.acts),
        decisions=tuple(_decision(event, state) for event in state.decisions),
        messages=tuple(_message(event, state.receipts[key]) for key, event in state.messages.items()),
        plugins={name: pin["version"] for name, pin in created["plugins"].items()},
        core_version=created["core_version"],
        containment=str(state.taken.get("containment", "")),
        digest=created["digest"],
        folder=folder,
        host=str(state.taken.get("host", "")),
        jobs=int(state.taken.get("jobs", 0)),
        compared=comparison_from(state.compared) if state.compared else None,
        faults=(*document_faults(state.document_faults), *_faults(state)),
        foreseen=foreseen_from(state.foretold, state.epoch) if state.foretold else None,
        anomalies=tuple(anomaly_from(event.task, event.at, event.body) for event in state.anomalies),
    )


def _faults(state: State) -> Iterator[FaultView]:
    """What trackers and listeners did wrong."""
    for (plugin, hook), event in sorted(state.faults.items()):
        yield FaultView(plugin=plugin, moment=hook.removeprefix("turbo_"), message=str(event.body["message"]))


def document_faults(faults: Mapping[str, str]) -> tuple[FaultView, ...]:
    """What was wrong with the documents of plugins, in the order of their names."""
    return tuple(FaultView(plugin=name, moment="document", message=told) for name, told in sorted(faults.items()))


def _outcome(state: State) -> RunOutcome:
    if state.outcome == "succeeded":
        return "succeeded"
    if state.outcome == "failed":
        return "failed"
    if state.outcome == "cancelled":
        return "cancelled"
    return "parked" if state.parked else "running"


def _phases(state: State, scope: Scope) -> tuple[PhaseView, ...]:
    shown = []
    for stage, phase in scope.stages():
        nodes = [scope.nodes[task.name] for task in phase.tasks]
        if stage == "phases" or any(node.state != "pending" for node in nodes):
            shown.append(PhaseView(name=phase.name, tasks=tuple(task_view(state, node) for node in nodes)))
    return tuple(phase for phase in shown if phase.tasks)


def task_view(state: State, node: Node) -> TaskView:
    """One task, its cells and its nested workflow."""
    task = node.task
    return TaskView(
        address=node.address,
        name=node.address.rpartition("/")[2],
        kind=task.kind,
        title=title_of(task, node.values),
        description=task.description,
        state=node.state,
        failure=node.failure,
        reason=node.reason,
        because=node.root or node.by,
        why=why(state, node),
        risk=task.risk if task.kind in {"run", "uses"} else "",
        tolerated=node.tolerated,
        unchanged=node.unchanged,
        undo=node.undo,
        needs=() if node.group is not None else tuple(node.scope.address(need.name) for need in task.needs),
        started_at=node.started_at,
        ended_at=node.ended_at,
        seconds=between(node.started_at, node.ended_at),
        outputs={} if node.expanded else _known(outputs_of(node)),
        attempts=tuple(_attempt(record) for record in node.attempts),
        cells=tuple(task_view(state, part) for part in node.parts),
        phases=_phases(state, node.child) if node.child is not None else (),
    )


def _known(outputs: Mapping[str, JSON]) -> dict[str, JSON]:
    return {name: value for name, value in outputs.items() if value is not None}


def _attempt(record: AttemptRecord) -> AttemptView:
    outcome = record.outcome or {}
    return AttemptView(
        number=record.number,
        state=outcome.get("state", "running"),
        failure=outcome.get("failure") or "",
        message=outcome.get("message", ""),
        exit_code=outcome.get("exit_code"),
        signal=outcome.get("signal"),
        started_at=record.started_at,
        ended_at=record.ended_at,
        seconds=between(record.started_at, record.ended_at),
        log=record.log,
        log_bytes=outcome.get("log_bytes", 0),
        usage=_usage(outcome.get("usage") or {}),
        verified=outcome.get("verified", True),
    )


def _usage(used: Mapping[str, JSON]) -> Usage:
    return Usage(
        cpu=float(used.get("cpu", 0)),
        user=float(used.get("user", 0)),
        system=float(used.get("system", 0)),
        memory=used.get("memory", 0),
        group_memory=used.get("group_memory", 0),
        read_blocks=used.get("read_blocks", 0),
        written_blocks=used.get("written_blocks", 0),
    )


def _decision(event: Event, state: State) -> DecisionView:
    node, body = state.nodes[event.task], event.body
    gate = node.task.gate
    return DecisionView(
        task=event.task,
        question=str(node.gate.get("question", "")),
        decision=body["decision"],
        score=body["score"],
        confidence=body["confidence"],
        accept=gate.accept if gate else None,
        reject=gate.reject if gate else None,
        reason=body["reason"],
        by=body["by"],
        comment=body["comment"],
        at=event.at,
        criteria=tuple(CriterionView(**line) for line in body["criteria"]),
    )


def _message(event: Event, receipts: Mapping[str, str]) -> MessageView:
    body = event.body
    return MessageView(
        at=event.at, level=body["level"], subject=body["subject"], body=body["body"], task=event.task, receipts=dict(receipts)
    )
