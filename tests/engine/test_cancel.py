"""Cancelling: orderly, by force, a task alone; concurrency keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, cancels, play, prepare
from turbo_core import replace
from turbo_core.engine.times import between
from turbo_core.testing.world import Stub

STEPS = """
phases:
  one: {a: {run: x, undo: una}}
  two: {b: {run: x}, c: {run: x, needs: [b]}}
  three: {d: {run: x}}
on_failure: [{run: mend}]
finally: [{run: tidy}]
"""


def shell(run: object) -> list[str]:
    return [attempt.argv[-1] for attempt in run.world.started]  # type: ignore[attr-defined]


def test_an_orderly_cancel_ends_what_runs_and_tidies_up(tmp_path: Path) -> None:
    run = play(tmp_path, STEPS, {"b": HANGS}, requests=[cancels(60)])
    assert run.task("b").state == run.task("c").state == "cancelled"
    assert (run.task("d").state, run.task("d").reason) == ("skipped", "stopped")
    assert shell(run) == ["x", "x", "tidy"]
    assert (run.state.outcome, run.state.exit_code) == ("cancelled", 130)


def test_an_attempt_has_ten_seconds_of_grace(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": Stub(seconds=None, dying=600)}, requests=[cancels(60)])
    assert between(run.task("a").started_at, run.task("a").ended_at) == 70


def test_a_second_cancel_ends_at_once_and_runs_no_steps(tmp_path: Path) -> None:
    stubs = {"b": Stub(seconds=None, dying=600)}
    run = play(tmp_path, STEPS, stubs, requests=[cancels(60), cancels(62)])
    assert between(run.state.created_at, run.state.ended_at) == 62
    assert shell(run) == ["x", "x"]


def test_two_cancels_that_come_together_are_a_first_and_a_second(tmp_path: Path) -> None:
    run = play(tmp_path, STEPS, {"b": Stub(seconds=None, dying=600)}, requests=[cancels(60), cancels(60)])
    assert between(run.state.created_at, run.state.ended_at) == 60
    assert shell(run) == ["x", "x"]


def test_an_orderly_cancel_lets_the_steps_at_the_end_finish(tmp_path: Path) -> None:
    name = prepare(tmp_path, STEPS).workflow.finally_[0].name
    run = play(tmp_path, STEPS, {name: SLOW}, requests=[cancels(30)])
    assert run.task(name).state == "succeeded"
    assert run.state.exit_code == 130


def test_a_second_cancel_leaves_out_the_steps_that_have_not_begun(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x}}\nfinally: [{run: tidy}, {run: more}, {communicate: done}]"
    run = play(tmp_path, text, {"finally[0]": HANGS}, requests=[cancels(50), cancels(60)])
    assert shell(run) == ["x", "tidy"]
    assert [run.task(f"finally[{index}]").state for index in range(3)] == ["cancelled"] * 3


def test_a_cancel_ends_the_wait_for_a_retry(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: {times: 3, delay: 5m}}}", {"a": FAILS}, requests=[cancels(60)])
    assert run.task("a").state == "cancelled"
    assert between(run.state.created_at, run.state.ended_at) == 60


def test_a_cancelled_attempt_is_not_retried(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: 3}}", {"a": HANGS}, requests=[cancels(60)])
    assert len(run.started()) == 1


def test_an_attempt_that_fails_while_it_is_ended_is_cancelled(tmp_path: Path) -> None:
    """It was told to end, and ends on its own terms: nobody wants another attempt."""
    stub = replace(Stub.fails(seconds=63), dying=9)
    run = play(tmp_path, "tasks: {a: {run: x, retry: 3}}", {"a": stub}, requests=[cancels(60)])
    assert (run.task("a").state, len(run.started())) == ("cancelled", 1)
    assert run.of_kind("attempt.ended")[0].body["state"] == "failed"


def test_an_orderly_cancel_lets_an_undo_finish_and_a_second_one_does_not(tmp_path: Path) -> None:
    text = """
    phases: {one: {a: {run: x, undo: una}, b: {run: x, undo: unb, needs: [a]}}, two: {bad: {run: x}}}
    on_failure: [{undo: all}]
    """
    stubs = {"bad": FAILS, "undo:b": Stub(seconds=100), "undo:a": Stub(seconds=100)}
    (tmp_path / "one").mkdir()
    run = play(tmp_path / "one", text, stubs, requests=[cancels(50)])
    assert (run.task("b").undo, run.task("a").undo) == ("undone", "undone")
    run = play(tmp_path, text, stubs, requests=[cancels(50), cancels(60)])
    assert (run.task("b").undo, run.task("a").undo) == ("undo_failed", "armed")
    assert run.state.exit_code == 130


# ---------------------------------------------------------------- keys


def test_a_key_is_waited_for_in_order_of_asking(tmp_path: Path) -> None:
    tasks = ", ".join(f"t{n}: {{run: x, concurrency: {{key: k}}}}" for n in range(3))
    run = play(tmp_path, f"tasks: {{{tasks}, free: {{run: x}}}}")
    assert sorted(run.started()) == ["free", "t0", "t1", "t2"]
    ends = {event.task: event.at for event in run.of_kind("attempt.ended")}
    starts = {event.task: event.at for event in run.of_kind("attempt.started")}
    assert starts["t1"] >= ends["t0"]
    assert starts["t2"] >= ends["t1"]


def test_a_key_with_a_limit(tmp_path: Path) -> None:
    tasks = ", ".join(f"t{n}: {{run: x, concurrency: {{key: k, limit: 2}}}}" for n in range(4))
    assert play(tmp_path, f"tasks: {{{tasks}}}").world.most_running == 2


def test_a_key_is_not_held_while_a_retry_waits(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, retry: {times: 1, delay: 1m}, concurrency: {key: k}}, b: {run: x, concurrency: {key: k}}}"
    run = play(tmp_path, text, {"a": [FAILS, Stub()]})
    assert run.started() == ["a", "b", "a"]


def test_a_refused_key_is_infra(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: 3, concurrency: {key: k, policy: reject}}}", held={"k": 1})
    assert (run.task("a").state, run.task("a").failure, run.started()) == ("failed", "infra", [])


def test_a_key_refused_on_the_second_attempt_is_infra_too(tmp_path: Path) -> None:
    text = """
    tasks:
      a: {run: x, retry: {times: 1, delay: 1m}, concurrency: {key: k, policy: reject}}
      b: {run: x, needs: [wait], concurrency: {key: k}}
      wait: {run: x}
    """
    run = play(tmp_path, text, {"a": FAILS, "wait": Stub(seconds=10), "b": Stub(seconds=900)})
    assert (run.task("a").state, run.task("a").failure, len(run.task("a").attempts)) == ("failed", "infra", 1)


def test_a_cancel_frees_the_queue(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, concurrency: {key: k}}}", held={"k": 1}, requests=[cancels(9)])
    assert run.task("a").state == "cancelled"


@pytest.mark.parametrize("unchanged", [True, False])
def test_what_is_up_to_date_does_not_run(tmp_path: Path, unchanged: bool) -> None:
    text = """
    tasks:
      a: {run: x, sources: [s], produces: [p], outputs: {o: integer}}
      b: {run: [x, "${{ tasks.a.outputs.o }}"], needs: [a]}
    """
    known = {"a": {"o": 7}} if unchanged else {}
    run = play(tmp_path, text, {"a": Stub(outputs={"o": 8})}, unchanged=known)
    assert run.task("a").unchanged is unchanged
    assert run.world.started[-1].argv[1] == ("7" if unchanged else "8")
    assert run.task("a").fingerprint == ("" if unchanged else "print")


def test_force_runs_what_is_up_to_date(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, sources: [s]}}", unchanged={"a": {}}, force=True)
    run.run()
    assert run.started() == ["a"]


def test_a_cancel_ends_matrices_and_nested_workflows(tmp_path: Path) -> None:
    child = "name: child\nphases: {one: {u: {run: x}, w: {run: x, needs: [u]}}, two: {v: {run: x}}}\nfinally: [{run: tidy}]"
    text = "tasks: {m: {run: x, matrix: {n: [1, 2, 3], max_parallel: 2}}, d: {workflow: child.yaml}}"
    stubs = {"m[1]": HANGS, "d/u": HANGS}
    run = play(tmp_path, text, stubs, requests=[cancels(0.5)], child_yaml=child)
    states = run.states()
    assert {name for name, state in states.items() if state == "cancelled"} == {"m", "m[0]", "m[1]", "m[2]", "d", "d/u", "d/w"}
    assert (states["d/v"], states["d/finally[0]"]) == ("skipped", "succeeded")


def test_a_cancel_ends_a_wait_for_deciders(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": FAILS}, requests=[cancels(5)], deciders=True, thinking=60)
    assert run.task("a").state == "cancelled"


def test_what_was_not_selected_is_not_cancelled(tmp_path: Path) -> None:
    run = play(
        tmp_path, "tasks: {a: {run: x}, b: {run: x, needs: [a]}, c: {run: x}}", {"a": HANGS}, only=["b"], requests=[cancels(5)]
    )
    assert [(node.state, node.reason) for node in run.state.nodes.values()] == [
        ("cancelled", ""),
        ("cancelled", ""),
        ("skipped", "not_selected"),
    ]
