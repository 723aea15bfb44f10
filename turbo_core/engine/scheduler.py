"""What follows from the state: a pure function from (state, time) to the drafts of the next events.

The runner folds the drafts and asks again, until nothing follows. One call answers from one queue of the state, so the drafts of
one call never depend on each other. It takes from the queues, which the state refills as it folds: the state has one owner.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
from collections.abc import Callable, Iterable
from functools import lru_cache

from turbo_core.engine.approving import approval
from turbo_core.engine.ending import advance, begin
from turbo_core.engine.gating import expire, opened
from turbo_core.engine.judging import cancelled, ended, halted, invalid, judge
from turbo_core.engine.nodes import Node, Scope
from turbo_core.engine.state import State
from turbo_core.engine.times import iso, seconds
from turbo_core.engine.values import evaluate, fields
from turbo_core.engine.verdicts import undoable, verdict
from turbo_core.errors import ExpressionFailed
from turbo_core.model import Draft
from turbo_core.words import JSON


def plan(state: State, now: float) -> list[Draft]:
    """The facts that follow at the time ``now`` (seconds since the epoch); empty if nothing does."""
    if state.outcome:
        return _undo(state)
    sources: tuple[Callable[[State, float], list[Draft]], ...] = (_sweep, _verdicts, _judge, _timers, _begin, _start, _advance)
    for source in sources:
        drafts = source(state, now)
        if drafts:
            return drafts
    return _undo(state)


def next_deadline(state: State) -> float | None:
    """When something is due by itself, in seconds since the epoch; ``None`` if never."""
    while state.delayed:
        due, _order, address = state.delayed[0]
        if _is_due(state.nodes[address], due):
            return seconds(due)
        heapq.heappop(state.delayed)
    return None


@lru_cache(maxsize=256)  # the event needs it, and soon after that the attempt
def idempotency_key(run: str, address: str, *, undo: bool = False) -> str:
    """The key that all attempts of a task share (base32, 32 characters)."""
    text = "\0".join(("turbo/idem/v1", run, address, "undo" if undo else "do"))
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:32].lower()


def log_name(address: str, number: int, *, undo: bool = False) -> str:
    """The path of an attempt's log file inside the run's folder."""
    return f"logs/{address.replace('/', '+')}.{'undo' if undo else ''}{number}.log"


# ---------------------------------------------------------------- queues


def _drain(queue: dict[Node, None]) -> Iterable[Node]:
    nodes = list(queue)
    queue.clear()
    return nodes


def _advance(state: State, _now: float) -> list[Draft]:
    scopes = list(state.advance)
    state.advance.clear()
    return [draft for scope in scopes for draft in advance(state, scope)]


def _judge(state: State, _now: float) -> list[Draft]:
    return [draft for node in _drain(state.judge) for draft in judge(state, node)]


def _verdicts(state: State, now: float) -> list[Draft]:
    return [draft for node in _drain(state.verdicts) for draft in verdict(state, node, now)]


def _sweep(state: State, _now: float) -> list[Draft]:
    """End what has not started in workflows that are stopping or cancelled."""
    scopes = list(state.sweep)
    state.sweep.clear()
    return [draft for scope in scopes if scope.opened for draft in _swept(state, scope)]


def _swept(state: State, scope: Scope) -> list[Draft]:
    found = [_swept_part(state, part) for node in scope.current_nodes() for part in (node, *node.parts)]
    return [draft for draft in found if draft is not None]


def _swept_part(state: State, part: Node) -> Draft | None:
    started = bool(part.attempts) and part.attempts[-1].round == state.round
    if part.state == "asking" or (part.state == "ready" and started):
        return cancelled(part) if state.cancelling or part.called_off else None
    waits = part.state == "ready" or (part.state == "pending" and part.group is not None)
    return halted(state, part) if waits else None


def _timers(state: State, now: float) -> list[Draft]:
    """Take what is due: retries become startable, questions expire."""
    drafts: list[Draft] = []
    while state.delayed and state.delayed[0][0] <= iso(now):
        due, _order, address = heapq.heappop(state.delayed)
        node = state.nodes[address]
        if not _is_due(node, due):
            continue
        if node.state == "asking":
            drafts += expire(node)
        else:
            heapq.heappush(state.ready, (node.order, address))
    return drafts


def _is_due(node: Node, due: str) -> bool:
    if node.state == "asking":
        return bool(node.asked.get("due") == due and "answer" not in node.asked and "decided" not in node.gate)
    return node.state == "ready" and node.due == due


# ---------------------------------------------------------------- starting


def _begin(state: State, _now: float) -> list[Draft]:
    """Evaluate the root's vars, once, before anything else."""
    if state.root not in state.advance or state.root.begun:
        return []
    try:
        return [begin(state, "", state.workflow, dict(state.root.inputs))]
    except ExpressionFailed as error:
        body: dict[str, JSON] = {"outcome": "failed", "exit_code": 1, "summary": str(error), "outputs": {}}
        return [Draft(kind="run.ended", body=body)]


