"""Scales: from measures to scores."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.scales import Scale, Step, base_of, median

LATENCY = Scale(zero=Decimal(400), one=Decimal(200))
GRADES = Scale(
    steps=(Step(bound=Decimal(90), score=Decimal(1), upward=True), Step(bound=Decimal(70), score=Decimal("0.5"), upward=True))
)
_measures = st.integers(-(10**6), 10**6) | st.decimals(-1000, 1000, places=3)


@pytest.mark.parametrize(
    ("scale", "measure", "score"),
    [
        (LATENCY, 200, 1),
        (LATENCY, 400, 0),
        (LATENCY, 250, Fraction(3, 4)),
        (LATENCY, 100, 1),
        (LATENCY, 5000, 0),
        (Scale(zero=Decimal(0), one=Decimal(3)), 1, Fraction(1, 3)),
        (Scale(zero=Decimal(0), one=Decimal(2)), True, Fraction(1, 2)),
        (Scale(zero=Decimal(0), one=Decimal(1)), 0.1, Fraction(1, 10)),
        (GRADES, 90, 1),
        (GRADES, Decimal("89.9"), Fraction(1, 2)),
        (GRADES, 69, 0),
        (Scale(steps=(Step(bound=Decimal(3), score=Decimal(1), upward=False),)), 3, 1),
        (Scale(steps=(Step(bound=Decimal(3), score=Decimal(1), upward=False),)), 4, 0),
    ],
)
def test_what_a_measure_scores(scale: Scale, measure: JSON, score: Fraction) -> None:
    assert scale.score(measure) == score


def test_a_baseline_is_what_the_measure_is_divided_by() -> None:
    scale = Scale(zero=Decimal("1.5"), one=Decimal(1), baseline=3)
    assert scale.score(110, base_of([100, 90, 120])) == Fraction(4, 5)


@pytest.mark.parametrize(("past", "why"), [([], "no good run"), ([0, 0], "nothing can be compared"), (["x"], "no number")])
def test_a_baseline_that_says_nothing(past: list[JSON], why: str) -> None:
    with pytest.raises(ExpressionFailed, match=why):
        base_of(past)


@pytest.mark.parametrize("measure", [None, "3", [], float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_has_no_score(measure: JSON) -> None:
    with pytest.raises(ExpressionFailed):
        LATENCY.score(measure)


def test_the_median_lies_in_the_middle() -> None:
    assert median([Fraction(3), Fraction(1), Fraction(2)]) == 2
    assert median([Fraction(4), Fraction(1), Fraction(2), Fraction(3)]) == Fraction(5, 2)


@given(_measures, _measures, _measures, _measures)
def test_a_score_is_bounded_and_monotone(zero: Decimal, one: Decimal, measure: Decimal, other: Decimal) -> None:
    if zero == one:
        return
    scale = Scale(zero=Decimal(zero), one=Decimal(one))
    low, high = sorted((measure, other))
    scores = scale.score(low), scale.score(high)
    assert all(0 <= score <= 1 for score in scores)
    assert (scores[0] <= scores[1]) if one > zero else (scores[0] >= scores[1])
