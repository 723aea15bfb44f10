"""Durations that depend on the size of sources."""

from __future__ import annotations

import random

import pytest

from tests.tracking.make import GRAPH, run, runs
from turbo_core import replace
from turbo_core.tracking.facts import RunFact
from turbo_core.tracking.forecast import expected, forecast
from turbo_core.tracking.past import past
from turbo_core.tracking.sizing import LEAST, line, sized

KB = 1000


def sources(count: int, seed: int, *, matters: bool = True) -> list[tuple[RunFact, int]]:
    """Runs whose build takes longer with larger sources, give or take a fifth; everything else is as always."""
    source = random.Random(seed)
    made = []
    for number, one in enumerate(runs(count, seed)):
        size = round(100 * KB * source.lognormvariate(0, 0.7))
        seconds = {task.address: task.seconds for task in one.tasks}
        seconds["build"] = (5 + size / KB * 2 if matters else 200) * source.lognormvariate(0, 0.2)
        whole = run(number, seconds)
        tasks = tuple(replace(task, size=size) if task.address == "build" else task for task in whole.tasks)
        made.append((replace(whole, tasks=tasks), size))
    return made


def covered(made: list[tuple[RunFact, int]], *, by_size: bool) -> tuple[float, float]:
    """The share of 200 held-out runs in the 90 % interval, and how wide that is on average."""
    within, width = 0, 0.0
    for place in range(60, 260):
        known = past(one for one, _size in made[place - 60 : place])
        told = forecast(GRAPH, sized(known, {"build": made[place][1]}) if by_size else known, jobs=2)
        assert told is not None
        within += told.p05 <= made[place][0].seconds <= told.p95
        width += told.p95 - told.p05
    return within / 200, width / 200


def test_with_sizes_the_interval_holds_as_often_and_is_much_narrower() -> None:
    made = sources(260, 2)
    within, width = covered(made, by_size=True)
    _, plain = covered(made, by_size=False)
    assert 0.85 <= within <= 0.96
    assert width < 0.6 * plain


def test_a_size_that_does_not_matter_changes_nothing() -> None:
    made = sources(60, 3, matters=False)
    known = past(one for one, _size in made)
    assert sized(known, {"build": 10_000 * KB}).tasks["build"] is known.tasks["build"]
    assert sized(known, {}) is known
    assert sized(known, {"unknown": 5}) is known


def test_a_line_is_that_of_most_points_whatever_a_few_do() -> None:
    points = [(float(n), 3.0 + 2 * n) for n in range(10, 40)]
    found = line([*points, (20.0, 900.0), (35.0, 0.1)])
    assert found is not None
    assert (found.slope, found.start) == (pytest.approx(2, abs=0.05), pytest.approx(3, abs=1))
    assert found.at(1000) == found.at(78)
    assert found.at(0) == found.at(5)


@pytest.mark.parametrize(
    "points",
    [
        [(float(n), 3.0 + n) for n in range(10, 10 + LEAST - 1)],  # too few
        [(100 + n / 10, 3.0 + n) for n in range(30)],  # all of one size
        [(float(n), 100.0 - n) for n in range(10, 40)],  # the larger, the shorter
        [(float(n), 50.0) for n in range(10, 40)],  # always the same
        [(float(n), n - 9.5) for n in range(10, 40)],  # small sources would take no time at all
    ],
)
def test_there_is_no_line_where_none_can_be_trusted(points: list[tuple[float, float]]) -> None:
    assert line(points) is None


def test_only_runs_of_the_task_count_and_only_they_are_stretched() -> None:
    made = [one for one, _size in sources(30, 4)]
    odd = made[0].tasks[1]
    unchanged = replace(made[0], tasks=(replace(odd, unchanged=True, seconds=0.0),))
    known = past([unchanged, *made[1:]])
    build = [fact.seconds for fact in sized(known, {"build": 400 * KB}).tasks[odd.address]]
    assert build[0] == 0.0
    before, after = expected(known, "build"), expected(sized(known, {"build": 400 * KB}), "build")
    assert before is not None
    assert after is not None
    assert after.p50 > 2 * before.p50
