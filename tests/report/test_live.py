"""The picture of the live view: what it shows of many tasks, at two widths, and what is said of the rest of a run."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

import pytest

from tests.report.runs import at
from turbo_core.report.live import LiveDisplay
from turbo_core.report.outlook import Ahead
from turbo_core.report.progress import PhaseRow, Row, Snapshot
from turbo_core.report.text import moment
from turbo_core.tracking.forecast import Expected, Forecast

NOW = 100.0
ROWS = tuple(Row(address=f"task{number}", state="running", started_at=at(50 + number / 1000)) for number in range(1, 10_001))
SLOW = Row(address="late", state="running", started_at=at(60), line="waiting for the lock", part=0.25)
FAILED = Row(address="broken", state="failed", failure="exit code 3")


def posix(seconds: float) -> float:
    time = moment(at(seconds))
    assert time
    return time.timestamp()


def ahead(**parts: object) -> Ahead:
    forecast = Forecast(p05=10, p50=20, p90=30, p95=40, runs=30)
    known: dict[str, object] = {
        "at": posix(NOW),
        "tasks": (40, 10_041),
        "phases": (0, 1),
        "risky": (1, 2),
        "work": 0.25,
        "cost": 1.5,
        "forecast": forecast,
        "expected": {"late": Expected(p50=5, p90=8, runs=30)},
    }
    return Ahead(**known | parts)  # type: ignore[arg-type]


def snapshot(active: tuple[Row, ...] = (*ROWS, SLOW), failed: tuple[Row, ...] = (FAILED,)) -> Snapshot:
    phases = (PhaseRow(name="wide", state="running", total=10_041, counts={"succeeded": 39, "failed": 1}),)
    return Snapshot(run="0t4w-at60-cyh", workflow="many", started_at=at(0), phases=phases, active=active, failed=failed)


@contextmanager
def display(width: int, now: float = NOW) -> Iterator[LiveDisplay]:
    made = LiveDisplay(io.StringIO(), color=False, width=width, zone=UTC, now=lambda: posix(now))
    try:
        yield made
    finally:
        made.close()


def test_the_output_of_a_task_is_drawn_at_once_and_not_line_by_line() -> None:
    stream = io.StringIO()
    made = LiveDisplay(stream, color=False, width=80, zone=UTC, now=lambda: posix(NOW))
    try:
        made.update(snapshot(), ahead())
        for number in range(2000):
            made.output("a", f"line {number}")
        made.flush("a")
    finally:
        made.close()
    drawn = stream.getvalue()
    assert "a │ line 0" in drawn
    assert "a │ line 1999" in drawn
    # The picture is drawn with the text and five times a second; a machine would have to take a minute for this to come near.
    assert drawn.count("10,041 tasks") < 300


def picture(width: int, state: Snapshot, told: Ahead | None, now: float = NOW) -> list[str]:
    with display(width, now) as made:
        made.update(state, told)
        return "".join(part.text for part in made._picture().segments).splitlines()


@pytest.mark.parametrize("width", [80, 200])
def test_of_ten_thousand_tasks_those_that_matter_are_shown(width: int) -> None:
    lines = picture(width, snapshot(), ahead())
    assert len(lines) <= 25
    assert max(map(len, lines)) < width
    assert lines[0].startswith("many  1m 40s  about 20s left, at most 30s")
    assert lines[1] == "  40/10,041 tasks · 25% of the work · 1/2 of the risky ones · cost 1.5"
    assert lines[3] == "    ✗ broken  failed: exit code 3"
    assert lines[4].split() == ["!", "late", "40s", "of", "5s", "25%", "waiting", "for", "the", "lock"]
    assert lines[5].split()[:2] == ["●", "task1"]
    assert lines[-1].strip().startswith("…")
    assert lines[-1].endswith("more at work")


def test_the_rest_is_counted_down_between_two_forecasts() -> None:
    said = [picture(200, snapshot(), ahead(), now)[0] for now in (NOW, NOW + 5, NOW + 25, NOW + 35)]
    assert "about 20s left, at most 30s" in said[0]
    assert "about 15s left, at most 25s" in said[1]
    assert "about 0s left, at most 5s" in said[2]
    assert "longer than usual" in said[3]
    assert "about to end" in picture(200, snapshot(), ahead(tasks=(3, 4)), NOW + 35)[0]


def test_a_run_without_history_is_honest() -> None:
    unknown = Forecast(p05=10, p50=20, p90=30, p95=40, runs=30, unknown=("new",))
    assert "more than 20s left (1 task without history)" in picture(200, snapshot(), ahead(forecast=unknown))[0]
    fresh = picture(200, snapshot((SLOW,), ()), ahead(forecast=None, work=None, cost=None, risky=(0, 0), expected={}))
    assert fresh[0] == "many  1m 40s  0t4w-at60-cyh"
    assert fresh[1] == "  40/10,041 tasks"
    assert fresh[-1].strip().startswith("● late")
    assert "left" not in picture(200, snapshot(), None)[0]
