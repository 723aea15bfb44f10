"""Brier score and reliability table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from turbo_core.tracking.reliability import Forecast, reliability

_forecasts = st.lists(st.builds(Forecast, score=st.decimals(0, 1, places=3), confidence=st.just(Decimal(1)), good=st.booleans()))


def forecast(score: str, good: bool) -> Forecast:
    return Forecast(score=Decimal(score), confidence=Decimal(1), good=good)


def test_scores_are_held_against_outcomes() -> None:
    found = reliability([forecast("1", True), forecast("0.9", False), forecast("0.2", False), forecast("0.5", True)])
    assert found is not None
    assert found.brier == (Fraction(81, 100) + Fraction(4, 100) + Fraction(25, 100)) / 4
    assert (found.count, found.good, found.base) == (4, Fraction(1, 2), Fraction(1, 4))
    assert [(float(one.low), one.count, one.good) for one in found.bins] == [(0.2, 1, 0), (0.4, 1, 1), (0.8, 2, Fraction(1, 2))]


def test_nothing_is_known_of_nothing() -> None:
    assert reliability([]) is None


@given(_forecasts)
def test_every_forecast_stands_in_one_bin(forecasts: list[Forecast]) -> None:
    found = reliability(forecasts)
    if found is not None:
        assert sum(one.count for one in found.bins) == len(forecasts)
        assert 0 <= found.brier <= 1
        assert all(one.low <= one.score <= one.high for one in found.bins)
