"""Each kept mutant of our own code is found by the tests that it names: they have teeth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.figures import Figure
from tests.mutants.mutating import PATIENCE, Mutant, kept, problem, survives

MUTANTS = kept()

HARMLESS = Mutant(
    group="none",
    name="a word of a comment",
    path="turbo_core/engine/scheduler.py",
    old="What follows from the state",
    new="What comes of the state",
    tests=("tests/engine/test_order.py::test_scarce_slots_go_in_file_order",),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The quick ones always; all of them in the long form."""
    if "mutant" in metafunc.fixturenames:
        tried = [mutant for mutant in MUTANTS if mutant.quick or metafunc.config.getoption("long")]
        metafunc.parametrize("mutant", tried, ids=str)


def test_every_mutant_still_fits_the_code() -> None:
    """A mutant whose text is gone tests nothing: write it anew for the code as it is, or take it away."""
    assert {str(mutant): problem(mutant) for mutant in MUTANTS if problem(mutant)} == {}
    assert len({str(mutant) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.timeout(4 * PATIENCE)
def test_the_mutant_is_found(mutant: Mutant, tmp_path: Path, figure: Figure) -> None:
    told = survives(mutant, tmp_path)
    figure(f"{mutant.group}: {'survived' if told else 'killed'}", 1)
    assert told == ""


def test_a_change_that_breaks_nothing_survives(tmp_path: Path) -> None:
    assert problem(HARMLESS) == ""
    assert "test_scarce_slots_go_in_file_order ended with 0" in survives(HARMLESS, tmp_path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"old": "no such text"}, "the old text occurs 0 times"),
        ({"old": "state"}, "times in turbo_core/engine/scheduler.py, not once"),
        ({"path": "turbo_core/nothing.py"}, "there is no turbo_core/nothing.py"),
        ({"new": HARMLESS.old}, "the new text is the old one"),
        ({"tests": ()}, "it names no test"),
        ({"tests": ("tests/engine/test_order.py::test_nothing",)}, "there is no test tests/engine/test_order.py::test_nothing"),
    ],
)
def test_a_mutant_that_tests_nothing_is_told(change: dict[str, Any], why: str) -> None:
    assert why in problem(replace(HARMLESS, **change))
