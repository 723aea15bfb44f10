"""A decision as numbers that can be drawn: each criterion's share of the weight and its part of the score.

Shared by the terminal, Markdown and HTML. Knows only ``DecisionView``.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from turbo_core.model import CriterionView, DecisionView
from turbo_core.words import JSON


class Row(Struct, frozen=True, kw_only=True):
    """One criterion. ``share`` is its part of all weights, ``part`` what it adds to the score; both in [0, 1]."""

    criterion: CriterionView
    score: float | None
    share: float
    part: float


def number(value: JSON) -> float | None:
    """A score as a number in [0, 1]; fractions in text (``3/4``) count, everything else is ``None``."""
    try:
        return min(max(float(Fraction(value)), 0.0), 1.0)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


def figure(value: JSON) -> str:
    """A score for people: two decimals, or a dash."""
    found = number(value)
    return "-" if found is None else f"{found:.2f}"


def rows(decision: DecisionView) -> list[Row]:
    """The criteria in their order, with what is drawn of each."""
    whole = sum(criterion.weight for criterion in decision.criteria) or 1
    return [_row(criterion, criterion.weight / whole) for criterion in decision.criteria]


def _row(criterion: CriterionView, share: float) -> Row:
    score = number(criterion.score)
    return Row(criterion=criterion, score=score, share=share, part=share * (score or 0.0))


def bar(row: Row, width: int, *, full: str = "█", empty: str = "░") -> str:
    """Weight times score in characters: as long as the weight's share of ``width``, filled as far as the score goes."""
    length = max(round(row.share * width), 1) if row.share else 0
    filled = round(length * (row.score or 0.0))
    return full * filled + empty * (length - filled)


def remark(criterion: CriterionView) -> str:
    """What there is to say about a criterion: veto, the measure, a stand-in, the reason."""
    against = "" if criterion.baseline is None else f" against {criterion.baseline}"
    measured = "" if criterion.measure is None else f"measured {criterion.measure}{against}"
    missing = f"missing: {criterion.missing}" if criterion.missing else ""
    told = ("veto" if criterion.veto else "", measured, missing, criterion.reason)
    return "; ".join(part for part in told if part)
