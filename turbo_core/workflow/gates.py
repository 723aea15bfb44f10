"""The arithmetic of a gate: votes become a verdict. Pure and exact: fractions inside, decimals at the border.

This module knows no tasks, plugins or people; it is told whether autonomy allows acceptance and whether somebody can be asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct

from turbo_core.errors import ExpressionFailed
from turbo_core.model import CriterionView
from turbo_core.words import JSON
from turbo_core.workflow.exact import exact, is_number, rounded

Decided: TypeAlias = Literal["accepted", "asked", "rejected"]


class Vote(Struct, frozen=True, kw_only=True):
    """What one criterion or plugin said.

    ``score`` is a boolean or a number from 0 to 1; anything else, ``None`` included, counts as missing, and ``missing_reason``
    tells why. ``missing`` is the score that then stands in, with confidence 0; ``None`` leaves the criterion out. ``measure`` and
    ``baseline`` tell what the score was made of, if it has a scale.
    """

    name: str
    weight: int = 1
    veto: bool = False
    score: JSON = None
    confidence: JSON = 1
    missing_reason: str = ""
    missing: Decimal | None = Decimal(0)
    reason: str = ""
    evidence: JSON = None
    measure: JSON = None
    baseline: JSON = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What follows from the votes. ``criteria`` has one line for each vote, in their order; ``reason`` is one sentence."""

    decision: Decided
    score: Decimal
    confidence: Decimal
    criteria: tuple[CriterionView, ...]
    reason: str


class _Counted(Struct, frozen=True, kw_only=True):
    """A vote with the exact numbers that it counts with; ``left_out`` if it does not count."""

    vote: Vote
    score: Fraction
    confidence: Fraction
    missing: str
    left_out: bool


def judge(
    votes: Sequence[Vote], *, accept: Decimal, reject: Decimal, confidence: Decimal, autonomy_allows: bool, can_ask: bool
) -> Verdict:
    """Decide: veto, reject, accept, ask, reject; the first that applies.

    Args:
        votes: one for each criterion and opinion.
        accept: least score to accept.
        reject: a score below it is rejected.
        confidence: least confidence to accept without a person.
        autonomy_allows: whether the autonomy in force lets Turbo accept.
        can_ask: whether a person can be asked.
    """
    counted = [_count(vote) for vote in votes]
    weighed = [one for one in counted if not one.left_out]
    if not counted:
        return _undecidable(can_ask=can_ask)
    score = _mean(weighed, lambda one: one.score)
    sureness = _mean(weighed, lambda one: one.confidence)
    decision, reason = _decide(
        weighed,
        _Bounds(score, sureness, Fraction(accept), Fraction(reject), Fraction(confidence)),
        autonomy_allows=autonomy_allows,
        can_ask=can_ask,
    )
    return Verdict(
        decision=decision,
        score=rounded(score),
        confidence=rounded(sureness),
        criteria=tuple(_view(one) for one in counted),
        reason=reason,
    )


def _undecidable(*, can_ask: bool) -> Verdict:
    """Without criteria only a person can decide."""
    reason = "a person is asked" if can_ask else "there are no criteria, and nobody can be asked"
    return Verdict(
        decision="asked" if can_ask else "rejected", score=Decimal(0), confidence=Decimal(0), criteria=(), reason=reason
    )


class _Bounds(Struct, frozen=True):
    score: Fraction
    sureness: Fraction
    accept: Fraction
    reject: Fraction
    confidence: Fraction


def _decide(weighed: Sequence[_Counted], bounds: _Bounds, *, autonomy_allows: bool, can_ask: bool) -> tuple[Decided, str]:
    vetoes = sorted(one.vote.name for one in weighed if one.vote.veto and one.score == 0)
    if vetoes:
        return "rejected", f"{vetoes[0]} vetoes: its score is 0"
    if not any(one.vote.weight for one in weighed):
        return _without_acceptance("no criterion counts", can_ask=can_ask)
    if bounds.score < bounds.reject:
        return "rejected", f"the score {_shown(bounds.score)} is below {_shown(bounds.reject)}"
    doubt = _doubt(bounds, autonomy_allows=autonomy_allows)
    if doubt:
        return _without_acceptance(doubt, can_ask=can_ask)
    told = f"the score {_shown(bounds.score)} reaches {_shown(bounds.accept)}"
    return "accepted", f"{told}, and the confidence {_shown(bounds.sureness)} is enough"


def _without_acceptance(doubt: str, *, can_ask: bool) -> tuple[Decided, str]:
    return ("asked", f"a person is asked: {doubt}") if can_ask else ("rejected", f"{doubt}, and nobody can be asked")


def _doubt(bounds: _Bounds, *, autonomy_allows: bool) -> str:
    """Why the numbers are not enough to accept, or an empty string."""
    if bounds.score < bounds.accept:
        return f"the score {_shown(bounds.score)} is below {_shown(bounds.accept)}"
    if bounds.sureness < bounds.confidence:
        return f"the confidence {_shown(bounds.sureness)} is below {_shown(bounds.confidence)}"
    return "" if autonomy_allows else "the autonomy in force does not allow to accept"


def _count(vote: Vote) -> _Counted:
    score, confidence = _unit(vote.score), _unit(vote.confidence, boolean=False)
    if score is not None and confidence is not None and not vote.missing_reason:
        return _Counted(vote=vote, score=score, confidence=confidence, missing="", left_out=False)
    missing = vote.missing_reason or _fault("score", vote.score, score) or _fault("confidence", vote.confidence, confidence)
    return _Counted(
        vote=vote, score=Fraction(vote.missing or 0), confidence=Fraction(0), missing=missing, left_out=vote.missing is None
    )


def _unit(value: JSON, *, boolean: bool = True) -> Fraction | None:
    """``value`` as an exact number from 0 to 1, or ``None`` if it is none."""
    if isinstance(value, bool):
        return Fraction(value) if boolean else None
    number = _exact(value)
    return number if number is not None and 0 <= number <= 1 else None


def _exact(value: JSON) -> Fraction | None:
    number = Decimal(value) if isinstance(value, float) else value
    try:
        return exact(number) if is_number(number) else None
    except ExpressionFailed:
        return None


def _fault(what: str, value: JSON, number: Fraction | None) -> str:
    if number is not None:
        return ""
    if value is None:
        return f"it gave no {what}"
    shown = f" {value}"[:40] if isinstance(value, float | Decimal) else ""
    return f"its {what}{shown} is no number from 0 to 1"


def _mean(weighed: Sequence[_Counted], part: Callable[[_Counted], Fraction]) -> Fraction:
    total = sum(one.vote.weight for one in weighed)
    return sum((one.vote.weight * part(one) for one in weighed), Fraction(0)) / total if total else Fraction(0)


def _view(one: _Counted) -> CriterionView:
    vote = one.vote
    return CriterionView(
        name=vote.name,
        weight=vote.weight,
        veto=vote.veto,
        score=None if one.left_out else rounded(one.score),
        confidence=None if one.left_out else rounded(one.confidence),
        missing=one.missing,
        reason=vote.reason,
        evidence=vote.evidence,
        measure=vote.measure,
        baseline=vote.baseline,
    )


def _shown(number: Fraction) -> str:
    """``number`` cut to four places, never rounded up: what is below a bound shall not look like it."""
    cut = math.floor(number * 10_000)
    rest = "" if number * 10_000 == cut else "…"
    return f"{(Decimal(cut) / 10_000).normalize():f}{rest}"
