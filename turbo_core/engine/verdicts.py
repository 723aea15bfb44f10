"""What follows when an attempt has ended: success, another attempt, a question, or failure. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from turbo_core.engine.approving import approval_verdict
from turbo_core.engine.gating import gate_verdict
from turbo_core.engine.judging import cancelled, ended, failed, skipped, tolerates
from turbo_core.engine.nodes import Node, Scope
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.model import Draft
from turbo_core.words import JSON
from turbo_core.workflow.definition import Retry
from turbo_core.workflow.units import parse_size

MAX_DECIDED_RETRIES = 10
"""How often deciders can grant one more attempt, so that none of them can make a run endless."""

NEVER_RETRIED = frozenset({"child", "invalid", "rejected", "expired"})


def verdict(state: State, node: Node, now: float) -> list[Draft]:
    """The facts that follow for a task in the state's ``verdicts`` queue."""
    if node.final:
        return []
    if node.task.kind == "decide" and node.group is None:
        return [cancelled(node)] if _cancels(state, node) else gate_verdict(state, node, now)
    if node.expanded:
        return [_of_group(state, node)]
    if node.task.undo_all:
        return [cancelled(node) if _cancels(state, node) else _of_undo_step(state, node)]
    if "due" in node.asked:
        return [approval_verdict(state, node)]
    if "answer" in node.asked:
        return _answered(state, node, now)
    if node.key == "refused":
        return [failed(state, node, "infra", node.message)]
    return _of_attempt(state, node, now)


def _of_attempt(state: State, node: Node, now: float) -> list[Draft]:
    outcome = node.attempts[-1].outcome
    assert outcome is not None
    if outcome["state"] == "succeeded":
        done = ended(node, "succeeded", outputs=outcome["outputs"], fingerprint=outcome.get("fingerprint", ""))
        return [done]
    if outcome["state"] == "lost":
        return _of_lost(state, node, now)
    if outcome["state"] == "cancelled" or _cancels(state, node):
        return [cancelled(node, outcome["message"])]
    if _retries(node, outcome["failure"], outcome["exit_code"]):
        return [delayed(state, node, now, outcome["message"])]
    return _of_failure(state, node, now)


def _cancels(state: State, node: Node) -> bool:
    return node.called_off or (bool(state.cancelling) and (node.scope.stage == "phases" or state.cancelling == "force"))


def _retries(node: Node, failure: str, exit_code: int | None) -> bool:
    retry = node.task.retry
    if node.retries >= retry.times or failure in NEVER_RETRIED:
        return False
    return failure in retry.on or (failure == "exit" and exit_code in retry.on)


def delayed(state: State, node: Node, now: float, reason: str) -> Draft:
    """The fact that another attempt is due, after the delay of the task's ``retry``."""
    wait = backoff(node.task.retry, node.retries, f"{state.run}/{node.address}/{len(node.attempts)}")
    body: dict[str, JSON] = {"due": iso(now + wait), "counted": True, "reason": reason}
    return Draft(kind="attempt.delayed", task=node.address, body=body)


def backoff(retry: Retry, done: int, seed: str) -> float:
    """Seconds to wait before the next attempt: exponential, capped, with a jitter that depends on nothing but ``seed``."""
    wait = min(retry.delay * retry.factor**done, retry.max_delay)
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 2**32
    return wait * (1 + retry.jitter * (2 * share - 1))


def _again(node: Node, now: float, reason: str) -> Draft:
    body: dict[str, JSON] = {"due": iso(now), "counted": False, "reason": reason}
    return Draft(kind="attempt.delayed", task=node.address, body=body)


# ---------------------------------------------------------------- failures that no retry takes


def _of_failure(state: State, node: Node, now: float) -> list[Draft]:
    outcome = node.attempts[-1].outcome
    assert outcome is not None
    answer = node.values.get("failure_answer")
    asks = state.deciders and outcome["failure"] != "invalid" and node.decided_retries < MAX_DECIDED_RETRIES
    if asks and not answer and not node.is_remedy:
        return [Draft(kind="failure.asked", task=node.address, body={"facts": failure_facts(state, node, outcome)})]
    if answer == "retry":
        return [_again(node, now, node.message)]
    if answer == "heal":
        return _after_remedy(state, node, now)
    if answer == "ask":
        return [asking(node, f"failed ({outcome['failure']}: {outcome['message']}): run again, take it as done, or failed?")]
    if answer == "skip":
        return [ended(node, "failed", failure=outcome["failure"], message=outcome["message"], tolerated=True)]
    drafts = [failed(state, node, outcome["failure"], outcome["message"])]
    if answer == "undo":
        drafts.append(Draft(kind="undo.wanted", body={"tasks": undoable(state), "by": "decision"}))
    return drafts


