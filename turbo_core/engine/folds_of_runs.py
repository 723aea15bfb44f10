"""What the events about runs, phases, undo and messages do to the board. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from turbo_core.engine.board import Board
from turbo_core.engine.nodes import Node
from turbo_core.model import Event
from turbo_core.tracing import Trace


def _run_created(board: Board, event: Event) -> None:
    body = event.body
    board.run, board.created, board.created_at, board.actor = event.run, body, event.at, event.actor
    board.project, board.trace = Path(body["project"]), Trace.of(event.run, body.get("trace", ""))
    board.options = body["options"]
    board.round = 1
    board.root.inputs = body["inputs"]
    board.advance[board.root] = None


def _run_taken(board: Board, event: Event) -> None:
    board.taken = event.body
    board.jobs = event.body["jobs"]
    board.deciders = event.body["deciders"]
    board.channels = tuple(event.body["channels"])
    board.parked = False
    for node in board.nodes.values():
        if not node.final:
            board.forget_requests(node)


def _run_round(board: Board, event: Event) -> None:
    board.round = event.round
    board.outcome, board.exit_code, board.ended_at, board.summary = "", None, "", ""
    board.cancelling, board.cancel_signal, board.rejected = "", 0, False
    board.compared = {}
    board.clear_queues()
    for address in event.body["reset"]:
        board.reset(board.nodes[address])
    for scope in board.scopes():
        board.reopen(scope)


def _run_changed(board: Board, event: Event) -> None:
    assert board.recorded is not None
    board.created = {**board.created, **event.body}
    board.workflow = board.recorded(board.created)
    board.judge.clear()
    board.redefine(board.root, board.workflow)
    for node in [node for node in board.asking if "due" in node.asked]:
        # What was asked about is not what runs now: it is asked anew.
        del board.asking[node]
        if node.task.kind != "decide":
            node.asked, node.gate, node.values, node.state = {}, {}, {}, "pending"
            continue
        node.asked, node.state = {}, "running"
        board.verdicts[node] = None


def _run_cancelling(board: Board, event: Event) -> None:
    board.cancelling = "force" if event.body["force"] else "orderly"
    board.cancel_signal = event.body.get("signal", 0)
    for scope in board.scopes():
        if scope.stage == "phases" or board.cancelling == "force":
            board.sweep[scope] = None
    if board.cancelling == "force":
        board.undo_queue = [task for task in board.undo_queue if task == board.undo_running]
        if not board.undo_queue:
            board.undo_is_over()


def _run_ended(board: Board, event: Event) -> None:
    body = event.body
    board.outcome, board.exit_code = body["outcome"], body["exit_code"]
    board.summary, board.outputs, board.ended_at = body["summary"], body["outputs"], event.at
    board.root.stage = "done"
    board.parked = False


def _run_parked(board: Board, _event: Event) -> None:
    board.parked = True


def _documents_written(board: Board, event: Event) -> None:
    board.documents = tuple(event.body["names"])
    board.document_faults = event.body.get("faults", {})


def _run_compared(board: Board, event: Event) -> None:
    board.compared = event.body


def _vars_set(board: Board, event: Event) -> None:
    scope = board.scope_of(event)
    scope.inputs, scope.vars, scope.begun = event.body["inputs"], event.body["vars"], True
    if scope.parent is not None:
        scope.parent.state = "running"
        scope.parent.started_at = event.at
    board.advance[scope] = None


def _phase_opened(board: Board, event: Event) -> None:
    scope = board.scope_of(event)
    scope.stage, scope.opened = event.body["stage"], True
    nodes = scope.current_nodes()
    scope.open_nodes = sum(not node.final for node in nodes)
    if not scope.open_nodes:
        board.advance[scope] = None
    previous: Node | None = None
    for node in nodes:
        needs = [scope.nodes[need.name] for need in node.task.needs]
        if scope.stage != "phases" and previous is not None:
            needs = [previous]
        previous = node
        if not node.final:
            board.wire(node, needs)


def _phase_closed(board: Board, event: Event) -> None:
    scope = board.scope_of(event)
    scope.opened = False
    if scope.stage == "phases":
        scope.phase += 1
    else:
        scope.stage = "finally" if scope.stage == "on_failure" else "done"
    board.advance[scope] = None


def _phase_skipped(board: Board, event: Event) -> None:
    scope = board.scope_of(event)
    phase = scope.workflow.phases[scope.phase]
    for task in phase.tasks:
        node = scope.nodes[task.name]
        if not node.final:
            node.state, node.reason, node.root = "skipped", "stopped", event.body["because"]
            node.ended_seq = event.seq
            board.open.pop(node.address, None)
    scope.phase += 1
    board.advance[scope] = None


def _phases_done(board: Board, event: Event) -> None:
    scope = board.scope_of(event)
    scope.stage = "on_failure"
    board.advance[scope] = None


def _undo_wanted(board: Board, event: Event) -> None:
    board.undo_queue += [task for task in event.body["tasks"] if task not in board.undo_queue]
    if event.task:
        step = board.nodes[event.task]
        step.state, step.started_at = "running", event.at
        board.undo_steps.append(event.task)
    if not board.undo_queue:
        board.undo_is_over()


def _undo_started(board: Board, event: Event) -> None:
    board.undo_running = event.task
    board.nodes[event.task].undo_tries = event.attempt


def _undo_ended(board: Board, event: Event) -> None:
    node = board.nodes[event.task]
    if event.body["state"] == "again":
        board.undo_running = ""
        node.undo_retries += event.body.get("counted", True)
        return
    node.undo, node.undo_retries = event.body["state"], 0
    board.undo_running = ""
    board.undo_queue.remove(event.task)
    if not board.undo_queue:
        board.undo_is_over()


def _message_queued(board: Board, event: Event) -> None:
    board.messages[event.body["key"]] = event
    board.receipts[event.body["key"]] = {}


def _message_delivered(board: Board, event: Event) -> None:
    board.receipts[event.body["key"]][event.body["channel"]] = "delivered"


def _message_failed(board: Board, event: Event) -> None:
    if event.body["final"]:
        board.receipts[event.body["key"]][event.body["channel"]] = event.body["message"]


def _run_forecast(board: Board, event: Event) -> None:
    board.foretold = event.body


def _anomaly_found(board: Board, event: Event) -> None:
    board.anomalies.append(event)


def _message_withheld(board: Board, event: Event) -> None:
    board.receipts[event.body["key"]][event.body["channel"]] = event.body["why"]


def _message_acknowledged(board: Board, event: Event) -> None:
    board.acknowledged[event.body["key"]] = event


def _plugin_faulty(board: Board, event: Event) -> None:
    board.faults[event.body["plugin"], event.body["hook"]] = event


FOLDS_OF_RUNS: Final[Mapping[str, Callable[[Board, Event], None]]] = {
    "run.created": _run_created,
    "run.taken": _run_taken,
    "run.forecast": _run_forecast,
    "run.round": _run_round,
    "run.changed": _run_changed,
    "run.cancelling": _run_cancelling,
    "run.ended": _run_ended,
    "run.parked": _run_parked,
    "run.compared": _run_compared,
    "documents.written": _documents_written,
    "vars.set": _vars_set,
    "phase.opened": _phase_opened,
    "phase.closed": _phase_closed,
    "phase.skipped": _phase_skipped,
    "phases.done": _phases_done,
    "undo.wanted": _undo_wanted,
    "undo.started": _undo_started,
    "undo.ended": _undo_ended,
    "message.queued": _message_queued,
    "message.delivered": _message_delivered,
    "message.failed": _message_failed,
    "anomaly.found": _anomaly_found,
    "message.withheld": _message_withheld,
    "message.acknowledged": _message_acknowledged,
    "plugin.faulty": _plugin_faulty,
}
