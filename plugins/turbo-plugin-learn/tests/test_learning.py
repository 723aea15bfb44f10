"""What is suggested from which past."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from turbo_core import GateHistory, JudgedRun

from turbo_plugin_learn.plugin import turbo_suggest
from turbo_plugin_learn.regression import LARGEST, learn


def past(count: int, seed: int = 1) -> GateHistory:
    """Runs that end well if their tests did, mostly; the other two criteria say nothing, or the opposite."""
    random = Random(seed)
    runs = []
    for number in range(count):
        good = number % 2 == 0
        tests = Decimal(1) if good == (random.random() < 0.9) else Decimal(0)
        scores = {"tests": tests, "noise": Decimal(random.randrange(101)) / 100, "against": Decimal(int(not good))}
        runs.append(JudgedRun(run=f"r{number}", scores=scores, score=Decimal("0.5"), good=good))
    return GateHistory(workflow="release", task="fit", weights={"tests": 1, "noise": 5, "against": 2}, runs=tuple(runs))


def test_what_foretells_the_end_gets_the_weight() -> None:
    found = turbo_suggest(past(200))
    assert found.weights["tests"] == LARGEST
    assert found.weights["noise"] <= 2
    assert found.weights["against"] == 0
    assert found.figures["Brier score of the gate's scores"] == "0.250"


def test_the_same_past_gives_the_same_weights() -> None:
    assert turbo_suggest(past(60)) == turbo_suggest(past(60))


@pytest.mark.parametrize("count", [0, 19])
def test_few_outcomes_say_nothing(count: int) -> None:
    found = turbo_suggest(past(count))
    assert (found.weights, found.figures) == ({}, {})
    assert "too little" in found.reason


def test_outcomes_of_one_kind_say_nothing() -> None:
    history = past(100)
    good = tuple(run for run in history.runs if run.good)
    assert not turbo_suggest(GateHistory(workflow="w", task="t", weights=history.weights, runs=good)).weights


def test_a_criterion_that_was_left_out_counts_as_0() -> None:
    history = past(40)
    runs = tuple(
        JudgedRun(run=run.run, scores={"tests": run.scores["tests"]}, score=run.score, good=run.good) for run in history.runs
    )
    assert turbo_suggest(GateHistory(workflow="w", task="t", weights=history.weights, runs=runs)).weights["noise"] == 0


def test_what_never_changes_has_no_weight() -> None:
    assert learn([[1.0]] * 20, [True, False] * 10).weights == (0,)
