from __future__ import annotations

from tests.report import runs
from turbo_core.model import RunView
from turbo_core.report.critical import critical_path


def path(run: RunView) -> list[str]:
    return [task.address for task in critical_path(run)]


def test_the_path_goes_back_along_what_ended_last() -> None:
    check = runs.phase(
        "check", runs.task("quick", 0, 1), runs.task("slow", 0, 5), runs.task("both", 5, 2, needs=("quick", "slow"))
    )
    assert path(runs.run(check)) == ["slow", "both"]


def test_a_phase_waits_for_the_whole_phase_before() -> None:
    first = runs.phase("a", runs.task("long", 0, 9), runs.task("short", 0, 1))
    second = runs.phase("b", runs.task("next", 9, 1))
    assert path(runs.run(first, second)) == ["long", "next"]


def test_a_phase_in_which_nothing_ran_is_passed_over() -> None:
    phases = (
        runs.phase("a", runs.task("x")),
        runs.phase("b", runs.task("never", state="skipped")),
        runs.phase("c", runs.task("y", 2)),
    )
    assert path(runs.run(*phases)) == ["x", "y"]


def test_it_leads_through_cells_and_nested_workflows() -> None:
    assert path(runs.passed()) == ["history", "build", "test[2]", "tag", "upload", "verify/install", "verify/import"]


def test_without_an_end_there_is_no_path() -> None:
    assert path(runs.run()) == []
    assert path(runs.run(runs.phase("p", runs.task("a", state="pending")))) == []
