"""Slopes and exponents, of times that are known."""

from __future__ import annotations

import pytest

from benchmarks.fitting import exponent, marginal

START = 0.25


def test_one_more_costs_the_slope_between_the_two_largest_sizes() -> None:
    assert marginal({1_000: 1.3, 100: 99.0, 3_000: 3.3}) == pytest.approx(0.001)


def test_one_size_has_no_slope() -> None:
    assert marginal({1_000: 1.3}) is None


@pytest.mark.parametrize("power", [0.5, 1.0, 1.3, 2.0])
def test_the_power_is_found_whatever_the_start_costs(power: float) -> None:
    times = {size: START + 1e-4 * size**power for size in (100, 1_000, 10_000)}
    assert exponent({0: START, **times}) == pytest.approx(power)


def test_two_sizes_show_no_power() -> None:
    assert exponent({1: 1.0, 10: 2.0}) is None
