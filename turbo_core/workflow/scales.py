"""From what a criterion measures to its score: linear between two bounds, in steps, or against what good runs had before. Pure.

This module knows numbers. Where measures come from, and what is done with scores, is not its business.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.exact import exact, is_number


class Step(Struct, frozen=True, kw_only=True):
    """A measure of at least ``bound`` (at most, if not ``upward``) has ``score``, unless an earlier step fits."""

    bound: Decimal
    score: Decimal
    upward: bool


class Scale(Struct, frozen=True, kw_only=True):
    """How a measure becomes a score from 0 to 1: by ``steps``, or linearly from ``zero`` (score 0) to ``one`` (score 1).

    Less is better if ``one`` is below ``zero``. With a ``baseline`` of N the measure is first divided by the median of what the
    last N good runs had.
    """

    zero: Decimal = Decimal(0)
    one: Decimal = Decimal(1)
    steps: tuple[Step, ...] = ()
    baseline: int = 0

    def score(self, measure: JSON, base: Fraction = Fraction(1)) -> Fraction:
        """The exact score of ``measure``; ``base`` is what it is divided by first.

        Raises:
            ExpressionFailed: the measure is no number.
        """
        value = number_of(measure) / base
        return self._stepped(value) if self.steps else self._linear(value)

    def _linear(self, value: Fraction) -> Fraction:
        zero, one = Fraction(self.zero), Fraction(self.one)
        return min(max((value - zero) / (one - zero), Fraction(0)), Fraction(1))

    def _stepped(self, value: Fraction) -> Fraction:
        for step in self.steps:
            if value >= step.bound if step.upward else value <= step.bound:
                return Fraction(step.score)
        return Fraction(0)


def number_of(value: JSON) -> Fraction:
    """A measure as an exact number; a boolean counts as 1 or 0.

    Raises:
        ExpressionFailed: it is none.
    """
    if isinstance(value, bool):
        return Fraction(value)
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not is_number(number):
        raise ExpressionFailed("what it measured is no number", next_step="give a number")
    return exact(number)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one in order of size; between the two middle ones if their number is even."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def base_of(past: Sequence[JSON]) -> Fraction:
    """What a measure is compared with: the median of what good runs had.

    Raises:
        ExpressionFailed: there is nothing to compare with.
    """
    if not past:
        raise ExpressionFailed("no good run is known to compare with")
    base = median([number_of(value) for value in past])
    if base <= 0:
        raise ExpressionFailed(f"the good runs before had {base}, which nothing can be compared with")
    return base
