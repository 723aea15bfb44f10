"""One true sentence about each task: why it ran, waited, was skipped, failed, or was not reached. Pure."""

from __future__ import annotations

from typing import Final

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.times import between
from turbo_core.engine.values import outcome_of


def why(state: State, node: Node) -> str:
    """The answer to ``turbo why``: it begins with the task's address."""
    undo = {"undone": "; it was undone.", "undo_failed": "; it could not be undone."}.get(node.undo, "")
    told = _told(state, node)
    return told.removesuffix(".") + undo if undo else told


def _told(state: State, node: Node) -> str:
    match node.state:
        case "succeeded":
            return _succeeded(node)
        case "failed":
            return _failed(node)
        case "skipped":
            return _skipped(state, node)
        case "cancelled":
            return _cancelled(node)
        case "asking":
            return _asking(node)
        case "running":
            return _running(state, node)
        case "ready":
            return _ready(state, node)
        case _:
            return _pending(state, node)


def _cause(node: Node) -> str:
    needs = [need.name for need in node.task.needs]
    if needs:
        return f"because {_list(needs)} had ended as it needs"
    return "because its turn had come"


def _succeeded(node: Node) -> str:
    name = node.address
    if node.unchanged:
        return f"{name} did not run: {node.message}."
    if node.task.kind == "decide":
        decided = node.gate.get("decided", {})
        return f"{name} was accepted: {decided.get('reason', '')}."
    if node.expanded:
        return f"{name} succeeded in all its {len(node.parts)} cells that ran."
    if not node.attempts:
        return f"{name} succeeded {_cause(node)}."
    if node.message:
        return f"{name} succeeded: {node.message}."
    took = between(node.attempts[-1].started_at, node.ended_at)
    if len(node.attempts) > 1:
        before = node.attempts[-2].outcome or {}
        told = before.get("message") or before.get("state")
        head = f"{name} ran {len(node.attempts)} times and then succeeded"
        return f"{head}; the attempt before the last ended with: {told}{_decided(node)}."
    return f"{name} ran {_cause(node)}, and succeeded in {took:.1f} s."


def _failed(node: Node) -> str:
    name = node.address
    tolerated = "; the failure is tolerated (allow_failure)" if node.tolerated else ""
    if node.failure in {"rejected", "expired"}:
        return f"{name} was {'rejected' if node.failure == 'rejected' else 'not answered in time'}: {node.message}{tolerated}."
    if node.failure == "child":
        return f"{name} failed, because the workflow it ran failed: {node.message}{tolerated}."
    tries = f" after {len(node.attempts)} attempts" if len(node.attempts) > 1 else ""
    return f"{name} failed{tries} ({node.failure}): {node.message}{_decided(node)}{tolerated}."


_CHOSE: Final = {
    "retry": "to try once more",
    "heal": "for a remedy and one more attempt",
    "undo": "to undo what was done",
    "skip": "to go on without it",
    "ask": "to ask a person",
    "stop": "to stop",
}


def _decided(node: Node) -> str:
    """What was decided about its last failure that no retry took; empty if nobody had an opinion."""
    decided = node.values.get("decided") or {}
    if not decided.get("by"):
        return ""
    return f"; {decided['by']} decided {_CHOSE[decided['answer']]}: {decided['reason']}"


def _skipped(state: State, node: Node) -> str:
    name = node.address
    match node.reason:
        case "condition":
            return f"{name} was skipped, because {node.message or 'its condition is false'}."
        case "empty":
            return f"{name} was skipped, because its matrix has no cell."
        case "not_selected":
            return f"{name} was skipped, because it is not among what --only selects."
        case "need":
            return _skipped_by_need(state, node)
        case _:
            root = f"{node.root} failed" if node.root in state.nodes else "it was cancelled"
            return f"{name} was not reached: the run stopped first, because {root}."


def _skipped_by_need(state: State, node: Node) -> str:
    by, root = state.nodes[node.by], state.nodes.get(node.root)
    told = f"{node.address} was skipped, because it needs {by.address}, which {_ending(by)}"
    if root is None or root is by:
        return f"{told}."
    return f"{told}; it began with {root.address}, which {_ending(root)}."


def _ending(node: Node) -> str:
    if node.state == "failed":
        return f"failed ({node.failure})"
    if node.state == "skipped":
        return "was skipped" + (f" ({node.reason})" if node.reason else "")
    return "was cancelled" if node.state == "cancelled" else node.state


def _cancelled(node: Node) -> str:
    if node.called_off:
        return f"{node.address} was cancelled, because {node.scope.failed_by} failed and the run fails fast."
    return f"{node.address} was cancelled" + (f": {node.message}." if node.message else ", because the run was.")


def _asking(node: Node) -> str:
    asked = node.asked
    if "due" in asked:
        who = f" {_list(asked['who'])}" if asked["who"] else " a person"
        return f"{node.address} waits for{who} to answer {asked['question']!r} before {asked['due']} (turbo approve or reject)."
    return f"{node.address} waits for a person: {node.message} (turbo resume --lost rerun|done|fail --task {node.address})."


def _running(state: State, node: Node) -> str:
    if node.expanded:
        return f"{node.address} is running: {node.parts_open} of its {len(node.parts)} cells are not done."
    if node.open_attempt is not None:
        return f"{node.address} is running: attempt {len(node.attempts)} began at {node.attempts[-1].started_at}."
    if node.task.kind == "decide":
        return f"{node.address} is being decided: its criteria are not all in."
    if node.child is not None:
        return f"{node.address} is running the workflow {node.child.workflow.name}."
    if node.task.undo_all:
        return f"{node.address} is running: it undoes {_list(state.undo_queue)}."
    if node.values.get("probe") == "running":
        return f"{node.address} is running: its probe is asked whether it happened."
    return f"{node.address} is running: what to do about its failure is being decided."


def _ready(state: State, node: Node) -> str:
    if node.due:
        return f"{node.address} waits until {node.due} for its next attempt, because the last one ended with: {node.message}."
    if node.group is not None and node in (node.group.waiting or ()):
        return f"{node.address} waits for other cells of {node.group.address} (max_parallel)."
    if node.key == "wanted":
        return f"{node.address} waits for the key {node.values.get('concurrency')!r}, which another task holds."
    return f"{node.address} is ready and waits for a free slot; {len(state.running)} of {state.jobs} are taken."


def _pending(state: State, node: Node) -> str:
    if _in_current_phase(node):
        open_needs = [need.name for need in node.task.needs if not node.scope.nodes[need.name].final]
        return f"{node.address} waits for {_list(open_needs or ['the steps before it'])}."
    if node.scope.stage == "done" and node.scope.begun:
        return _left_out(state, node)
    if state.outcome:
        return f"{node.address} was not reached: the run {state.outcome} before its phase opened."
    phase = next(phase.name for _stage, phase in node.scope.stages() if any(task.name == node.task.name for task in phase.tasks))
    return f"{node.address} is not reached yet: its phase {phase} opens when the phase before it is done."


def _left_out(state: State, node: Node) -> str:
    """Of a step at the end that had no place in how its workflow ended."""
    workflow = node.scope.workflow
    if state.cancelling == "force":
        return f"{node.address} did not run, because the run was ended at once."
    ended = "was cancelled" if outcome_of(state, node.scope) == "cancelled" else "succeeded"
    return f"{node.address} did not run, because {workflow.name} {ended}, and it is for failures."


def _in_current_phase(node: Node) -> bool:
    scope = node.scope
    return scope.opened and scope.stage != "done" and any(task.name == node.task.name for task in scope.current().tasks)


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
