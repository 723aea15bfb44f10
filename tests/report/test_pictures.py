"""Layout, timeline, tails, decisions: the numbers behind the pictures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.report import runs
from turbo_core.report import decisions, tree
from turbo_core.report.layout import CAP, layout
from turbo_core.report.tails import tails
from turbo_core.report.timeline import timeline


def test_a_need_stands_left_of_what_needs_it() -> None:
    phase = runs.phase("p", runs.task("c", needs=("b",)), runs.task("b", needs=("a",)), runs.task("a"))
    places = {node.label: node.x for node in layout([phase]).nodes}
    assert places["a"] < places["b"] < places["c"]
    assert len(layout([phase]).edges) == 2


def test_needs_of_nested_tasks_are_names_or_addresses() -> None:
    phase = runs.phase("p", runs.task("n/a"), runs.task("n/b", needs=("a",)), runs.task("n/c", needs=("n/b",)))
    assert len(layout([phase]).edges) == 2


@pytest.mark.parametrize("name", runs.RUNS)
def test_no_box_lies_on_another_and_all_lie_in_the_picture(name: str) -> None:
    picture = layout(runs.RUNS[name]().phases)
    places = [(node.x, node.y) for node in picture.nodes]
    assert len(places) == len(set(places))
    assert all(node.x + 172 <= picture.width and node.y + 44 <= picture.height for node in picture.nodes)


def test_cells_and_nested_tasks_are_one_box_with_their_parts() -> None:
    cells = (runs.task("t[0]"), runs.task("t[1]", state="failed"))
    (node,) = layout([runs.phase("p", runs.task("t", cells=cells))]).nodes
    assert node.inside == 2
    assert node.parts == (("succeeded", 0.0, 0.5), ("failed", 0.5, 0.5))
    assert node.note.endswith("2 cells")


def test_a_graph_that_is_too_large_keeps_what_failed_and_counts_the_rest() -> None:
    tasks = [runs.task(f"t{number}", state="failed" if number == 900 else "succeeded") for number in range(1000)]
    nodes = layout([runs.phase("p", *tasks)]).nodes
    assert len(nodes) == CAP
    assert "t900" in {node.label for node in nodes}
    assert nodes[-1].label == "401 more"


def test_attempts_that_overlap_stand_in_different_lanes() -> None:
    drawn = timeline(runs.run(runs.phase("p", runs.task("a", 0, 4), runs.task("b", 2, 4), runs.task("c", 4, 2))))
    assert drawn
    assert {bar.task.name: bar.lane for bar in drawn.bars} == {"a": 0, "b": 1, "c": 0}
    assert [bar.start for bar in drawn.bars] == pytest.approx([0, 2 / 6, 4 / 6])
    assert [bar.length for bar in drawn.bars] == pytest.approx([4 / 6, 4 / 6, 2 / 6])
    assert drawn.ticks[0].text == "0s"


def test_a_long_wait_is_shortened_and_said() -> None:
    drawn = timeline(runs.parked())
    assert drawn
    (wait,) = drawn.waits
    assert wait.text == "1h 59m"
    assert wait.length < 0.1
    assert drawn.bars[1].start == pytest.approx(wait.at + wait.length)


def test_an_attempt_without_an_end_is_drawn_as_far_as_it_came() -> None:
    attempt = runs.attempt("a", 1, 0, 5, state="running", ended_at="")
    drawn = timeline(runs.run(runs.phase("p", runs.task("a", attempts=(attempt,)))))
    assert drawn
    assert drawn.bars[0].seconds == 5


def test_an_instant_and_a_run_without_attempts() -> None:
    drawn = timeline(runs.run(runs.phase("p", runs.task("a", 0, 0))))
    assert drawn
    assert drawn.bars[0].length == 0
    never = runs.task("a", attempts=(runs.attempt("a", 1, 0, 1, started_at=""),))
    assert timeline(runs.run(runs.phase("p", never))) is None
    assert timeline(runs.run()) is None


def test_failures_get_their_logs_first() -> None:
    tasks = [runs.task(f"t{number}") for number in range(100)]
    tasks[50] = runs.task("t50", state="failed", attempts=(runs.attempt("t50", 1, 0, 1, state="failed"),))
    found = tails(runs.run(runs.phase("p", *tasks)), runs.log_tail, 40_000)
    assert 14_000 < len(found["logs/t50.1.log"]) <= 16_384
    assert sum(map(len, found.values())) <= 40_000
    assert len(found["logs/t0.1.log"]) < 300
    assert all(tail.startswith(f"{path}: tests") for path, tail in found.items())
    assert all(tail.endswith("failed, 599 passed in 6.02s\n") for tail in found.values())


def test_logs_that_find_no_room_are_missing() -> None:
    assert tails(runs.passed(), runs.log_tail, 100) == {}


def test_a_short_log_comes_whole_and_harmless() -> None:
    found = tails(runs.run(runs.phase("p", runs.task("a"))), lambda path, limit: "\x1b[1mone\x1b[0m\ntwo\n", 10_000)
    assert found == {"logs/a.1.log": "one\ntwo\n"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, 1.0),
        (Decimal("0.7"), 0.7),
        ("3/4", 0.75),
        (True, 1.0),
        (7, 1.0),
        (-1, 0.0),
        (None, None),
        ("no", None),
        ("1/0", None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_scores_become_numbers(value: object, found: float | None) -> None:
    assert decisions.number(value) == found


def test_a_bar_is_as_long_as_the_weight_and_filled_as_the_score() -> None:
    rows = decisions.rows(runs.decision())
    assert [decisions.bar(row, 20) for row in rows] == ["█" * 8, "█" * 6, "███░", "█░"]
    assert sum(row.part for row in rows) == pytest.approx(0.91)
    assert decisions.figure(None) == "-"
    assert decisions.rows(runs.decision(criteria=())) == []


def test_counts_are_of_leaves_and_tolerated_failures_are_their_own() -> None:
    assert tree.counted(tree.leaves(runs.failed().phases)) == "1 succeeded, 1 failed, 1 failed (allowed), 2 skipped"
    assert tree.counted([]) == "no tasks"
    assert [task.address for task in tree.failures(runs.failed().phases)] == ["test", "lint"]
