"""Attempts whose end is not known: rerun, probe, hold, fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import cancels, prepare, recorded, settles
from turbo_core.engine.answers import lost_answered
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub


def lose(folder: Path, task: str, stubs: dict[str, Stub] | None = None, *, commit: int = 1) -> Simulation:
    """A run that crashed when its task was under way."""
    run = prepare(folder, f"phases:\n  one:\n    a: {{{task}}}\n  two: {{b: {{run: x}}}}", stubs)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=commit, when="after"))
    return run


@pytest.mark.parametrize(
    "task", ["run: x, risk: read", "run: x, produces: [p]", "uses: git.read", "run: x, risk: change, on_lost: rerun"]
)
def test_what_is_safe_runs_again_and_that_counts_as_no_retry(tmp_path: Path, task: str) -> None:
    commit = 2 if "produces" in task else 1
    run = lose(tmp_path, task, commit=commit)
    assert run.resume() == 0
    assert [event.task for event in run.of_kind("attempt.started")] == ["a", "a", "b"]
    assert [attempt.outcome and attempt.outcome["state"] for attempt in run.task("a").attempts] == ["lost", "succeeded"]
    assert run.task("a").retries == 0
    keys = {event.body["key"] for event in run.of_kind("attempt.started") if event.task == "a"}
    assert len(keys) == 1


@pytest.mark.parametrize(("code", "answer"), [(0, "succeeded"), (1, "succeeded"), (7, "asking")])
def test_a_probe_tells_what_happened(tmp_path: Path, code: int, answer: str) -> None:
    probe = Stub(state="succeeded" if code == 0 else "failed", failure=None if code == 0 else "exit", exit_code=code)
    run = lose(tmp_path, "run: x, on_lost: probe, probe: ask, outputs: {o: string?}", {"probe:a": probe})
    assert run.resume() == (3 if answer == "asking" else 0)
    assert run.task("a").state == answer
    assert len(run.task("a").attempts) == (2 if code == 1 else 1)
    assert run.world.started[0].argv[-1] == "ask"


def test_an_action_is_probed_by_itself(tmp_path: Path) -> None:
    run = lose(tmp_path, "uses: git.merge", {"probe:a": Stub(outputs={"happened": True})})
    assert run.resume() == 0
    assert [attempt.mode for attempt in run.world.started] == ["probe", "run"]
    assert len(run.task("a").attempts) == 1


def test_a_second_loss_is_probed_anew(tmp_path: Path) -> None:
    absent, happened = Stub(state="failed", failure="exit", exit_code=1), Stub(exit_code=0)
    run = lose(tmp_path, "run: x, on_lost: probe, probe: ask", {"probe:a": [absent, happened]})  # type: ignore[dict-item]
    with pytest.raises(Crash):
        run.resume(crash=CrashPoint(commit=2, when="after"))
    assert run.kinds()[-1] == "attempt.started"
    assert run.resume() == 0
    assert [event.body["answer"] for event in run.of_kind("probe.ended")] == ["absent", "happened"]
    assert len(run.task("a").attempts) == 2


def test_a_probe_is_asked_again_if_the_runner_ended_first(tmp_path: Path) -> None:
    run = lose(tmp_path, "run: x, on_lost: probe, probe: ask")
    with pytest.raises(Crash):
        run.resume(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 0
    assert len(run.of_kind("probe.started")) == 2


def test_anything_else_is_held_and_parks(tmp_path: Path) -> None:
    run = lose(tmp_path, "run: x")
    assert run.resume() == 3
    assert run.task("a").state == "asking"
    assert run.resume(after=1e6) == 3  # it never expires


@pytest.mark.parametrize(
    ("answer", "state", "attempts", "code"), [("rerun", "succeeded", 2, 0), ("done", "succeeded", 1, 0), ("fail", "failed", 1, 1)]
)
def test_a_person_settles_it(tmp_path: Path, answer: str, state: str, attempts: int, code: int) -> None:
    run = lose(tmp_path, "run: x")
    run.resume()
    draft = lost_answered(run.state, "a", "ann", answer)
    assert run.resume(drafts=recorded(draft)) == code
    assert (run.task("a").state, len(run.task("a").attempts)) == (state, attempts)
    assert run.task("a").failure == ("lost" if code else "")
    if answer != "rerun":
        assert "ann" in run.task("a").message


def test_done_needs_outputs_that_may_be_missing(tmp_path: Path) -> None:
    run = lose(tmp_path, "run: x, outputs: {o: string}")
    run.resume()
    run.resume(drafts=recorded(lost_answered(run.state, "a", "ann", "done")))
    assert (run.task("a").state, run.task("a").failure) == ("failed", "invalid")


def test_a_runner_that_waits_takes_the_answer(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x}}", wait=True, requests=[settles("a", "done"), settles("a", "fail")])
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 0
    assert len(run.of_kind("lost.answered")) == 1


def test_fail_is_a_failure_of_its_own_class(tmp_path: Path) -> None:
    run = lose(tmp_path, "run: x, on_lost: fail")
    assert run.resume() == 1
    assert (run.task("a").state, run.task("a").failure) == ("failed", "lost")


def test_a_held_task_can_be_cancelled(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x}}", wait=True, requests=[cancels(9)])
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 130
    assert run.task("a").state == "cancelled"


def test_an_action_that_happened_cannot_tell_its_outputs(tmp_path: Path) -> None:
    run = lose(tmp_path, "uses: git.push", {"probe:a": Stub(outputs={"happened": True})})
    assert run.resume() == 1
    assert run.task("a").failure == "invalid"
    assert run.task("a").message == "its probe says that it happened, but its output sha is not known"


def test_two_lost_tasks_are_settled_one_by_one(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x}, b: {run: x}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 3
    assert run.of_kind("run.parked")[-1].body == {"waiting": ["a", "b"]}
    assert run.resume(drafts=recorded(lost_answered(run.state, "a", "ann", "done"))) == 3
    assert run.states() == {"a": "succeeded", "b": "asking"}
    assert run.of_kind("run.parked")[-1].body == {"waiting": ["b"]}
