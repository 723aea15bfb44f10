"""Deciding again: every decision of a journal is made anew from the facts before it, and compared with what was recorded. Pure.

A decision is a function of the state, and the state a fold over the journal. So the same bits must come out, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from turbo_core.engine.approving import approval_verdict
from turbo_core.engine.board import Recorded
from turbo_core.engine.choosing import choose
from turbo_core.engine.gating import expire, gate_verdict
from turbo_core.engine.pinning import recorded
from turbo_core.engine.state import State
from turbo_core.engine.times import seconds
from turbo_core.journal import codec
from turbo_core.model import Draft, Event
from turbo_core.words import JSON

NUMBERS = ("score", "confidence", "criteria", "reason")
"""What a question to a person must have again; its deadline depends on the moment."""


class Replayed(Struct, frozen=True, kw_only=True):
    """One decision, made again. ``before`` and ``after`` are canonical bytes; ``same`` tells whether they are equal."""

    seq: int
    task: str
    kind: str
    decision: str
    before: bytes
    after: bytes

    @property
    def same(self) -> bool:
        """Whether the same bits came out."""
        return self.before == self.after


def replay(events: Iterable[Event], recorded: Recorded = recorded) -> list[Replayed]:
    """Decide again what a run's ``events`` say was decided; ``recorded`` reads the definition that they keep."""
    facts: dict[str, Mapping[str, JSON]] = {}
    replayed: list[Replayed] = []
    state: State | None = None
    for event in events:
        state = state or State(recorded(event.body), recorded)
        if event.kind == "failure.asked":
            facts[event.task] = event.body["facts"]
        body = _again(state, event, facts)
        if body is not None:
            replayed.append(_compared(event, body))
        state.apply(event)
    return replayed


def _again(state: State, event: Event, facts: Mapping[str, Mapping[str, JSON]]) -> Mapping[str, JSON] | None:
    """What is decided now; ``None`` if the event is no decision."""
    if event.kind == "failure.decided":
        return choose(event.body["opinions"], facts[event.task])
    if event.kind not in {"gate.asked", "gate.decided"}:
        return None
    node, now = state.nodes[event.task], seconds(event.at)
    if node.task.kind != "decide" and event.kind == "gate.asked":
        return None  # it follows from the settings alone
    if event.body.get("decision") == "expired":
        drafts: list[Draft] = expire(node)
    elif node.task.kind == "decide":
        drafts = gate_verdict(state, node, now)
    else:
        drafts = [approval_verdict(state, node)]
    return next((draft.body for draft in drafts if draft.kind == event.kind), {})


def _compared(event: Event, body: Mapping[str, JSON]) -> Replayed:
    kept = dict(event.body)
    made = dict(body)
    if event.kind == "gate.asked":
        kept, made = ({name: one.get(name) for name in NUMBERS} for one in (kept, made))
    # What a later version adds to the body is no part of what an earlier one decided.
    made = {name: value for name, value in made.items() if name in kept}
    told = str(event.body.get("decision") or event.body.get("answer") or "asked")
    return Replayed(
        seq=event.seq,
        task=event.task,
        kind=event.kind,
        decision=told,
        before=codec.encode(kept),
        after=codec.encode(codec.decode(codec.encode(made))),
    )