def failure_facts(state: State, node: Node, outcome: Mapping[str, JSON]) -> dict[str, JSON]:
    """What deciders are told about a failure."""
    return {
        "class": outcome["failure"],
        "message": outcome["message"],
        "exit_code": outcome["exit_code"],
        "attempts": len(node.attempts),
        "risk": node.task.risk,
        "autonomy": state.options["autonomy"],
        "ask_before": list(state.options.get("ask_before", ())),
        "memory": memory_of(node),
        "tried": dict(node.tried or {}),
        "log": node.attempts[-1].log,
    }


def memory_of(node: Node) -> int | None:
    """The limit of memory in force, in bytes."""
    given = node.values.get("memory")
    if isinstance(given, str):
        try:
            return parse_size(given)
        except ValueError:
            return None
    return given if isinstance(given, int) else None


def _after_remedy(state: State, node: Node, now: float) -> list[Draft]:
    """One more attempt if the remedy worked; else the failure stands."""
    if node.parts_open:
        return []
    remedy, name = node.parts[-1], node.values["decided"]["by"]
    if remedy.state == "succeeded":
        return [_again(node, now, f"the remedy {name} was applied")]
    outcome = node.attempts[-1].outcome or {}
    told = f"{outcome['message']}; its remedy {name} {remedy.state}: {remedy.message}"
    return [failed(state, node, outcome["failure"], told)]


def asking(node: Node, message: str) -> Draft:
    """The fact that a person must say what became of a task."""
    return Draft(kind="task.asking", task=node.address, body={"message": message})


def _answered(state: State, node: Node, now: float) -> list[Draft]:
    answer, by = node.asked["answer"], node.asked["by"]
    if answer == "rerun":
        return [_again(node, now, f"{by} said: run again")]
    if answer == "done":
        missing = [name for name, kind in node.task.outputs.items() if not kind.endswith("?")]
        if missing:
            return [failed(state, node, "invalid", f"{by} said that it is done, but its output {missing[0]} is not known")]
        return [ended(node, "succeeded", message=f"{by} said that it is done")]
    outcome = node.attempts[-1].outcome or {}
    return [failed(state, node, outcome.get("failure") or "lost", f"{by} said that it failed")]


# ---------------------------------------------------------------- attempts whose end is not known


def _of_lost(state: State, node: Node, now: float) -> list[Draft]:
    if _cancels(state, node):
        return [cancelled(node, "its end was lost, and it was to be cancelled")]
    policy = node.task.on_lost
    if policy == "rerun":
        return [_again(node, now, "its end was lost; it is safe to run again")]
    if policy == "fail" and _retries(node, "lost", None):
        return [delayed(state, node, now, "its end was lost")]
    if policy == "fail":
        return [failed(state, node, "lost", "its end was lost")]
    if policy == "probe":
        return _of_probe(state, node, now)
    return [asking(node, "its end was lost: run again, is it done, or did it fail?")]


def _of_probe(state: State, node: Node, now: float) -> list[Draft]:
    answer = node.values.get("probe")
    if answer is None or answer == "running":
        return [Draft(kind="probe.started", task=node.address)]
    if answer == "happened":
        missing = [name for name, kind in node.task.outputs.items() if not kind.endswith("?")]
        if missing:
            return [failed(state, node, "invalid", f"its probe says that it happened, but its output {missing[0]} is not known")]
        return [ended(node, "succeeded", message="its end was lost; its probe says that it happened")]
    if answer == "absent":
        return [_again(node, now, "its end was lost; its probe says that it did not happen")]
    return [asking(node, "its end was lost and its probe cannot tell: run again, is it done, or did it fail?")]


# ---------------------------------------------------------------- groups and undo


def _of_group(state: State, node: Node) -> Draft:
    culprit = next((part for part in node.parts if part.failed), None)
    if culprit is not None:
        message = f"{culprit.address}: {culprit.message}"
        return ended(node, "failed", failure=culprit.failure, message=message, tolerated=tolerates(state, node.task))
    if any(part.state == "cancelled" for part in node.parts):
        return cancelled(node)
    stopped = [part for part in node.parts if part.reason == "stopped"]
    if stopped or all(part.state == "skipped" for part in node.parts):
        first = (stopped or node.parts)[0]
        return skipped(node, first.reason, by=first.by, root=first.root, message=first.message)
    return ended(node, "succeeded")


def _of_undo_step(state: State, node: Node) -> Draft:
    left = [other.address for other in state.nodes.values() if other.undo == "undo_failed" and node.scope.holds(other)]
    if left:
        return failed(state, node, "error", f"could not be undone: {', '.join(left)}")
    return ended(node, "succeeded")


def undoable(state: State, only: frozenset[str] = frozenset(), within: Scope | None = None) -> list[str]:
    """The tasks to undo, in the order in which they are undone: lost ones first, then in reverse order of completion."""
    armed = [
        node
        for node in state.nodes.values()
        if node.undo in {"armed", "undo_failed"}
        and (node.state == "succeeded" or node.lost)
        and (not only or node.address in only)
        and (within or state.root).holds(node)
    ]
    armed.sort(key=lambda node: (not node.lost, -node.ended_seq))
    return [node.address for node in armed]
