import pytest

from tests.tracking.make import ADDRESSES, GRAPH, run, runs
from turbo_core import replace
from turbo_core.tracking.forecast import TRIALS, WHOLE, Forecast, beyond, expected, forecast
from turbo_core.tracking.past import NOTHING, past
from turbo_core.tracking.quantiles import median, quantile, spread
from turbo_core.tracking.schedule import Schedule, Step


def found(*args: object, **options: object) -> Forecast:
    made = forecast(*args, **options)  # type: ignore[arg-type]
    assert made is not None
    return made


@pytest.mark.parametrize("weather", [0.0, 0.3])
def test_the_90_percent_interval_holds_85_to_95_of_100_held_out_runs(weather: float) -> None:
    """200 simulated runs: each after the first 30 is forecast from those before it."""
    made = runs(230, 1, weather=weather)
    within = below = 0
    for place in range(30, 230):
        told = found(GRAPH, past(made[max(0, place - 60) : place]), jobs=2)
        within += told.p05 <= made[place].seconds <= told.p95
        below += made[place].seconds <= told.p90
    assert 0.85 <= within / 200 <= 0.95
    assert 0.82 <= below / 200 <= 0.97


def test_with_few_runs_the_durations_are_drawn_on_their_own_and_the_same_each_time() -> None:
    known = past(runs(5, 3))
    told = found(GRAPH, known, jobs=2)
    assert told == found(GRAPH, known, jobs=2)
    assert told != found(GRAPH, known, jobs=2, seed=1)
    assert told.p05 < told.p50 < told.p90 < told.p95
    assert told.runs == 5
    assert len(known.runs) < WHOLE < TRIALS


def test_more_slots_make_it_shorter() -> None:
    known = past(runs(30, 4))
    assert found(GRAPH, known, jobs=4).p50 < found(GRAPH, known, jobs=1).p50


def test_what_has_no_history_is_told_and_not_guessed() -> None:
    assert forecast(GRAPH, NOTHING, jobs=2) is None
    known = past(runs(30, 5))
    told = found([*GRAPH, [Step(address="new")]], known, jobs=2)
    assert told.unknown == ("new",)
    assert told.seconds == found(GRAPH, known, jobs=2).seconds
    assert expected(known, "new") is None
    assert found([], known, jobs=2).p95 == 0


def test_of_a_task_under_way_only_longer_runs_count() -> None:
    known = past(run(number, {"publish": float(number)}) for number in range(10, 40))
    left = [[Step(address="publish")]]
    assert found(left, known, jobs=2).p50 == pytest.approx(24.5)
    assert found(left, known, jobs=2, running={"publish": 29.5}).p50 == pytest.approx(5, abs=0.6)
    assert found(left, known, jobs=2, running={"publish": 99.0}).p95 == 0
    usual = expected(known, "publish")
    assert usual is not None
    assert (usual.p50, usual.runs) == (pytest.approx(24.5), 30)


def test_what_runs_take_beyond_their_tasks_is_added() -> None:
    made = runs(30, 6)
    longer = [replace(one, seconds=one.seconds + 7) for one in made]
    more = beyond(GRAPH, past(longer), jobs=2)
    assert more == pytest.approx(7)
    assert beyond(GRAPH, past(made), jobs=2) == pytest.approx(0)
    assert found(GRAPH, past(made), jobs=2, beyond=more).p50 == pytest.approx(found(GRAPH, past(made), jobs=2).p50 + 7)


def test_the_schedule_is_that_of_the_scheduler() -> None:
    seconds = dict.fromkeys(ADDRESSES, 1.0)
    assert Schedule(GRAPH).length(seconds, 1) == 4 + 2 + 1
    assert Schedule(GRAPH).length(seconds, 9) == 2 + 1 + 1
    assert Schedule(GRAPH).length({**seconds, "ask": 50.0}, 2) == 2 + 50 + 1
    chain = [[Step(address=str(n), needs=(str(n - 1),)) for n in range(5)]]
    assert Schedule(chain).length({str(n): float(n) for n in range(5)}, 3) == 10
    # Two slots, in file order: 3 and 2 begin, 4 begins at 2.
    assert Schedule([[Step(address=name) for name in "abc"]]).length({"a": 3, "b": 2, "c": 4}, 2) == 6


def test_quantiles_are_those_that_one_more_value_has() -> None:
    assert quantile([5.0], 0.9) == 5
    assert quantile([float(n) for n in range(1, 20)], 0.95) == 19
    assert quantile([float(n) for n in range(1, 20)], 0.05) == 1
    assert quantile([1.0, 2.0, 4.0], 0.5) == 2
    assert median([4.0, 1.0]) == 2.5
    assert spread([1.0, 2.0, 3.0, 4.0, 1000.0], 3.0) == pytest.approx(1.4826)


def test_a_failure_that_is_allowed_is_an_end_like_any_other() -> None:
    made = [
        replace(one, tasks=tuple(replace(task, state="failed") if task.address == "lint" else task for task in one.tasks))
        for one in runs(5, 8)
    ]
    assert found(GRAPH, past(made), jobs=2).unknown == ()
    assert expected(past(made), "lint") is not None
    stopped = past(replace(one, outcome="failed") for one in made)
    assert found(GRAPH, stopped, jobs=2).unknown == ("lint",)
    assert expected(stopped, "lint") is None