def _start(state: State, now: float) -> list[Draft]:
    """Start what is ready and due, in file order, as far as there are slots."""
    drafts = [draft for node in _drain(state.instant) if node.state == "ready" for draft in _without_attempt(state, node)]
    free = state.jobs - len(state.running) - bool(state.undo_running)
    seen: set[str] = set()
    while state.ready and free > 0:
        _order, address = heapq.heappop(state.ready)
        node = state.nodes[address]
        if node.state != "ready" or node.due > iso(now) or address in seen:
            continue
        seen.add(address)
        found = _attempt(state, node, now)
        free -= any(draft.kind == "attempt.started" for draft in found)
        drafts += found
    return drafts


def _attempt(state: State, node: Node, now: float) -> list[Draft]:
    task = node.task
    if (task.sources or task.produces) and not state.options["force"]:
        files = node.values.get("files")
        if files is None:
            return [Draft(kind="files.wanted", task=node.address)]
        if files["unchanged"]:
            message = f"nothing changed since run {files['run']}"
            same = ended(node, "succeeded", message=message, unchanged=True, outputs=files["outputs"])
            return [same]
    asks = approval(state, node, now)
    if asks:
        return asks
    if task.concurrency is not None and node.key != "taken":
        return _key(node) if not node.key else []
    number = len(node.attempts) + 1
    try:
        values = evaluate(state, node, fields(task), attempt=number)
    except ExpressionFailed as error:
        return [invalid(state, node, error)]
    body: dict[str, JSON] = {
        "key": idempotency_key(state.run, node.address),
        "values": values,
        "armed": task.undo is not None,
        "log": log_name(node.address, number),
    }
    return [Draft(kind="attempt.started", task=node.address, attempt=number, body=body)]


def _key(node: Node) -> list[Draft]:
    concurrency = node.task.concurrency
    assert concurrency is not None
    body: dict[str, JSON] = {
        "key": str(node.values["concurrency"]),
        "limit": concurrency.limit,
        "policy": concurrency.policy,
    }
    return [Draft(kind="key.wanted", task=node.address, body=body)]


def _without_attempt(state: State, node: Node) -> list[Draft]:
    task = node.task
    if task.undo_all:
        return [
            Draft(kind="undo.wanted", task=node.address, body={"tasks": undoable(state, within=node.scope), "by": "on_failure"})
        ]
    if task.kind == "decide":
        return [opened(state, node)]
    if task.kind == "communicate":
        return _message(state, node)
    assert task.child is not None
    try:
        return [begin(state, node.address, task.child, dict(node.values.get("with") or {}))]
    except ExpressionFailed as error:
        return [invalid(state, node, error)]


def _message(state: State, node: Node) -> list[Draft]:
    body: dict[str, JSON] = {
        "key": f"{state.run}/{state.round}/{node.address}",
        "kind": "note",
        "level": node.task.level,
        "subject": str(node.values["message"]),
        "body": "",
        "fields": {},
        "to": list(node.task.to or state.channels),
    }
    return [Draft(kind="message.queued", task=node.address, body=body), ended(node, "succeeded")]


# ---------------------------------------------------------------- undo


def _undo(state: State) -> list[Draft]:
    """Undo one task after another."""
    if state.undo_running or not state.undo_queue:
        return []
    address = state.undo_queue[0]
    number = state.nodes[address].undo_tries + 1
    key = idempotency_key(state.run, address, undo=True)
    body: dict[str, JSON] = {"key": key, "log": log_name(address, number, undo=True)}
    return [Draft(kind="undo.started", task=address, attempt=number, body=body)]
