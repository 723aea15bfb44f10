import random
from collections.abc import Iterator

import pytest

from tests.tracking.make import SHAPES, run, task
from turbo_core.tracking.anomalies import LEAST, Anomaly, Norms, bounds
from turbo_core.tracking.facts import RunFact, TaskFact
from turbo_core.tracking.past import Past, past

ALARMS = 0.01
"""What docs/tracking.md promises: fewer false alarms than this for each task that ends."""


def drawn(source: random.Random, number: int, shape: str) -> TaskFact:
    """One task whose values all vary by that shape."""
    seconds, other = SHAPES[shape](source), SHAPES[shape](source)
    sizes = {"output": int(other * 20), "log": int(other * 1000), "memory": int(other * 2e6), "cpu": seconds * 0.7, "waited": 0.1}
    return task(f"{number:04}", "a", seconds, **sizes)


def history(facts: list[TaskFact]) -> Past:
    return past(
        RunFact(id=one.run, workflow="w", created="", ended="", outcome="succeeded", seconds=1, actor="", tasks=(one,))
        for one in facts
    )


def simulated(shape: str, seed: int, runs: int = 200) -> Iterator[list[Anomaly]]:
    source = random.Random(seed)
    facts = [drawn(source, number, shape) for number in range(runs)]
    for place in range(LEAST, runs):
        yield [*Norms(history(facts[max(0, place - 60) : place])).ended(facts[place])]


@pytest.mark.parametrize("shape", [*SHAPES])
def test_false_alarms_are_rarer_than_documented(shape: str) -> None:
    ended = [found for seed in range(4) for found in simulated(shape, seed)]
    assert sum(map(bool, ended)) / len(ended) < ALARMS


@pytest.mark.parametrize("shape", ["lognormal", "normal", "uniform"])
def test_planted_anomalies_are_all_found(shape: str) -> None:
    source = random.Random(7)
    norms = Norms(history([drawn(source, number, shape) for number in range(40)]))
    for number in range(200):
        seconds = SHAPES[shape](source)
        slow, fast = ([*norms.ended(task("x", "a", value))] for value in (seconds * 10, seconds / 10))
        assert "slow" in {found.what for found in slow}, (number, seconds)
        assert "fast" in {found.what for found in fast}, (number, seconds)


def test_what_never_ran_although_it_always_did_is_found() -> None:
    norms = Norms(history([task(f"{number:04}", "a", 5) for number in range(LEAST)]))
    skipped = TaskFact(run="x", address="a", state="skipped", failure="condition")
    assert [found.what for found in norms.skipped(skipped)] == ["skipped"]
    for reason in ("need", "stopped", "not_selected"):
        assert not [*norms.skipped(TaskFact(run="x", address="a", state="skipped", failure=reason))]
    sometimes = [task(f"{number:04}", "a", 5) for number in range(LEAST)]
    sometimes.append(TaskFact(run="9999", address="a", state="skipped", failure="condition"))
    assert not [*Norms(history(sometimes)).skipped(skipped)]


def test_a_task_that_begins_to_fail_is_found_and_one_that_always_did_is_not() -> None:
    def norms(states: str) -> Norms:
        kinds = {"+": "succeeded", "-": "failed"}
        return Norms(history([task(f"{number:04}", "a", 5, kinds[state]) for number, state in enumerate(states)]))

    failed = task("x", "a", 5, "failed")
    assert [found.what for found in norms("+" * 40 + "--").ended(failed)] == ["failing"]
    assert not [*norms("+" * 40).ended(failed)]
    assert not [*norms("+-+--+" * 7).ended(failed)]
    assert not [*norms("---").ended(failed)]


def test_few_values_have_no_bounds_and_small_differences_do_not_matter() -> None:
    assert bounds([1.0] * (LEAST - 1), 1.0) is None
    told = bounds([0.010] * LEAST, 1.0)
    assert told is not None
    assert told.low < 0 < 0.5 < told.high < 1.0
    assert not Norms(past([]))
    assert Norms(past(run(number, {"a": 1.0}) for number in range(LEAST)))


def test_what_failed_or_was_unchanged_has_no_usual_size() -> None:
    norms = Norms(history([task(f"{number:04}", "a", 50) for number in range(LEAST)]))
    unchanged = TaskFact(run="x", address="a", state="succeeded", unchanged=True)
    assert not [*norms.ended(unchanged)]
    assert [found.what for found in norms.ended(task("x", "a", 50, output=9000))] == ["output"]
    assert [found.what for found in norms.ended(task("x", "a", 50, memory=2 << 30, log=100))] == ["log", "memory"]
