from __future__ import annotations

import msgspec
import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.differences import Change, Pace, comparison_from
from turbo_core.model import RunView
from turbo_core.report.compare import compare


def with_tasks(*tasks: tuple[str, float, str], **more: object) -> RunView:
    return runs.run(runs.phase("p", *(runs.task(name, 0, seconds, state=state) for name, seconds, state in tasks)), **more)


@pytest.mark.parametrize("name", runs.RUNS)
def test_a_run_does_not_differ_from_itself(name: str) -> None:
    run = runs.RUNS[name]()
    found = compare(run, run)
    assert found.count == 0
    assert (found.before, found.after, found.seconds.before) == (run.id, run.id, run.seconds)


def test_inputs_plugins_and_surroundings_that_differ_are_told_with_both_sides() -> None:
    before = runs.run(inputs={"a": 1, "b": "x"}, plugins={"git": "1.0", "old": "2"}, digest="a" * 64)
    after = replace(before, inputs={"a": 2, "b": "x", "c": [1]}, plugins={"git": "1.1"}, core_version="9", digest="b" * 64)
    found = compare(before, after)
    assert found.inputs == (Change(name="a", before="1", after="2"), Change(name="c", before="", after="[1]"))
    assert found.plugins == (Change(name="git", before="1.0", after="1.1"), Change(name="old", before="2", after=""))
    assert [change.name for change in found.surroundings] == ["definition", "Turbo"]
    assert found.count == 6


def test_an_empty_value_is_not_a_missing_one() -> None:
    (change,) = compare(runs.run(inputs={}), runs.run(inputs={"a": ""})).inputs
    assert (change.before, change.after) == ("", '""')


def test_states_tell_what_failed_now_and_what_is_new_or_gone() -> None:
    before = with_tasks(("a", 1, "succeeded"), ("b", 1, "succeeded"), ("gone", 1, "succeeded"))
    after = with_tasks(("a", 1, "succeeded"), ("b", 1, "failed"), ("new", 1, "skipped"), outcome="failed")
    found = compare(before, after)
    assert [(change.name, change.before, change.after) for change in found.states] == [
        ("b", "succeeded", "failed"),
        ("gone", "succeeded", ""),
        ("new", "", "skipped"),
    ]
    assert (found.outcome.before, found.outcome.after) == ("succeeded", "failed")


def test_only_notable_differences_of_finished_tasks_count_and_the_greatest_comes_first() -> None:
    times = {"same": (10.0, 11.9), "tiny": (0.1, 0.4), "slow": (10.0, 12.6), "fast": (60.0, 3.0), "broken": (1.0, 90.0)}
    before = with_tasks(*((name, early, "succeeded") for name, (early, _) in times.items()))
    after = with_tasks(*((name, late, "failed" if name == "broken" else "succeeded") for name, (_, late) in times.items()))
    found = compare(before, after).durations
    assert found == (Pace(name="fast", before=60, after=3), Pace(name="slow", before=10, after=12.6))
    assert found[0].factor == pytest.approx(0.05)


def test_long_values_are_cut_after_they_were_compared() -> None:
    (change,) = compare(runs.run(inputs={"a": "x" * 9_000 + "1"}), runs.run(inputs={"a": "x" * 9_000 + "2"})).inputs
    assert len(change.before) == len(change.after) == 500


def test_what_the_journal_keeps_comes_back() -> None:
    found = compare(runs.passed(), runs.failed())
    assert found.count
    assert comparison_from(msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(found)))) == found
