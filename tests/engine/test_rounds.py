"""``resume --failed``: a new round, in which what did not succeed is done again, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, answers, cancels, play, prepare
from turbo_core.engine.recovery import at_rest
from turbo_core.errors import ResumeRefused
from turbo_core.model import Draft
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Surrounding
from turbo_core.testing.world import Stub

TEXT = """
phases:
  one: {good: {run: x}, off: {run: x, when: false}}
  two: {bad: {run: x, retry: 1}, after: {run: x, needs: [bad]}, fine: {run: x}}
  three: {last: {run: x}}
on_failure: [{run: mend}]
finally: [{run: tidy}]
"""


def test_what_did_not_succeed_is_done_again_and_nothing_else(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"bad": FAILS})
    assert (run.state.exit_code, run.task("after").reason, run.task("last").reason) == (1, "stopped", "stopped")
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["bad", "after", "last", "finally[0]"]
    assert (run.task("bad").state, run.task("bad").failure, len(run.task("bad").attempts)) == ("succeeded", "", 3)
    assert (run.task("off").state, run.state.round, run.view().outcome) == ("skipped", 2, "succeeded")
    assert run.task("on_failure[0]").state == "pending"  # it was reset, and had nothing to do


def test_the_retries_of_a_round_are_its_own(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"bad": FAILS})
    assert run.resume(failed=True) == 1
    assert run.kinds("bad").count("attempt.started") == 4
    assert [event.attempt for event in run.of_kind("attempt.started") if event.task == "bad"] == [1, 2, 3, 4]
    assert run.kinds("on_failure[0]").count("attempt.started") == 2


def test_a_need_that_was_skipped_by_a_condition_is_not_judged_anew(tmp_path: Path) -> None:
    text = "keep_going: true\ntasks: {off: {run: x, when: false}, a: {run: x, needs: [off]}, bad: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS})
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["bad"]
    assert (run.task("a").state, run.task("a").reason, run.task("a").root) == ("skipped", "need", "off")


def test_of_a_matrix_the_failed_cells_are_done_again(tmp_path: Path) -> None:
    text = 'phases:\n  one: {a: {run: [x, "${{ matrix.n }}"], matrix: {n: [1, 2, 3], max_parallel: 2}}}\n  two: {b: {run: x}}'
    run = play(tmp_path, text, {"a[1]": FAILS})
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["a[1]", "b"]
    assert run.task("a").state == "succeeded"


def test_of_a_nested_workflow_the_failed_tasks_are_done_again(tmp_path: Path) -> None:
    child = "name: child\nphases:\n  one: {u: {run: x}}\n  two: {v: {run: x}, w: {run: x}}\nfinally: [{run: tidy}]"
    text = "phases:\n  one: {ok: {workflow: child.yaml}, no: {workflow: child.yaml}}\n  two: {b: {run: x}}"
    run = play(tmp_path, text, {"no/v": FAILS}, child_yaml=child)
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["no/v", "no/finally[0]", "b"]


def test_of_a_nested_workflow_that_succeeded_nothing_is_done_again(tmp_path: Path) -> None:
    """Not even a failure in it that was tolerated."""
    child = "name: child\ntasks: {u: {run: x, allow_failure: true}}"
    run = play(tmp_path, "tasks: {ok: {workflow: child.yaml}, no: {run: x}}", {"ok/u": FAILS, "no": FAILS}, child_yaml=child)
    assert run.resume(Surrounding(), failed=True) == 0
    assert run.of_kind("run.round")[0].body["reset"] == ["no"]
    assert (run.task("ok/u").state, [attempt.task for attempt in run.world.started]) == ("failed", ["no"])


def test_what_had_not_been_reached_in_a_nested_workflow_is_reached(tmp_path: Path) -> None:
    child = "name: child\nphases:\n  one: {u: {run: x}}\n  two: {v: {run: x}}"
    run = play(tmp_path, "tasks: {no: {workflow: child.yaml}}", {"no/u": FAILS}, child_yaml=child)
    assert (run.task("no/v").reason, run.task("no/v").root) == ("stopped", "no/u")
    assert run.resume(Surrounding(), failed=True) == 0
    assert run.task("no/v").state == "succeeded"


def test_a_cancelled_run_goes_on_in_a_new_round(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"bad": HANGS}, requests=[cancels(60)])
    assert run.state.exit_code == 130
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["bad", "after", "last", "finally[0]"]


def test_a_gate_is_asked_anew_and_an_old_answer_does_not_count(tmp_path: Path) -> None:
    text = "tasks: {gate: {decide: Go?, criteria: {size: {uses: git.size}}, accept: 1, ask: {}}}"
    stubs = {"gate/size": Stub(outputs={"score": 0})}
    run = play(tmp_path, text, stubs, wait=True, requests=[answers("gate", approve=False)])
    assert run.task("gate").failure == "rejected"
    assert run.resume(Surrounding(stubs={"gate/size": Stub(outputs={"score": True})}), failed=True) == 0
    assert [event.body["decision"] for event in run.of_kind("gate.decided")] == ["rejected", "accepted"]
    assert len({event.body["bound"] for event in run.of_kind("gate.asked")}) == 1


def test_the_question_of_another_round_is_another_question(tmp_path: Path) -> None:
    text = "tasks: {gate: {decide: Go?}}"
    run = play(tmp_path, text, wait=True, requests=[answers("gate", approve=False)])
    run.resume(Surrounding(), failed=True)
    assert len({event.body["bound"] for event in run.of_kind("gate.asked")}) == 2


def test_a_crash_in_a_round_is_no_new_round(tmp_path: Path) -> None:
    text = "phases:\n  one: {a: {run: x}}\n  two: {b: {run: x, risk: read}}\n  three: {c: {run: x}}"
    run = play(tmp_path, text, {"b": FAILS})
    with pytest.raises(Crash):
        run.resume(Surrounding(), failed=True, crash=CrashPoint(commit=1, when="after"))
    assert run.kinds()[-1] == "attempt.started"
    assert run.resume() == 0
    assert (run.state.round, run.states()) == (2, {"a": "succeeded", "b": "succeeded", "c": "succeeded"})


def test_a_round_needs_a_run_that_has_ended_and_did_not_succeed(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, risk: read}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    with pytest.raises(ResumeRefused, match=r"has not ended.*without --failed"):
        run.resume(failed=True)
    run.resume()
    with pytest.raises(ResumeRefused, match="succeeded; nothing is left"):
        run.resume(failed=True)


# ---------------------------------------------------------------- at rest


def test_a_run_is_at_rest_when_nothing_is_left_to_do(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, undo: una}}\nfinally: [{communicate: hi, to: [mail, chat]}]")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=3, when="before"))  # the end is committed, the receipts of the message are not
    assert run.fold().outcome == "succeeded"
    assert not at_rest(run.fold())
    assert run.resume() == 0
    assert at_rest(run.fold())
    assert [channel for _message, channel in run.world.deliveries] == ["mail", "chat"]


def test_a_run_whose_undo_was_cut_off_is_not_at_rest(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una}}")
    run.around = Surrounding(stubs={"undo:a": Stub(seconds=None)})
    draft = {"tasks": ["a"], "by": "ann"}
    with pytest.raises(Crash):
        run.resume(drafts=lambda _state: [Draft(kind="undo.wanted", body=draft)], crash=CrashPoint(commit=1, when="after"))
    assert not at_rest(run.fold())
    assert run.resume(Surrounding()) == 0
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 2)
    assert at_rest(run.fold())


# ---------------------------------------------------------------- phases that are done already

REJECTED = """
phases:
  one: {gate: {decide: Go?, criteria: {size: {uses: git.size}}, accept: 1, allow_failure: true}}
  two: {a: {run: x}}
