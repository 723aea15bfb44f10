"""How a gate comes to its decision: votes are gathered, judged exactly, and a person is asked if that is what follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from turbo_core.engine.asking import binding, question
from turbo_core.engine.judging import ended, invalid, tolerates
from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.engine.values import facts_for, title_of
from turbo_core.engine.voting import vote_of, vote_of_plugin
from turbo_core.errors import ExpressionFailed
from turbo_core.model import CriterionView, Draft
from turbo_core.words import JSON
from turbo_core.workflow.definition import Gate
from turbo_core.workflow.gates import Verdict, judge


def gate_of(node: Node) -> Gate:
    """The gate of a decide task."""
    assert node.task.gate is not None
    return node.task.gate


def gate_verdict(state: State, node: Node, now: float) -> list[Draft]:
    """The next fact about a gate whose opinions are all in, or that was answered or expired."""
    decided = node.gate.get("decided")
    if decided is not None:
        return [_end(state, node, decided)]
    if "answer" in node.asked:
        return [_decided_by_person(node)]
    if node.opinions is None or node.parts_open:
        return []
    gate = gate_of(node)
    votes = [*(vote_of(state, node, criterion) for criterion in gate.criteria), *map(vote_of_plugin, node.opinions)]
    allows = state.options["autonomy"] != "manual"
    verdict = judge(
        votes,
        accept=gate.accept,
        reject=gate.reject,
        confidence=gate.confidence,
        autonomy_allows=allows,
        can_ask=gate.ask is not None,
    )
    if verdict.decision == "asked":
        return ask(state, node, verdict, now)
    return [_decided(node, verdict)]


# ---------------------------------------------------------------- deciding


def _decided(node: Node, verdict: Verdict, decision: str = "") -> Draft:
    body: dict[str, JSON] = {
        "decision": decision or verdict.decision,
        "score": verdict.score,
        "confidence": verdict.confidence,
        "criteria": [criterion_json(view) for view in verdict.criteria],
        "reason": verdict.reason,
        "by": "",
        "comment": "",
        "fields": {},
    }
    return Draft(kind="gate.decided", task=node.address, body=body)


def _decided_by_person(node: Node) -> Draft:
    answer, asked = node.asked["answer"], node.asked
    word = "accepted" if answer["approve"] else "rejected"
    body: dict[str, JSON] = {
        "decision": word,
        "score": asked["score"],
        "confidence": asked["confidence"],
        "criteria": asked["criteria"],
        "reason": f"{asked['by']} {'approved' if answer['approve'] else 'rejected'} it",
        "by": asked["by"],
        "comment": answer["comment"],
        "fields": answer["fields"],
    }
    return Draft(kind="gate.decided", task=node.address, body=body)


def expire(node: Node) -> list[Draft]:
    """Silence past the deadline counts as no."""
    asked = node.asked
    body: dict[str, JSON] = {
        "decision": "expired",
        "score": asked["score"],
        "confidence": asked["confidence"],
        "criteria": asked["criteria"],
        "reason": f"nobody answered before {asked['due']}",
        "by": "",
        "comment": "",
        "fields": {},
    }
    return [Draft(kind="gate.decided", task=node.address, body=body)]


def _end(state: State, node: Node, decided: Mapping[str, JSON]) -> Draft:
    outputs = {name: decided[name] for name in ("decision", "score", "confidence", "by", "comment", "fields")}
    if decided["decision"] == "accepted":
        return ended(node, "succeeded", outputs=outputs)
    failure = "expired" if decided["decision"] == "expired" else "rejected"
    tolerated = tolerates(state, node.task)
    return ended(node, "failed", failure=failure, message=decided["reason"], tolerated=tolerated, outputs=outputs)


def criterion_json(view: CriterionView) -> dict[str, JSON]:
    """A line of the decision table as the journal keeps it."""
    names = ("name", "weight", "veto", "score", "confidence", "missing", "reason", "evidence", "measure", "baseline")
    return {name: getattr(view, name) for name in names}


# ---------------------------------------------------------------- asking


def ask(state: State, node: Node, verdict: Verdict, now: float) -> list[Draft]:
    """The question to a person, bound to what it was asked about, and the message that carries it."""
    asks = gate_of(node).ask
    criteria = [criterion_json(view) for view in verdict.criteria]
    assert asks is not None
    final = sorted(other.address for other in state.nodes.values() if other.final)
    try:
        told = _message(state, node, verdict)
    except ExpressionFailed as error:
        return [invalid(state, node, error)]
    body: dict[str, JSON] = {
        "question": node.gate["question"],
        "criteria": criteria,
        "score": verdict.score,
        "confidence": verdict.confidence,
        "reason": verdict.reason,
        "who": list(asks.who),
        "due": iso(now + asks.within),
        "final": final,
        "bound": binding(state, node, final),
        "fields": [_field(entry) for entry in asks.fields],
        "comment": asks.comment,
        "not_starter": asks.not_starter,
        "message": told,
    }
    return question(state, node, body)


def _message(state: State, node: Node, verdict: Verdict) -> str:
    question = gate_of(node).ask
    assert question is not None
    if question.message is None:
        # Without criteria there is nothing to add to the question.
        return verdict.reason if verdict.criteria else ""
    facts = facts_for(state, node, question.message.reads)
    facts["criteria"] = {
        view.name: {"score": view.score, "confidence": view.confidence, "missing": bool(view.missing)}
        for view in verdict.criteria
    }
    return str(question.message.evaluate(facts))


def _field(entry: object) -> dict[str, JSON]:
    return {name: getattr(entry, name) for name in ("name", "type", "required", "default", "choices", "description")}


def opened(state: State, node: Node) -> Draft:
    """The fact that a gate's criteria are asked."""
    gate, text = gate_of(node), title_of(node.task, node.values)
    if gate.template:
        try:
            text = str(gate.question.evaluate(facts_for(state, node, gate.question.reads)))
        except ExpressionFailed as error:
            return invalid(state, node, error)
    return Draft(kind="gate.opened", task=node.address, body={"question": text})
