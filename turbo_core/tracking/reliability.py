"""How well the scores of a gate have foretold what came of its decisions: Brier score and reliability table, exact. Pure.

A score is read as the probability that what is judged turns out well. The Brier score is the mean of (score - outcome)², outcome
1 for good and 0 for bad (G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950): 0 is perfect, 1/4 is
what saying 1/2 each time has.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

BINS = 5
"""How many parts of the range from 0 to 1 the table has; few, since most projects decide seldom."""


class Forecast(Struct, frozen=True, kw_only=True):
    """A score, how sure it was, and whether what was judged turned out well."""

    score: Decimal
    confidence: Decimal
    good: bool


class Bin(Struct, frozen=True, kw_only=True):
    """The forecasts with a score from ``low`` to ``high``: how many, their mean score, and the share that turned out well."""

    low: Fraction
    high: Fraction
    count: int
    score: Fraction
    good: Fraction


class Reliability(Struct, frozen=True, kw_only=True):
    """All forecasts of a gate together. ``base`` is the Brier score of always saying the share that turned out well."""

    count: int
    good: Fraction
    brier: Fraction
    base: Fraction
    bins: tuple[Bin, ...]


def reliability(forecasts: Sequence[Forecast]) -> Reliability | None:
    """Hold scores against outcomes; ``None`` if there are none."""
    if not forecasts:
        return None
    share = Fraction(sum(one.good for one in forecasts), len(forecasts))
    edges = [Fraction(number, BINS) for number in range(BINS + 1)]
    bins = (_bin(forecasts, low, high) for low, high in pairwise(edges))
    return Reliability(
        count=len(forecasts),
        good=share,
        brier=brier([(Fraction(one.score), one.good) for one in forecasts]),
        base=share * (1 - share),
        bins=tuple(one for one in bins if one is not None),
    )


def brier(pairs: Sequence[tuple[Fraction, bool]]) -> Fraction:
    """The mean squared distance of probabilities and outcomes."""
    return sum(((score - good) ** 2 for score, good in pairs), Fraction(0)) / len(pairs)


def _bin(forecasts: Sequence[Forecast], low: Fraction, high: Fraction) -> Bin | None:
    found = [one for one in forecasts if low <= one.score < high or one.score == high == 1]
    if not found:
        return None
    mean = sum((Fraction(one.score) for one in found), Fraction(0)) / len(found)
    return Bin(low=low, high=high, count=len(found), score=mean, good=Fraction(sum(one.good for one in found), len(found)))
