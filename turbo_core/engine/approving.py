"""A person's yes before a task starts, where the autonomy in force wants one. Pure.

It is asked and answered like a gate's question, and binds to what the task would run with: an approval of something else is none.
"""

from __future__ import annotations

from turbo_core.engine.asking import binding, question
from turbo_core.engine.judging import ended, tolerates
from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.engine.values import title_of
from turbo_core.model import Draft
from turbo_core.words import JSON

WITHIN = 24 * 3600.0
"""Seconds until silence counts as no."""


def approval(state: State, node: Node, now: float) -> list[Draft]:
    """The question to ask before a task starts; empty if it may.

    What serves a task (a criterion, a remedy) was allowed with it, and steps at the end never wait for anybody.
    """
    barred = node.task.risk in state.options.get("ask_before", ()) and node.scope.stage == "phases" and not node.serves
    if not barred or _is_approved(state, node):
        return []
    title = title_of(node.task, node.values)
    body: dict[str, JSON] = {
        "question": f"Run {node.address}?",
        "criteria": [],
        "score": 0,
        "confidence": 0,
        "reason": "a person is asked",
        "who": list(state.options.get("approvers", ())),
        "due": iso(now + WITHIN),
        "final": [],
        "bound": binding(state, node, []),
        "fields": [],
        "comment": "optional",
        "not_starter": False,
        "message": f"It has the risk {node.task.risk}, and the autonomy is {state.options['autonomy']}: {title}",
    }
    return question(state, node, body)


def _is_approved(state: State, node: Node) -> bool:
    decided = node.gate.get("decided") or {}
    return decided.get("decision") == "accepted" and decided["bound"] == binding(state, node, [])


def approval_verdict(state: State, node: Node) -> Draft:
    """The next fact about a task that was approved, rejected, or not answered in time."""
    decided = node.gate.get("decided")
    if decided is None:
        return _decided(node)
    failure = "expired" if decided["decision"] == "expired" else "rejected"
    return ended(node, "failed", failure=failure, message=decided["reason"], tolerated=tolerates(state, node.task))


def _decided(node: Node) -> Draft:
    asked, answer = node.asked, node.asked["answer"]
    body: dict[str, JSON] = {
        "decision": "accepted" if answer["approve"] else "rejected",
        "score": 0,
        "confidence": 0,
        "criteria": [],
        "reason": f"{asked['by']} {'approved' if answer['approve'] else 'rejected'} it",
        "by": asked["by"],
        "comment": answer["comment"],
        "fields": answer["fields"],
        "bound": asked["bound"],
    }
    return Draft(kind="gate.decided", task=node.address, body=body)
