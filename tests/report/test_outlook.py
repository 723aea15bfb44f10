from typing import Any

import pytest

from tests.report.events import Recorder
from tests.report.runs import at
from tests.tracking.make import run
from turbo_core.report.outlook import Ahead, Outlook, is_slow, urgent_first
from turbo_core.report.progress import Progress
from turbo_core.report.text import moment
from turbo_core.tracking.past import past
from turbo_core.tracking.reported import Reported
from turbo_core.tracking.schedule import Step

PHASES = [[Step(address="a"), Step(address="b", needs=("a",))], [Step(address="c")]]
KNOWN = past(run(number, {"a": 10.0, "b": 20.0, "c": 10.0}) for number in range(25))


def posix(seconds: float) -> float:
    time = moment(at(seconds))
    assert time
    return time.timestamp()


def came(*events: tuple[Any, ...]) -> Progress:
    progress, on = Progress(), Recorder().event
    progress.apply(on("run.created", workflow="w"))
    progress.apply(on("phase.opened", phase="one"))
    for kind, task, when, *body in events:
        progress.apply(on(kind, task, when, 1, **(body[0] if body else {})))
    return progress


def look(progress: Progress, now: float, known: Any = KNOWN) -> Ahead:
    return Outlook(PHASES, known, jobs=2, risky=["b"]).look(progress, posix(now))


def test_a_run_that_begins_has_all_before_it() -> None:
    ahead = look(came(), 0)
    assert (ahead.tasks, ahead.risky, ahead.work) == ((0, 3), (0, 1), 0)
    assert ahead.forecast is not None
    assert ahead.forecast.p50 == pytest.approx(40, abs=25)


def test_what_is_done_and_what_runs_counts_by_its_usual_time() -> None:
    progress = came(("attempt.started", "a", 0), ("task.ended", "a", 10, {"state": "succeeded"}), ("attempt.started", "b", 10))
    ahead = look(progress, 15)
    assert (ahead.tasks, ahead.work) == ((1, 3), pytest.approx((10 + 20 * 0.25) / 40))
    assert ahead.expected["b"].p50 == 20
    first = look(progress, 10).forecast
    later = ahead.forecast
    assert first is not None
    assert later is not None
    assert first.p50 - later.p50 == pytest.approx(5)


def test_what_a_task_reports_counts_more_than_its_time() -> None:
    progress = came(("attempt.started", "a", 0))
    progress.reported("a", Reported(done=9, total=10, cost=2.5))
    progress.reported("b", Reported(cost=1))
    ahead = look(progress, 1)
    assert ahead.work == pytest.approx(9 / 40)
    assert ahead.cost == 3.5


def test_a_run_that_fails_or_has_no_past_has_no_forecast() -> None:
    failing = came(("attempt.started", "a", 0), ("task.ended", "a", 10, {"state": "failed"}))
    assert look(failing, 11).forecast is None
    fresh = look(came(), 0, past([]))
    assert (fresh.forecast, fresh.work, fresh.tasks) == (None, None, (0, 3))


def test_what_asks_and_what_is_slow_comes_first() -> None:
    progress = came(
        ("attempt.started", "c", 0), ("attempt.started", "a", 5), ("attempt.started", "b", 6), ("task.asking", "x", 7)
    )
    ahead = look(progress, 17)
    rows = [row.address for row in urgent_first(progress.active(), ahead, posix(17))]
    assert rows == ["x", "c", "a", "b"]
    assert [row for row in progress.active() if is_slow(row, ahead, posix(17))] == [progress.row("c"), progress.row("a")]
    assert not is_slow(progress.row("c"), None, posix(17))
