"""What the events about tasks, attempts and gates do to the board. Pure."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from turbo_core.engine.board import Board
from turbo_core.engine.nodes import AttemptRecord, Node
from turbo_core.model import Event
from turbo_core.words import JSON, Risk
from turbo_core.workflow.definition import Criterion, Task


def _task_ready(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.values = dict(event.body["values"])
    node.state, node.ready_at = "ready", event.at
    group = node.group
    limit = group.task.matrix.max_parallel if group is not None and group.task.matrix is not None else None
    if group is None or limit is None:
        board.push(node)
    elif group.admitted < limit:
        board.admit(group, node)
    else:
        assert group.waiting is not None
        group.waiting.append(node)


def _task_expanded(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.state, node.expanded, node.started_at = "running", True, event.at
    node.waiting = deque()
    if not node.parts:
        node.parts = [
            board.add(f"{node.address}[{index}]", node.task, node.scope, group=node, cell=cell)
            for index, cell in enumerate(event.body["cells"])
        ]
        node.parts_open = len(node.parts)
    board.look_at_parts(node)


def _task_skipped(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.reason, node.by, node.root = event.body["reason"], event.body["by"], event.body["root"]
    node.message = event.body.get("message", "")
    board.finish(node, "skipped", event)


def _task_ended(board: Board, event: Event) -> None:
    node, body = board.nodes[event.task], event.body
    node.failure, node.message = body["failure"], body["message"]
    node.tolerated, node.unchanged = body["tolerated"], body["unchanged"]
    node.outputs, node.fingerprint = dict(body["outputs"]), body["fingerprint"]
    if node.failure in {"rejected", "expired"} and node.task.kind == "decide":
        board.rejected = True
    board.finish(node, body["state"], event)


def _task_asking(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.state, node.message = "asking", event.body["message"]
    node.asked = dict(event.body)
    board.asking[node] = None
    board.verdicts.pop(node, None)


def _lost_answered(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    board.asking.pop(node, None)
    board.parked = False
    node.asked = {**node.asked, "answer": event.body["answer"], "by": event.actor}
    board.verdicts[node] = None


def _key_wanted(board: Board, event: Event) -> None:
    board.nodes[event.task].key = "wanted"


def _key_taken(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.key = "taken"
    board.push(node)


def _key_refused(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.key = "refused"
    node.message = event.body["message"]
    board.verdicts[node] = None


def _files_read(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.values["files"] = dict(event.body)
    board.push(node)


def _attempt_started(board: Board, event: Event) -> None:
    node, body = board.nodes[event.task], event.body
    record = AttemptRecord(number=event.attempt, round=event.round, log=body["log"], started_at=event.at)
    node.attempts.append(record)
    node.state, node.due, node.lost = "running", "", False
    node.started_at = node.started_at or event.at
    node.values = {**node.values, **body["values"], "failure_asked": False, "failure_answer": "", "probe": None}
    board.verdicts.pop(node, None)
    if body["armed"]:
        node.undo = "armed"
    board.running[node.address] = node


def _attempt_ended(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    record = node.attempts[-1]
    record.ended_at, record.outcome = event.at, event.body
    node.lost = event.body["state"] == "lost"
    node.key = ""
    board.running.pop(node.address, None)
    board.verdicts[node] = None


def _attempt_delayed(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.state, node.due = "ready", event.body["due"]
    node.message = event.body["reason"]
    if event.body["counted"]:
        node.retries += 1
    board.verdicts.pop(node, None)
    board.asking.pop(node, None)
    node.asked, node.opinions = {}, None
    heapq.heappush(board.delayed, (node.due, node.order, node.address))


def _probe_started(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.values["probe"] = "running"
    board.verdicts.pop(node, None)


def _probe_ended(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.values["probe"] = event.body["answer"]
    board.verdicts[node] = None


def _failure_asked(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.values["failure_asked"] = True
    board.verdicts.pop(node, None)


def _failure_decided(board: Board, event: Event) -> None:
    node, body = board.nodes[event.task], event.body
    decided = {name: body[name] for name in ("answer", "by", "reason")}
    node.values |= {"failure_answer": body["answer"], "decided": decided, **(body.get("limits") or {})}
    node.decided_retries += body["answer"] in {"retry", "heal"}
    node.message = body["reason"]
    node.tried = {**(node.tried or {}), body["by"]: (node.tried or {}).get(body["by"], 0) + 1}
    if body["answer"] == "heal":
        _begin_remedy(board, node, body["remedy"])
    else:
        board.verdicts[node] = None


def _begin_remedy(board: Board, node: Node, remedy: Mapping[str, JSON]) -> None:
    """Make the remedy a task below the one that failed; what follows for that one is judged when the remedy has ended."""
    address = f"{node.address}/remedy{len(node.parts) + 1}"
    part = board.add(address, remedy_task(node.task, remedy), node.scope, group=node, cell=node.cell)
    node.parts.append(part)
    node.parts_open += 1
    board.judge[part] = None


def _gate_opened(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.state, node.started_at = "running", event.at
    node.gate = dict(event.body)
    gate = node.task.gate
    assert gate is not None
    node.asked, node.opinions = {}, None if board.deciders or gate.baselines else []
    if not node.parts:
        node.parts = [
            board.add(f"{node.address}/{criterion.name}", criterion_task(node.task, criterion), node.scope, group=node)
            for criterion in gate.criteria
            if criterion.uses
        ]
    for part in node.parts:
        part.reset()
        board.judge[part] = None
    node.parts_open = len(node.parts)
    if not node.parts_open and node.opinions is not None:
        board.verdicts[node] = None


def _gate_opinions(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.opinions = list(event.body["opinions"])
    node.gate["baselines"] = event.body.get("baselines", {})
    if not node.parts_open:
        board.verdicts[node] = None


def _gate_asked(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    node.state, node.asked = "asking", dict(event.body)
    if node.task.kind != "decide":
        node.gate = {"question": event.body["question"]}
    board.asking[node] = None
    board.verdicts.pop(node, None)
    heapq.heappush(board.delayed, (event.body["due"], node.order, node.address))


def _gate_answered(board: Board, event: Event) -> None:
    if event.body["accepted"]:
        node = board.nodes[event.task]
        node.asked = {**node.asked, "answer": dict(event.body), "by": event.actor}
        board.parked = False
        board.verdicts[node] = None


def _gate_decided(board: Board, event: Event) -> None:
    board.decisions.append(event)
    node = board.nodes[event.task]
    node.gate = {**node.gate, "decided": dict(event.body)}
    if node.task.kind == "decide" or event.body["decision"] != "accepted":
        board.verdicts[node] = None
    else:
        board.let_start(node)


def remedy_task(failed: Task, remedy: Mapping[str, JSON]) -> Task:
    """The task that a remedy is: its command, with the surroundings of what failed."""
    risks: Mapping[str, Risk] = {"read": "read", "change": "change", "destroy": "destroy"}
    return Task(
        name=failed.name,
        kind="run",
        position=failed.position,
        description=f"the remedy {remedy['name']}",
        run=str(remedy["run"]),
        env=failed.env,
        secrets=failed.secrets,
        cwd=failed.cwd,
        timeout=remedy["timeout"],
        risk=risks[remedy["risk"]],
        on_lost="fail",
    )


def criterion_task(gate: Task, criterion: Criterion) -> Task:
    """The task that asks an action for a criterion's score."""
    return Task(
        name=criterion.name,
        kind="uses",
        position=gate.position,
        uses=criterion.uses,
        arguments=criterion.arguments,
        risk="read",
        idempotent=True,
        on_lost="rerun",
        outputs={"score": "number", "confidence": "number?", "reason": "string?", "evidence": "json?"},
    )


FOLDS_OF_TASKS: Final[Mapping[str, Callable[[Board, Event], None]]] = {
    "task.ready": _task_ready,
    "task.expanded": _task_expanded,
    "task.skipped": _task_skipped,
    "task.ended": _task_ended,
    "task.asking": _task_asking,
    "lost.answered": _lost_answered,
    "key.wanted": _key_wanted,
    "key.taken": _key_taken,
    "key.refused": _key_refused,
    "files.read": _files_read,
    "attempt.started": _attempt_started,
    "attempt.ended": _attempt_ended,
    "attempt.delayed": _attempt_delayed,
    "probe.started": _probe_started,
    "probe.ended": _probe_ended,
    "failure.asked": _failure_asked,
    "failure.decided": _failure_decided,
    "gate.opened": _gate_opened,
    "gate.opinions": _gate_opinions,
    "gate.asked": _gate_asked,
    "gate.answered": _gate_answered,
    "gate.decided": _gate_decided,
}
