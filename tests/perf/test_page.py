"""docs/performance.md and its pictures are what the recorded results give, and targets are read off them as they should be."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.page import DOCS, PAGE, filled, pictures
from benchmarks.plots import bars, curves
from benchmarks.results import Race, Results, read, write
from benchmarks.running import Sample
from benchmarks.targets import TARGETS, Reading

RECORDED = sorted((DOCS.parent / "benchmarks" / "recorded").glob("*.json"))
AGAIN = "write it anew: python benchmarks page benchmarks/recorded/*.json"


def test_the_page_shows_the_recorded_results() -> None:
    assert filled(PAGE.read_text(), [read(path) for path in RECORDED]) == PAGE.read_text(), AGAIN


def test_the_pictures_show_the_recorded_results() -> None:
    made = pictures(read(RECORDED[0]))
    assert {name: (DOCS / name).read_text() for name in made} == made, AGAIN
    assert {path.name for path in DOCS.glob("performance-*.svg")} == {*made}


def took(wall: float) -> Sample:
    return Sample(wall=wall, cpu=wall, own=wall, memory=50.0)


def results(**races: Race) -> Results:
    return Results(machine={"cores": "2"}, quick=False, races=races)


def whole_runs(turbo: float, without: str = "") -> Results:
    walls = {"turbo": turbo, "ninja": 1.0, "doit": 2.4, "go-task": 3.0}
    samples = {name: {1_000: [took(wall)]} for name, wall in walls.items() if name != without}
    return results(independent=Race(samples=samples))


def reading(what: str, found: Results) -> Reading:
    return next(target for target in TARGETS if what in target.what).read(found)


@pytest.mark.parametrize(("turbo", "met"), [(2.3, True), (2.45, False), (2.6, False)])
def test_a_target_is_met_only_if_all_of_it_is(turbo: float, met: bool) -> None:
    assert reading("the whole run", whole_runs(turbo)).met is met


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert reading("the whole run", results()) == Reading(told="", met=None)


def test_what_is_promised_for_a_size_is_read_only_where_it_was_reached() -> None:
    walls = {"turbo": 2e-3, "ninja": 1e-3, "posix_spawn, SQLite": 1e-3}
    sizes = (100, 1_000, 10_000)
    reached, short = (
        results(independent=Race(samples={name: {size: [took(size * wall)] for size in some} for name, wall in walls.items()}))
        for some in (sizes, sizes[:2])
    )
    assert reading("10,000 independent", reached) == Reading(told="2 times ninja; 2 times posix_spawn with SQLite", met=True)
    assert reading("10,000 independent", short).met is None


def test_a_figure_that_is_too_large_misses_whatever_else_was_not_measured() -> None:
    assert reading("1,000 independent", whole_runs(2.6, without="doit")).met is False
    assert reading("1,000 independent", whole_runs(2.0, without="doit")).met is None


def test_growth_is_read_as_an_exponent() -> None:
    square = Race(samples={"turbo": {size: [took(1 + size**2 / 1e6)] for size in (1, 100, 1_000)}})
    line = Race(samples={"turbo": {size: [took(1 + size / 1e3)] for size in (1, 100, 1_000)}})
    names = ("layered", "layered-long", "fan", "matrix")
    assert reading("growth", results(**dict.fromkeys(names, line))).met is True
    assert reading("growth", results(**dict.fromkeys(names, line) | {"fan": square})).met is False


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    race = Race(samples={"turbo": {10: [took(1.5), Sample(wall=1.0, cpu=0.5, own=None, memory=20.0)]}}, missing={"make": "no"})
    write(results(chain=race), tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results(chain=race)


def test_two_runs_are_both_shown_and_both_have_to_meet_the_target() -> None:
    text = filled("<!-- measured: targets -->\nold\n<!-- end -->\n", [whole_runs(2.0), whole_runs(2.6)])
    row = next(line for line in text.splitlines() if "1,000 independent" in line)
    assert "| 2 times ninja;" in row
    assert "| 2.6 times ninja;" in row
    assert row.endswith("| **missed** |")


def elements(picture: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(picture).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def test_bars_are_as_long_as_the_logarithm_of_what_they_show() -> None:
    picture = bars("one <more>", {"ninja": 0.1, "turbo": 1.0, "doit": 10.0}, own="turbo", floors=())
    widths = [float(bar.attrib["width"]) for bar in elements(picture, "rect")]
    assert math.isclose(widths[1] / widths[0], math.log(20) / math.log(2), rel_tol=0.01)
    assert math.isclose(widths[2] / widths[0], math.log(200) / math.log(2), rel_tol=0.01)


def test_what_grows_in_proportion_is_a_straight_line() -> None:
    picture = curves("growth", {"a": {10: 0.1, 100: 1.0, 1_000: 10.0}})
    points = [tuple(map(float, pair.split(","))) for pair in elements(picture, "polyline")[0].attrib["points"].split()]
    slopes = [(right[1] - left[1]) / (right[0] - left[0]) for left, right in pairwise(points)]
    assert math.isclose(*slopes, rel_tol=0.01)
