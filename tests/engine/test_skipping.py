"""Skipping and stopping: reasons, roots, keep_going, fail_fast, tolerated failures, --strict, --only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, play, prepare
from turbo_core.engine.times import between
from turbo_core.engine.why import why
from turbo_core.errors import UsageError
from turbo_core.testing.world import Stub

TWO_PHASES = """
phases:
  one: {bad: {run: x}, after: {run: x, needs: [slow]}, slow: {run: x}}
  two: {never: {run: x}}
"""


def test_a_failure_stops_what_has_not_started(tmp_path: Path) -> None:
    run = play(tmp_path, TWO_PHASES, {"bad": FAILS, "slow": SLOW})
    assert run.states() == {"bad": "failed", "after": "skipped", "slow": "succeeded", "never": "skipped"}
    for name in ("after", "never"):
        assert (run.task(name).reason, run.task(name).root) == ("stopped", "bad")
    assert (run.state.outcome, run.state.exit_code) == ("failed", 1)


def test_what_waits_for_a_slot_is_stopped_too(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {bad: {run: x}, next: {run: x}}", {"bad": FAILS}, jobs=1)
    assert (run.task("next").state, run.task("next").reason) == ("skipped", "stopped")
    assert run.started() == ["bad"]


def test_keep_going_runs_the_rest_of_the_phase_only(tmp_path: Path) -> None:
    run = play(tmp_path, "keep_going: true\n" + TWO_PHASES, {"bad": FAILS, "slow": SLOW})
    assert run.states() == {"bad": "failed", "after": "succeeded", "slow": "succeeded", "never": "skipped"}


def test_a_task_that_handles_the_failure_starts_and_does_not_make_the_run_a_success(tmp_path: Path) -> None:
    text = "tasks: {bad: {run: x}, mend: {run: x, needs: {bad: failed}}, tell: {run: x, needs: {mend: any}}}"
    run = play(tmp_path, text, {"bad": FAILS})
    assert run.states() == {"bad": "failed", "mend": "succeeded", "tell": "succeeded"}
    assert run.state.outcome == "failed"


def test_a_tolerated_failure_is_counted_and_stops_nothing(tmp_path: Path) -> None:
    text = "phases:\n  one: {bad: {run: x, allow_failure: true}}\n  two: {next: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS})
    assert run.states() == {"bad": "failed", "next": "succeeded"}
    assert run.task("bad").tolerated
    assert (run.state.outcome, run.state.exit_code) == ("succeeded", 0)
    assert "1 failed" in run.state.summary


STRICT = {
    "an attempt": ("bad: {run: x, allow_failure: true}", {"bad": FAILS}),
    "a value": ('bad: {run: [x, "${{ [1][2] }}"], allow_failure: true}', {}),
    "a value of an attempt": ('bad: {run: [x, "${{ [1][attempt.number] }}"], allow_failure: true}', {}),
    "an output": ("bad: {run: x, allow_failure: true, outputs: {n: integer}}", {}),
    "a gate": ("bad: {decide: Go?, criteria: {no: {score: false}}, accept: 1, allow_failure: true}", {}),
    "a cell": ("bad: {run: x, allow_failure: true, matrix: {x: [1]}}", {"bad[0]": FAILS}),
    "a nested workflow": ("bad: {workflow: child.yaml, allow_failure: true}", {"bad/a": FAILS}),
    "the inputs of a nested workflow": (
        'bad: {workflow: child.yaml, with: {n: "${{ 1 / 0 }}"}, allow_failure: true}',
        {},
    ),
}
CHILD = "name: child\ninputs: {n: {type: number, default: 1}}\ntasks: {a: {run: x}}"


@pytest.mark.parametrize("what", STRICT)
@pytest.mark.parametrize("strict", [False, True])
def test_strict_tolerates_no_failure(tmp_path: Path, what: str, strict: bool) -> None:
    task, stubs = STRICT[what]
    text = f"phases:\n  one:\n    {task}\n  two: {{next: {{run: x}}}}"
    run = play(tmp_path, text, stubs, strict=strict, child_yaml=CHILD)
    assert run.task("bad").state == "failed" or what == "a cell"
    assert run.task("next").state == ("skipped" if strict else "succeeded")
    rejected = what == "a gate"  # a run with a rejected gate never succeeds
    assert run.state.exit_code == (1 if strict or rejected else 0)


def test_fail_fast_ends_what_runs(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {bad: {run: x}, hangs: {run: x}}", {"bad": FAILS, "hangs": HANGS}, fail_fast=True)
    assert run.states() == {"bad": "failed", "hangs": "cancelled"}
    assert run.state.exit_code == 1


def test_fail_fast_ends_nested_workflows_too(tmp_path: Path) -> None:
    text = "tasks: {bad: {run: x}, deploy: {workflow: child.yaml}}"
    run = play(tmp_path, text, {"bad": FAILS, "deploy/a": HANGS}, fail_fast=True, child_yaml=CHILD)
    assert run.task("deploy/a").state == "cancelled"
    assert run.state.exit_code == 1


FAST = {
    "a wait for a retry": ("{run: x, retry: {times: 1, delay: 1h, on: [exit]}}", FAILS),
    "an attempt that would be retried": ("{run: x, retry: 3}", HANGS),
    "a question": ("{decide: Go?}", Stub()),
    "a gate": ("{decide: Go?, criteria: {size: {uses: git.size}, yes: {score: true}}, accept: 0.1}", Stub()),
}


@pytest.mark.parametrize("what", FAST)
def test_fail_fast_ends_all_that_has_begun(tmp_path: Path, what: str) -> None:
    task, stub = FAST[what]
    stubs = {"bad": Stub.fails(seconds=60), "late": stub, "late/size": HANGS}
    run = prepare(tmp_path, f"tasks: {{bad: {{run: x}}, late: {task}}}", stubs, fail_fast=True)
    assert run.run() == 1
    assert run.task("late").state == "cancelled"
    assert between(run.state.created_at, run.state.ended_at) == 60
    assert why(run.state, run.task("late")) == "late was cancelled, because bad failed and the run fails fast."


def test_fail_fast_does_not_wait_for_the_other_cells(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, matrix: {n: [1, 2, 3, 4, 5], max_parallel: 3}}}"
    run = play(tmp_path, text, {"a[0]": FAILS, "a[1]": HANGS}, jobs=2, fail_fast=True)
    states = {"a": "failed", "a[0]": "failed", "a[1]": "cancelled", "a[2]": "skipped", "a[3]": "skipped", "a[4]": "skipped"}
    assert run.states() == states
    assert run.state.summary == "main failed: 1 failed. a[0] failed (exit): exit as told"


@pytest.mark.parametrize("phases", range(6))
def test_fail_fast_meets_nested_workflows_wherever_they_are(tmp_path: Path, phases: int) -> None:
    """A workflow ends in the very moment in which another one fails."""
    empty = "".join(f"  p{number}: {{s{number}: {{run: x, when: false}}}}\n" for number in range(phases))
    ends = f"name: ends\nphases:\n  one: {{u: {{run: x}}}}\n{empty}"
    text = "tasks: {ends: {workflow: ends.yaml}, bad: {workflow: bad.yaml}}"
    bad = "name: bad\ntasks: {u: {run: x}}"
    run = play(tmp_path, text, {"bad/u": FAILS}, fail_fast=True, ends_yaml=ends, bad_yaml=bad)
    assert run.state.exit_code == 1
    assert run.task("ends/u").state == "succeeded"
    assert all(node.final for node in run.state.nodes.values())


def test_fail_fast_lets_a_task_handle_the_failure(tmp_path: Path) -> None:
    text = "tasks: {bad: {run: x}, mend: {run: x, needs: {bad: failed}, retry: 1}, hangs: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS, "mend": [FAILS, SLOW], "hangs": HANGS}, fail_fast=True)
    assert run.states() == {"bad": "failed", "mend": "succeeded", "hangs": "cancelled"}


def test_fail_fast_ignores_what_is_tolerated_and_what_is_only_a_criterion(tmp_path: Path) -> None:
    text = """
    tasks:
      bad: {run: x, allow_failure: true}
      slow: {run: x}
      gate: {decide: Go?, criteria: {size: {uses: git.size}, yes: {score: true}}, accept: 0.5}
    """
    run = play(tmp_path, text, {"bad": FAILS, "gate/size": FAILS, "slow": SLOW}, fail_fast=True)
    assert run.task("slow").state == "succeeded"
    assert run.task("gate").state == "succeeded"


def test_only_selects_a_task_and_its_needs(tmp_path: Path) -> None:
    text = """
    phases:
      one: {a: {run: x}, b: {run: x, needs: [a]}, c: {run: x}}
      two: {d: {run: x, needs: [b]}, e: {run: x}}
    finally: [{run: tidy}]
    """
    run = play(tmp_path, text, only=["b"])
    assert run.started()[:2] == ["a", "b"]
    assert len(run.started()) == 3
    for name in ("c", "d", "e"):
        assert (run.task(name).state, run.task(name).reason) == ("skipped", "not_selected")
    assert run.state.exit_code == 0


def test_only_selects_a_nested_workflow_as_a_whole(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {d: {workflow: child.yaml}, other: {run: x}}", only=["d"], child_yaml=CHILD)
    assert run.states() == {"d": "succeeded", "other": "skipped", "d/a": "succeeded"}


def test_only_refuses_a_task_that_reads_one_that_is_left_out(tmp_path: Path) -> None:
    text = 'phases:\n  one: {a: {run: x}}\n  two: {b: {run: x, when: "${{ tasks.a.ok }}"}}'
    with pytest.raises(UsageError, match="b reads a"):
        play(tmp_path, text, only=["b"])


def test_the_root_is_passed_on(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, when: false}, b: {run: x, needs: [a]}, c: {run: x, needs: [b]}, d: {run: x, needs: {c: skip_ok}}}"
    run = play(tmp_path, text)
    assert (run.task("c").by, run.task("c").root) == ("b", "a")
    assert run.task("d").state == "succeeded"


def test_a_retry_still_happens_while_the_run_is_stopping(tmp_path: Path) -> None:
    text = "tasks: {bad: {run: x}, flaky: {run: x, retry: {times: 1, delay: 1h}}}"
    run = play(tmp_path, text, {"bad": Stub.fails(seconds=60), "flaky": [FAILS, Stub()]})
    assert run.task("flaky").state == "succeeded"
    assert run.state.outcome == "failed"


@pytest.mark.parametrize("when", ["${{ inputs.go }}", "${{ inputs.go and true }}"])
def test_when_is_a_boolean(tmp_path: Path, when: str) -> None:
    text = f'inputs: {{go: {{type: string, default: "yes"}}}}\ntasks: {{a: {{run: x, when: "{when}"}}}}'
    run = play(tmp_path, text)
    assert (run.task("a").state, run.task("a").failure) == ("failed", "invalid")
    assert run.task("a").message.startswith("when: ")


def test_vars_that_have_no_value_end_the_run_before_any_task(tmp_path: Path) -> None:
    run = play(tmp_path, 'vars: {n: "${{ 1 / 0 }}"}\ntasks: {a: {run: x}}')
    assert (run.state.outcome, run.state.exit_code, run.started()) == ("failed", 1, [])
    assert "vars.n" in run.state.summary
