"""Undo, on_failure, finally."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, cancels, play, prepare
from turbo_core.model import Draft
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub

TEXT = """
phases:
  one: {a: {run: x, undo: una}, b: {run: x, undo: unb}, plain: {run: x}}
  two: {c: {uses: git.tag, with: {name: v}, undo: true}}
  three: {bad: {run: x, undo: unbad}}
  four: {never: {run: x, undo: unnever}}
on_failure:
  - {run: before}
  - {undo: all}
  - {run: after}
finally: [{run: tidy}]
"""


def told(run: object) -> list[str]:
    return [attempt.argv[-1] if attempt.argv else f"{attempt.mode} {attempt.action}" for attempt in run.world.started]  # type: ignore[attr-defined]


def test_undo_goes_in_reverse_order_of_completion(tmp_path: Path) -> None:
    stubs = {"a": Stub(seconds=50), "bad": FAILS, "c": Stub(outputs={"ref": "r"})}
    run = play(tmp_path, TEXT, stubs, jobs=3)
    assert told(run)[-6:] == ["before", "undo git.tag", "una", "unb", "after", "tidy"]
    assert run.world.started[-5].outputs == {"ref": "r"}
    assert {name: run.task(name).undo for name in ("a", "b", "c", "bad", "never", "plain")} == {
        "a": "undone",
        "b": "undone",
        "c": "undone",
        "bad": "armed",  # it failed: there is nothing to take back
        "never": "",
        "plain": "",
    }
    assert (run.task("a").state, run.state.exit_code) == ("succeeded", 1)


def test_undo_is_armed_in_the_commit_of_the_start(tmp_path: Path) -> None:
    run = prepare(tmp_path, TEXT)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.fold().nodes["a"].undo == "armed"


def test_a_lost_task_is_undone_first(tmp_path: Path) -> None:
    text = """
    phases: {one: {a: {run: x, undo: una}}, two: {l: {run: x, undo: unl, on_lost: fail}}}
    on_failure: [{undo: all}]
    """
    run = prepare(tmp_path, text)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    run.resume()
    assert told(run) == ["unl", "una"]
    assert (run.task("l").state, run.task("l").failure, run.task("l").undo) == ("failed", "lost", "undone")


def test_what_cannot_be_undone_is_listed_and_stops_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"bad": FAILS, "undo:c": FAILS})
    assert (run.task("c").undo, run.task("a").undo) == ("undo_failed", "undone")
    step = next(node for node in run.state.nodes.values() if node.task.undo_all)
    assert (step.state, step.message) == ("failed", "could not be undone: c")
    assert told(run)[-2:] == ["after", "tidy"]
    assert run.state.exit_code == 1


def test_an_undo_is_retried_as_its_task_is(tmp_path: Path) -> None:
    text = "phases: {one: {a: {run: x, undo: una, retry: 2}}, two: {bad: {run: x}}}\non_failure: [{undo: all}]"
    run = play(tmp_path, text, {"bad": FAILS, "undo:a": [FAILS, FAILS, Stub()]})
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 3)


def test_an_undo_is_not_retried_while_the_run_is_cancelled(tmp_path: Path) -> None:
    text = "phases: {one: {a: {run: x, undo: una, retry: 2}}, two: {bad: {run: x}}}\non_failure: [{undo: all}]"
    run = play(tmp_path, text, {"bad": FAILS, "undo:a": Stub.fails(seconds=100)}, requests=[cancels(50)])
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undo_failed", 1)


def test_what_is_wanted_twice_is_undone_once(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una}}")
    wanted = [Draft(kind="undo.wanted", body={"tasks": ["a"], "by": "ann"})] * 2
    assert run.resume(drafts=lambda _state: wanted) == 0
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 1)


def test_an_undo_goes_on_after_a_crash(tmp_path: Path) -> None:
    text = "phases: {one: {a: {run: x, undo: una}}, two: {bad: {run: x}}}\non_failure: [{undo: all}]"
    run = prepare(tmp_path, text, {"bad": FAILS})
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=3, when="after"))
    assert run.kinds()[-1] == "undo.started"
    run.resume()
    assert (run.task("a").undo, run.state.outcome) == ("undone", "failed")


def test_a_try_that_a_crash_cut_off_uses_up_no_retry(tmp_path: Path) -> None:
    text = "phases: {one: {a: {run: x, undo: una, retry: 1}}, two: {bad: {run: x}}}\non_failure: [{undo: all}]"
    run = prepare(tmp_path, text, {"bad": FAILS, "undo:a": [FAILS, Stub()]})
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=3, when="after"))
    assert run.kinds()[-1] == "undo.started"
    run.resume()
    assert [event.body["counted"] for event in run.of_kind("undo.ended")] == [False, True, True]
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 3)


def test_each_undo_has_its_own_retries(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una, retry: 1}}", {"undo:a": [FAILS, FAILS, FAILS, Stub()]})
    run.undo()
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undo_failed", 2)
    run.undo()
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 4)


def test_undo_after_the_run(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una}, b: {run: x, undo: unb, needs: [a]}}")
    run.undo("a")
    assert (run.task("a").undo, run.task("b").undo) == ("undone", "armed")
    run.undo()
    assert told(run) == ["unb"]
    assert run.state.outcome == "succeeded"


def test_an_undo_may_read_its_own_outputs(tmp_path: Path) -> None:
    text = 'tasks: {a: {run: x, outputs: {id: string}, undo: [del, "${{ tasks.a.outputs.id }}"]}}'
    run = play(tmp_path, text, {"a": Stub(outputs={"id": "i7"})})
    run.undo()
    assert run.world.started[-1].argv == ("del", "i7")
    assert run.world.started[-1].key != run.of_kind("attempt.started")[0].body["key"]


STEPS = """
phases: {one: {a: {run: x}}}
on_failure:
  - {run: [tell, "${{ run.outcome }}", "${{ join(run.failed, ',') }}"]}
  - {run: two}
