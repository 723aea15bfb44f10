"""Phases, needs and their conditions, slots (docs/language.md, "Order, needs, skipping")."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, cancels, play
from turbo_core.testing.world import Stub

ENDINGS = {
    "succeeded": ("a: {run: x}", {}),
    "tolerated": ("a: {run: x, allow_failure: true}", {"a": FAILS}),
    "failed": ("a: {run: x}", {"a": FAILS}),
    "condition": ("a: {run: x, when: false}", {}),
    "empty": ("a: {run: x, matrix: {x: []}}", {}),
    "need_of_skip": ("a: {run: x, needs: [z]}\n  z: {run: x, when: false}", {}),
    "need_of_empty": ("a: {run: x, needs: [z]}\n  z: {run: x, matrix: {x: []}}", {}),
    "need_of_failure": ("a: {run: x, needs: [z]}\n  z: {run: x, allow_failure: false}", {"z": FAILS}),
}
GO, SKIP = "succeeded", "skipped"
TABLE = [
    ("succeeded", "ok", GO),
    ("succeeded", "skip_ok", GO),
    ("succeeded", "failed", SKIP),
    ("succeeded", "any", GO),
    ("tolerated", "ok", GO),
    ("tolerated", "skip_ok", GO),
    ("tolerated", "failed", GO),
    ("tolerated", "any", GO),
    ("failed", "ok", SKIP),
    ("failed", "skip_ok", SKIP),
    ("failed", "failed", GO),
    ("failed", "any", GO),
    ("condition", "ok", SKIP),
    ("condition", "skip_ok", GO),
    ("condition", "failed", SKIP),
    ("condition", "any", GO),
    ("empty", "ok", SKIP),
    ("empty", "skip_ok", GO),
    ("empty", "failed", SKIP),
    ("empty", "any", GO),
    ("need_of_skip", "ok", SKIP),
    ("need_of_skip", "skip_ok", GO),
    ("need_of_skip", "failed", SKIP),
    ("need_of_skip", "any", GO),
    ("need_of_empty", "ok", SKIP),
    ("need_of_empty", "skip_ok", GO),
    ("need_of_empty", "failed", SKIP),
    ("need_of_empty", "any", GO),
    ("need_of_failure", "ok", SKIP),
    ("need_of_failure", "skip_ok", SKIP),
    ("need_of_failure", "failed", SKIP),
    ("need_of_failure", "any", GO),
]


@pytest.mark.parametrize(("ending", "condition", "expected"), TABLE)
def test_how_a_need_ended_against_the_condition(tmp_path: Path, ending: str, condition: str, expected: str) -> None:
    task, stubs = ENDINGS[ending]
    run = play(tmp_path, f"keep_going: true\ntasks:\n  {task}\n  b: {{run: x, needs: {{a: {condition}}}}}", stubs)
    b = run.task("b")
    assert b.state == expected
    if expected == SKIP:
        root = "z" if ending.startswith("need") else "a"
        assert (b.reason, b.by, b.root) == ("need", "a", root)


@pytest.mark.parametrize(("condition", "expected"), [("ok", SKIP), ("skip_ok", SKIP), ("failed", SKIP), ("any", GO)])
def test_a_cancelled_need(tmp_path: Path, condition: str, expected: str) -> None:
    """A task alone is cancelled when another one takes its concurrency key."""
    text = f"""
    tasks:
      a: {{run: x, concurrency: {{key: k, policy: queue}}}}
      wait: {{run: x}}
      c: {{run: x, needs: [wait], concurrency: {{key: k, policy: replace}}}}
      b: {{run: x, needs: {{a: {condition}}}}}
    """
    run = play(tmp_path, text, {"a": HANGS})
    assert run.task("a").state == "cancelled"
    assert run.task("b").state == expected


@pytest.mark.parametrize(("condition", "expected"), [("ok", SKIP), ("skip_ok", SKIP), ("failed", SKIP), ("any", GO)])
def test_a_need_that_was_stopped(tmp_path: Path, condition: str, expected: str) -> None:
    text = f"""
    tasks:
      bad: {{run: x}}
      a: {{run: x, needs: [slow]}}
      slow: {{run: x}}
      b: {{run: x, needs: {{a: {condition}}}}}
    """
    run = play(tmp_path, text, {"bad": FAILS, "slow": SLOW})
    assert (run.task("a").state, run.task("a").reason, run.task("a").root) == ("skipped", "stopped", "bad")
    b = run.task("b")
    assert b.state == expected
    if expected == SKIP:
        assert b.reason == "stopped"


def test_a_phase_waits_for_all_of_the_phase_before(tmp_path: Path) -> None:
    text = """
    phases:
      one: {a: {run: x}, b: {run: x}}
      two: {c: {run: x, needs: [a]}}
    """
    run = play(tmp_path, text, {"b": SLOW})
    assert run.started() == ["a", "b", "c"]
    assert run.task("c").started_at >= run.task("b").ended_at


def test_a_need_in_an_earlier_phase_adds_its_condition(tmp_path: Path) -> None:
    text = """
    phases:
      one: {a: {run: x, when: false}}
      two: {b: {run: x, needs: [a]}, c: {run: x}}
    """
    run = play(tmp_path, text)
    assert run.states() == {"a": "skipped", "b": "skipped", "c": "succeeded"}
    assert run.state.outcome == "succeeded"


def test_a_skipped_task_does_not_hold_up_the_next_phase(tmp_path: Path) -> None:
    run = play(tmp_path, "phases:\n  one: {a: {run: x, when: false}}\n  two: {b: {run: x}}")
    assert run.task("b").state == "succeeded"


def test_scarce_slots_go_in_file_order(tmp_path: Path) -> None:
    text = "tasks:\n" + "\n".join(f"  t{number}: {{run: x}}" for number in range(7))
    run = play(tmp_path, text, jobs=2)
    assert run.started() == [f"t{number}" for number in range(7)]
    assert run.world.most_running == 2


def test_file_order_also_holds_for_what_becomes_ready_later(tmp_path: Path) -> None:
    text = "tasks:\n  late: {run: x, needs: [first]}\n  first: {run: x}\n  second: {run: x}\n  third: {run: x}"
    run = play(tmp_path, text, jobs=1)
    assert run.started() == ["first", "late", "second", "third"]


def test_what_was_ready_together_is_committed_together(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}, b: {run: x}, c: {run: x}}")
    assert run.commits == 2  # all starts; all ends, and that of the run
    assert run.kinds()[-1] == "run.ended"


def test_the_order_of_checks_is_needs_before_when(tmp_path: Path) -> None:
    """A task whose need fails is skipped for the need, although its condition could not even be evaluated."""
    text = """
    keep_going: true
    tasks:
      a: {run: x}
      b: {run: x, needs: [a], when: "${{ [1][5] == 1 }}"}
    """
    run = play(tmp_path, text, {"a": FAILS})
    assert (run.task("b").state, run.task("b").reason) == ("skipped", "need")


@pytest.mark.parametrize("signal", [2, 15])
def test_the_exit_code_of_a_cancelled_run_tells_the_signal(tmp_path: Path, signal: int) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": HANGS}, requests=[cancels(5, signal=signal)])
    assert run.state.exit_code == 128 + signal


def test_a_run_of_nothing_but_skipped_tasks_succeeds(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, when: false}}")
    assert (run.state.outcome, run.state.exit_code) == ("succeeded", 0)


def test_the_outputs_of_the_run(tmp_path: Path) -> None:
    text = """
    outputs: {wheel: "${{ tasks.a.outputs.wheel }}", number: "${{ 1 + 1 }}"}
    tasks: {a: {run: x, outputs: {wheel: string}}}
    """
    run = play(tmp_path, text, {"a": Stub(outputs={"wheel": "w"})})
    assert run.view().outputs == {"wheel": "w", "number": 2}


def test_outputs_that_have_no_value_make_the_run_fail(tmp_path: Path) -> None:
    text = 'outputs: {n: "${{ tasks.a.outputs.n + 1 }}"}\ntasks: {a: {run: x, when: false, outputs: {n: integer}}}'
    run = play(tmp_path, text)
    assert (run.state.outcome, run.state.exit_code) == ("failed", 1)
    assert "outputs" in run.state.summary