"""


def test_a_phase_all_of_which_succeeded_is_passed_through(tmp_path: Path) -> None:
    run = play(tmp_path, REJECTED, {"gate/size": Stub(outputs={"score": 0})})
    assert (run.task("a").state, run.state.exit_code) == ("succeeded", 1)
    assert run.resume(Surrounding(stubs={"gate/size": Stub(outputs={"score": 1})}), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["gate/size"]


def test_what_succeeded_stays_so_in_a_phase_that_a_later_round_does_not_reach(tmp_path: Path) -> None:
    run = play(tmp_path, REJECTED, {"gate/size": Stub(outputs={"score": 0})})
    stubs = {"gate/size": Stub(seconds=None)}
    assert run.resume(Surrounding(stubs=stubs, requests=[cancels(5)]), failed=True) == 130
    assert run.states() == {"gate": "cancelled", "gate/size": "cancelled", "a": "succeeded"}


def test_a_nested_workflow_whose_last_step_failed_runs_its_steps_again(tmp_path: Path) -> None:
    child = "name: child\ntasks: {u: {run: x}}\nfinally: [{run: tidy}]"
    run = play(tmp_path, "tasks: {d: {workflow: child.yaml}}", {"d/finally[0]": FAILS}, child_yaml=child)
    assert run.task("d").failure == "child"
    assert run.resume(Surrounding(), failed=True) == 0
    assert [attempt.task for attempt in run.world.started] == ["d/finally[0]"]
