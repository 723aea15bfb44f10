"""What a person's answer does to a question: it counts, or it is refused with the reason. Pure.

One path for all answers: the terminal, `turbo approve`, a channel, later a server. What binds an answer to its question is
described in docs/language.md, "Gates".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from turbo_core.engine.asking import binding
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.model import Draft
from turbo_core.words import JSON
from turbo_core.workflow.definition import Input
from turbo_core.workflow.fitting import misfit
from turbo_core.workflow.given import read_given


class Said(Struct, frozen=True, kw_only=True):
    """Who asks for something, and through what: a channel names the person that it has authenticated."""

    actor: str
    source: str


Allows = Callable[[Sequence[str], str], bool]
"""Whether an actor is among the names and groups that may answer; an empty list allows everybody."""


def answered(state: State, address: str, *, actor: str, body: Mapping[str, JSON], allows: Allows, now: float) -> Draft:
    """The fact that somebody answered a gate's question, accepted or not."""
    node = state.nodes.get(address)
    why = ""
    fields: dict[str, JSON] = {}
    if node is None or node.state != "asking" or "due" not in node.asked or "answer" in node.asked:
        why = f"{address} asks nothing (any more)"
    else:
        fields, why = _fields(node.asked["fields"], body.get("fields") or {})
        why = _refusal(state, address, actor=actor, body=body, allows=allows, now=now) or ("" if not body["approve"] else why)
    told: dict[str, JSON] = {
        "approve": bool(body["approve"]),
        "comment": str(body.get("comment") or ""),
        "fields": fields,
        "accepted": not why,
        "why": why,
    }
    return Draft(kind="gate.answered", task=address, actor=actor, source=str(body.get("source", "")), body=told)


def _refusal(state: State, address: str, *, actor: str, body: Mapping[str, JSON], allows: Allows, now: float) -> str:
    node = state.nodes[address]
    asked = node.asked
    if body.get("token") and body["token"] != asked["bound"]:
        return "this answers an earlier question; it was asked anew since"
    if not allows(asked["who"], actor):
        return f"{actor} is not among those who may answer: {', '.join(asked['who'])}"
    if asked["not_starter"] and actor == state.actor:
        return f"{actor} started the run; somebody else must answer"
    if asked["comment"] == "required" and not str(body.get("comment") or "").strip():
        return "a comment is required (--comment TEXT)"
    if asked["due"] <= iso(now):
        return f"the question expired at {asked['due']}"
    if asked["bound"] != binding(state, node, asked["final"]):
        return "what was asked about has changed; the question is asked anew"
    return ""


def _fields(wanted: Sequence[Mapping[str, JSON]], given: Mapping[str, JSON]) -> tuple[dict[str, JSON], str]:
    known = {entry["name"] for entry in wanted}
    stray = next((name for name in given if name not in known), None)
    if stray is not None:
        return {}, f"there is no field {stray!r}; the fields are: {', '.join(sorted(known)) or 'none'}"
    values: dict[str, JSON] = {}
    for entry in wanted:
        name = entry["name"]
        value = given.get(name, entry["default"])
        if value is None and entry["required"]:
            return {}, f"the field {name!r} is required (-f {name}=…)"
        try:
            values[name] = _value(Input(**entry), value) if name in given else value
        except ValueError as error:
            return {}, f"the field {name!r}: {error}"
    return values, ""


def _value(field: Input, value: JSON) -> JSON:
    """A field's value: text is read by its type, anything else must be of it.

    Raises:
        ValueError: it does not fit.
    """
    if isinstance(value, str):
        return read_given(field, value)
    why, _next_step = misfit(field, value)
    if why:
        raise ValueError(why)
    return value


def lost_answered(state: State, address: str, actor: str, answer: str) -> Draft | None:
    """The fact that somebody said what became of a held task; ``None`` if it is not held (any more)."""
    node = state.nodes.get(address)
    if node is None or node.state != "asking" or "due" in node.asked or "answer" in node.asked:
        return None
    return Draft(kind="lost.answered", task=address, actor=actor, body={"answer": answer})
