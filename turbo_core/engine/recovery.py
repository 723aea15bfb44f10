"""What a new runner must say before it goes on: attempts whose end is not known, and the next round; whether it must. Pure.

It is called when it is certain that no process of an earlier runner is left (the runner waits for that first).
"""

from __future__ import annotations

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.errors import ResumeRefused
from turbo_core.model import Draft
from turbo_core.words import JSON

LOST: dict[str, JSON] = {
    "state": "lost",
    "failure": "lost",
    "message": "the runner ended before this attempt did",
    "exit_code": None,
    "signal": None,
    "outputs": {},
    "usage": {},
    "leftovers": 0,
    "verified": True,
    "log_bytes": 0,
    "log_digest": "",
}


def recover(state: State) -> list[Draft]:
    """The facts about what an earlier runner left open."""
    drafts = [
        Draft(kind="attempt.ended", task=node.address, attempt=node.attempts[-1].number, body=LOST)
        for node in state.running.values()
    ]
    if state.undo_running:
        node = state.nodes[state.undo_running]
        told = {"state": "again", "counted": False, "message": "the runner ended before the undo did"}
        drafts.append(Draft(kind="undo.ended", task=node.address, attempt=node.undo_tries, body=told))
    return drafts


def at_rest(state: State) -> bool:
    """Whether the run has ended and left nothing behind: no undo is under way, and every message was taken or refused."""
    return bool(state.outcome) and not state.undo_queue and all(_settled(state, key) for key in state.messages)


def _settled(state: State, key: str) -> bool:
    """Whether every channel that a message goes to has taken it, or refused it for good."""
    return all(channel in state.receipts[key] for channel in state.messages[key].body["to"])


def next_round(state: State) -> Draft:
    """The fact that what did not succeed is to be done again.

    Raises:
        ResumeRefused: the run has not ended, or succeeded.
    """
    if not state.outcome:
        raise ResumeRefused("the run has not ended", where=state.run, next_step="resume it without --failed")
    if state.outcome == "succeeded":
        raise ResumeRefused("the run succeeded; nothing is left to do", where=state.run)
    reset = [node.address for node in state.nodes.values() if _again(node)]
    return Draft(kind="run.round", body={"reset": reset})


def _again(node: Node) -> bool:
    if node.group is not None and (node.serves or not _again(node.group)):
        return False
    parent = node.scope.parent
    if parent is not None and not _again(parent):
        return False
    if any(step.name == node.task.name for step in (*node.scope.workflow.on_failure, *node.scope.workflow.finally_)):
        return node.final
    if node.state in {"failed", "cancelled"}:
        return True
    return node.state == "skipped" and node.reason in {"stopped", "need"}
