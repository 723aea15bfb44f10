"""What a start loads, and what a task commits and asks of plugins; ``tox -e perf`` makes the other counts."""

from __future__ import annotations

import pytest

from benchmarks.budget import Comparison, explained, recorded
from benchmarks.counting import COUNTS, counted
from benchmarks.tables import figure

QUICK = ("modules of --version", "modules of --help", "commits per task", "calls of pluggy per task")


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_count_is_within_its_budget(name: str) -> None:
    found = Comparison(name=name, budget=recorded()[name], now=counted(name))
    assert not found.broken, explained([found])


def test_every_count_has_a_budget() -> None:
    assert [*recorded()] == [*COUNTS]


@pytest.mark.parametrize(
    ("budget", "now", "broken"),
    [(100, 110, False), (100, 111, True), (100, 50, False), (1, 1.05, False), (1, 2, True), (0, 0, False), (0, 1, True)],
)
def test_a_count_may_grow_by_a_tenth(budget: float, now: float, broken: bool) -> None:
    assert Comparison(name="calls", budget=budget, now=now).broken == broken


def test_what_has_grown_is_explained() -> None:
    told = explained([Comparison(name="calls per task", budget=1_000, now=1_500)])
    assert f"calls per task: {figure(1_500)}, the budget is {figure(1_000)}: +50%, allowed is +10%" in told
    assert "tox -e perf -- --record" in told
