from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import Context, replace

from turbo_plugin_quality import actions
from turbo_plugin_quality.keeping import Trend


def keep(context: Context, *values: float, **options: bool | float) -> Trend:
    for number, value in enumerate(values):
        told = actions.trend(replace(context, key=f"k{number}"), name="figure", value=value, runs=4, **options)  # type: ignore[arg-type]  # options of several types
    return told


def test_a_figure_is_compared_with_the_median_of_those_before(context: Context) -> None:
    first = keep(context, 10)
    assert (first.direction, first.before, first.score, first.confidence) == ("new", None, 1.0, 0.0)
    told = keep(context, 10, 20, 12, 18, 11)
    assert (told.before, told.change, told.direction, told.runs, told.confidence) == (15, -4, "worse", 4, 1.0)
    assert told.reason == "figure is 11: worse than 15, the median of 4"


@pytest.mark.parametrize(
    ("value", "lower", "tolerance", "direction", "score"),
    [
        (10, False, 0, "same", 1.0),
        (11, False, 0, "better", 1.0),
        (11, True, 0, "worse", 0.0),
        (9, True, 0, "better", 1.0),
        (12, True, 2, "same", 1.0),
        (13, True, 2, "worse", 0.5),
        (20, True, 2, "worse", 0.0),
    ],
)
def test_which_way_is_better(context: Context, value: float, lower: bool, tolerance: float, direction: str, score: float) -> None:
    told = keep(context, 10, value, lower_is_better=lower, tolerance=tolerance)
    assert (told.direction, told.score) == (direction, score)


def test_an_attempt_that_comes_again_counts_once_and_is_undone(context: Context) -> None:
    keep(context, 1, 2)
    keep(context, 1, 2)
    file: Path = context.project / ".turbo" / "quality.jsonl"
    assert len(file.read_text().splitlines()) == 2
    with file.open("a") as out:
        out.write('{"key": "cut o')
    undo = actions.trend.undoer
    assert undo is not None
    for _ in range(2):
        undo(replace(context, key="k1"), file=".turbo/quality.jsonl")
    assert [line.count('"k0"') for line in file.read_text().splitlines()] == [1]