finally:
  - {run: [end, "${{ run.outcome }}"]}
  - {run: no, when: false}
  - {run: last}
"""


def test_steps_go_one_after_another_and_a_failing_one_stops_none(tmp_path: Path) -> None:
    probe = play(tmp_path, STEPS, {"a": FAILS})
    names = [name for name in probe.states() if name != "a"]
    run = play(tmp_path, STEPS, {"a": FAILS, names[0]: FAILS})
    assert [attempt.argv for attempt in run.world.started[1:]] == [
        ("tell", "failed", "a"),
        ("/bin/sh", "-e", "-c", "two"),
        ("end", "failed"),
        ("/bin/sh", "-e", "-c", "last"),
    ]
    assert run.world.most_running == 1
    assert run.state.exit_code == 1


def test_only_finally_runs_after_a_success(tmp_path: Path) -> None:
    run = play(tmp_path, STEPS)
    assert [attempt.argv[-1] for attempt in run.world.started] == ["x", "succeeded", "last"]


def test_a_failing_finally_step_makes_a_succeeded_run_fail(tmp_path: Path) -> None:
    probe = play(tmp_path, STEPS)
    name = [name for name in probe.states() if name != "a"][2]
    run = play(tmp_path, STEPS, {name: FAILS})
    assert (run.state.outcome, run.state.exit_code) == ("failed", 1)
    assert name in run.state.summary


def test_a_message_step_is_delivered_once(tmp_path: Path) -> None:
    text = 'tasks: {hello: {communicate: hi, level: alert, to: [terminal, mail]}}\nfinally: [{communicate: "${{ run.summary }}"}]'
    run = play(tmp_path, text, channels=("terminal", "mail"), faults={"mail": "no such box"})
    sent = [(message.subject, channel) for message, channel in run.world.deliveries]
    assert sent[:2] == [("hi", "terminal"), ("hi", "mail")]
    assert len(sent) == 4
    assert run.view().messages[0].receipts == {"terminal": "delivered", "mail": "no such box"}
    assert run.state.exit_code == 0  # a message that did not arrive fails nothing


def test_an_undo_of_an_action_may_have_arguments_of_its_own(tmp_path: Path) -> None:
    text = 'tasks: {a: {uses: git.tag, with: {name: v1}, undo: {with: {name: "${{ tasks.a.outputs.ref }}"}}}}'
    run = play(tmp_path, text, {"a": Stub(outputs={"ref": "r7"})})
    run.undo()
    assert (run.world.started[-1].mode, run.world.started[-1].arguments) == ("undo", {"name": "r7"})


def test_an_undo_whose_command_has_no_value_is_listed(tmp_path: Path) -> None:
    run = play(tmp_path, 'tasks: {a: {run: x, undo: [del, "${{ [1][7] }}"]}, b: {run: x, undo: unb}}')
    run.undo()
    assert (run.task("a").undo, run.task("b").undo) == ("undo_failed", "undone")
    told = {event.task: event.body["message"] for event in run.of_kind("undo.ended")}
    assert "[1] has no item 7" in told["a"]


def test_what_could_not_be_undone_can_be_tried_again(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una}}", {"undo:a": [FAILS, Stub()]})
    run.undo()
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undo_failed", 1)
    run.undo()
    assert (run.task("a").undo, run.task("a").undo_tries) == ("undone", 2)
    assert run.undo() == 0
    assert run.world.started == []  # nothing is left
