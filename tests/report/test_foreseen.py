"""What was foreseen and what was out of the ordinary, in the documents and in the terminal."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.report import html, markdown, terminal
from turbo_core.report.anomalies import listed
from turbo_core.report.foretelling import held

FORESEEN = runs.FORESEEN


def said(seconds: float = 45.0, **more: Any) -> str:
    return held(runs.run(**({"seconds": seconds, "foreseen": FORESEEN} | more)))


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (37.9, "less than 19 of 20 such runs"),
        (38.0, "as foreseen"),
        (55.0, "as foreseen"),
        (55.1, "longer than 19 of 20 such runs"),
    ],
)
def test_a_run_is_held_against_the_interval_of_its_forecast(seconds: float, verdict: str) -> None:
    assert said(seconds).endswith(f": {verdict}.")
    assert said(seconds).startswith("The forecast was 44s, in nine of ten runs at most 52s; it took")


def test_without_a_forecast_there_is_nothing_to_hold_a_run_against() -> None:
    assert said(foreseen=None) == ""


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({"ended_at": ""}, "at most 52s."),
        ({"outcome": "failed"}, "but a forecast is of runs that succeed."),
        ({"foreseen": replace(FORESEEN, takes=2)}, "with the times in which nobody worked on it."),
        ({"foreseen": replace(FORESEEN, unknown=("docs",))}, "1 task without history; it took 45s."),
    ],
)
def test_what_cannot_be_held_against_a_forecast_gets_no_verdict(more: dict[str, Any], end: str) -> None:
    assert said(**more).endswith(end)
    assert "foreseen" not in said(**more)


def test_a_line_names_five_anomalies_and_counts_the_rest() -> None:
    many = [runs.anomaly(f"t{number}", "slow", "slow") for number in range(7)]
    assert listed(many[:1]) == "t0 (slow)"
    assert listed(many) == "t0 (slow), t1 (slow), t2 (slow), t3 (slow), t4 (slow), 2 more"
    assert listed([]) == ""


def test_the_pages_tell_both_and_the_first_screen_names_the_anomalies() -> None:
    run = runs.passed()
    page, text = html.render(run, runs.log_tail), markdown.render(run, runs.log_tail)
    assert page.index("Out of the ordinary: test (slow), upload (log)") < page.index('id="foreseen"') < page.index('id="graph"')
    for made in (page, text):
        assert "longer than 19 of 20 such runs" in made
        assert "its log is 2.3 KiB long" in made
    assert "- Anomalies: test (slow), upload (log)" in text


def test_an_ordinary_run_without_history_has_no_such_part() -> None:
    run = replace(runs.passed(), foreseen=None, anomalies=())
    assert "foreseen" not in markdown.render(run, runs.log_tail)
    assert 'id="foreseen"' not in html.render(run, runs.log_tail)


def test_an_anomaly_of_a_task_that_is_gone_is_told_without_a_link() -> None:
    run = replace(runs.passed(), anomalies=(runs.anomaly("gone", "slow", "took long"),))
    assert "<td>gone</td>" in html.render(run, runs.log_tail)


@pytest.mark.parametrize("anomalous", [True, False])
def test_the_summary_in_the_terminal_names_what_was_out_of_the_ordinary(anomalous: bool) -> None:
    stream, run = StringIO(), runs.passed()
    kept = run.anomalies if anomalous else ()
    terminal.finish(terminal.console(stream, color=False, width=120), replace(run, anomalies=kept), runs.log_tail)
    assert ("out of the ordinary: test (slow), upload (log)" in stream.getvalue()) == anomalous
