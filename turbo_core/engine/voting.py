"""What each criterion and each plugin says at a gate, as votes that can be counted. Pure.

It must not know how votes are counted, nor what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.values import facts_for
from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.definition import Criterion
from turbo_core.workflow.exact import rounded
from turbo_core.workflow.gates import Vote
from turbo_core.workflow.scales import base_of


class _Said(Struct, frozen=True, kw_only=True):
    """What a criterion gave, before its scale."""

    score: JSON = None
    confidence: JSON = 1
    missing: str = ""
    reason: str = ""
    evidence: JSON = None


def vote_of(state: State, node: Node, criterion: Criterion) -> Vote:
    """The vote of one criterion."""
    said = _calculated(state, node, criterion) if criterion.uses == "" else _answered(state, node, criterion)
    vote = Vote(
        name=criterion.name,
        weight=criterion.weight,
        veto=criterion.veto,
        score=said.score,
        confidence=said.confidence,
        missing_reason=said.missing,
        missing=criterion.missing,
        reason=said.reason,
        evidence=said.evidence,
    )
    return vote if criterion.scale is None or said.missing else _scaled(node, criterion, vote)


def vote_of_plugin(entry: Mapping[str, JSON]) -> Vote:
    """The vote that an opinion is, as the journal keeps it."""
    return Vote(
        name=f"plugin:{entry['name']}",
        weight=entry["weight"],
        veto=False,
        score=entry["score"],
        confidence=entry["confidence"],
        missing_reason=entry.get("missing", ""),
        missing=Decimal(0),
        reason=entry["reason"],
        evidence=entry["evidence"],
    )


def _calculated(state: State, node: Node, criterion: Criterion) -> _Said:
    assert criterion.score is not None
    try:
        return _Said(score=criterion.score.evaluate(facts_for(state, node, criterion.score.reads)))
    except ExpressionFailed as error:
        return _Said(missing=str(error))


def _answered(state: State, node: Node, criterion: Criterion) -> _Said:
    part = state.nodes[f"{node.address}/{criterion.name}"]
    if part.state != "succeeded":
        return _Said(missing=part.message or f"{criterion.uses} {part.state}")
    outputs = part.outputs
    return _Said(
        score=outputs.get("score"),
        confidence=1 if outputs.get("confidence") is None else outputs["confidence"],
        reason=outputs.get("reason") or "",
        evidence=outputs.get("evidence"),
    )


def _scaled(node: Node, criterion: Criterion, vote: Vote) -> Vote:
    """The vote with the score that its scale makes of what was measured."""
    scale = criterion.scale
    assert scale is not None
    measured = replace(vote, score=None, measure=vote.score)
    if vote.score is None:
        return measured
    try:
        if not scale.baseline:
            return replace(measured, score=scale.score(vote.score))
        base = base_of(node.gate.get("baselines", {}).get(criterion.name, ()))
        return replace(measured, score=scale.score(vote.score, base), baseline=rounded(base))
    except ExpressionFailed as error:
        return replace(measured, missing_reason=str(error))
