"""``resume --accept-changes``: another text for what has not begun, a refusal for what has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import ACTIONS, FAILS
from turbo_core.engine.answers import answered
from turbo_core.engine.ports import Requested
from turbo_core.errors import ResumeRefused
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation, Surrounding

TEXT = """name: main
inputs: {n: {type: integer, default: 1}}
phases:
  one: {a: {run: x, risk: read}, b: {run: y, needs: [a], retry: 1}, gone: {run: z, needs: [b]}}
  two: {c: {run: z}}
"""
CHILD = "name: child\nphases:\n  one: {u: {run: x, risk: read}}\n  two: {v: {run: y}}\n"
PARENT = "name: main\nphases:\n  one: {d: {workflow: child.yaml}}\n  two: {e: {run: x}}\n"


def begun(folder: Path, commit: int = 1, text: str = TEXT) -> Simulation:
    """A run that crashed when its first task was under way (or its second, with ``commit`` 2)."""
    run = Simulation(folder, {"turbo.yaml": text, "child.yaml": CHILD}, actions=ACTIONS)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=commit, when="after"))
    return run


def commands(run: Simulation) -> list[str]:
    return [attempt.argv[-1] for attempt in run.world.started]


def test_what_has_not_begun_is_what_the_new_text_says(tmp_path: Path) -> None:
    run = begun(tmp_path)
    text = TEXT.replace("b: {run: y, needs: [a], retry: 1}", "new: {run: n}, b: {run: other, needs: [new]}")
    text = text.replace(", gone: {run: z, needs: [b]}", "").replace("c: {run: z}", "c: {run: z}, d: {run: w}")
    assert run.resume(files=text) == 0
    assert commands(run) == ["x", "n", "other", "z", "w"]
    assert list(run.fold().nodes) == ["a", "b", "c", "new", "d"]
    assert [phase.name for phase in run.view().phases] == ["one", "two"]
    assert [task.name for task in run.view().phases[0].tasks] == ["a", "new", "b"]
    assert run.view().digest == run.of_kind("run.changed")[0].body["digest"]


def test_a_crash_after_the_change_keeps_it(tmp_path: Path) -> None:
    run = begun(tmp_path)
    with pytest.raises(Crash):
        run.resume(files=TEXT.replace("c: {run: z}", "c: {run: w}"), crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 0
    assert commands(run)[-1] == "w"


def test_where_a_task_stands_is_no_change(tmp_path: Path) -> None:
    run = begun(tmp_path)
    assert run.resume(files=TEXT.replace("phases:", "\n# a comment\nphases:")) == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("a: {run: x,", "a: {run: w,", "a has begun, and is another task now.*--as-recorded"),
        ("a: {run: x, risk: read}, b: {run: y, needs: [a]", "b: {run: y", "a has begun, and is gone now"),
        ("default: 1", "default: 2", "other inputs now; start a new run"),
        ("name: main", "name: other", "another name"),
    ],
)
def test_what_has_begun_cannot_be_another(tmp_path: Path, old: str, new: str, why: str) -> None:
    run = begun(tmp_path)
    before = len(run.events)
    with pytest.raises(ResumeRefused, match=why):
        run.resume(files=TEXT.replace(old, new))
    assert len(run.events) == before


def test_a_task_that_ended_without_an_attempt_has_begun_and_a_skipped_one_has_not(tmp_path: Path) -> None:
    text = """name: main
phases:
  one: {bad: {run: ["${{ [1][2] }}"], allow_failure: true}, off: {run: x, when: false}}
  two: {a: {run: x, risk: read}}
"""
    run = begun(tmp_path, text=text)
    with pytest.raises(ResumeRefused, match="bad has begun"):
        run.resume(files=text.replace("[1][2]", "[1][3]"))
    assert run.resume(files=text.replace("off: {run: x,", "off: {run: y,")) == 0
    assert (run.task("off").state, commands(run)) == ("skipped", ["x"])


def test_a_nested_workflow_changes_too(tmp_path: Path) -> None:
    run = begun(tmp_path, text=PARENT)
    changed = CHILD.replace("run: y", "run: other")
    with pytest.raises(ResumeRefused, match="d/u has begun"):
        run.resume(files={"child.yaml": CHILD.replace("run: x", "run: w")})
    assert run.resume(files={"child.yaml": changed}) == 0
    assert commands(run) == ["x", "other", "x"]


def test_cells_and_criteria_that_have_begun_go_on(tmp_path: Path) -> None:
    text = """name: main
phases:
  one:
    m: {run: x, risk: read, matrix: {n: [1, 2]}}
    g: {decide: Go?, criteria: {s: {uses: git.size}, t: {score: true}}, accept: 0.1}
  two: {c: {run: z}}
"""
    run = begun(tmp_path, text=text)
    assert run.resume(files=text.replace("run: z", "run: w")) == 0
    assert commands_of(run, "c") == ["w"]
    assert run.states()["m[1]"] == run.states()["g/s"] == "succeeded"


def commands_of(run: Simulation, task: str) -> list[str]:
    return [attempt.argv[-1] for attempt in run.world.started if attempt.task == task]


def test_a_question_is_asked_anew_and_the_old_answer_is_void(tmp_path: Path) -> None:
    text = "name: main\nphases:\n  one: {gate: {decide: Go?}}\n  two: {c: {run: z}}\n"
    run = Simulation(tmp_path, text)
    assert run.run() == 3
    old = answered(run.fold(), "gate", actor="ann", body={"approve": True}, allows=lambda _who, _actor: True, now=0)
    assert old.body["accepted"] is True
    assert run.resume(files=text.replace("run: z", "run: w")) == 3
    first, second = (event.body["bound"] for event in run.of_kind("gate.asked"))
    assert first != second
    request = Requested(kind="answer", actor="ann", body={"task": "gate", "approve": True})
    assert run.resume(Surrounding(requests=[(1, request)], wait=True)) == 0
    assert commands(run) == ["w"]


def test_a_run_that_is_stopping_stays_so(tmp_path: Path) -> None:
    text = "name: main\ntasks: {bad: {run: x}, slow: {run: y, risk: read}, c: {run: z, needs: [slow]}}\n"
    run = Simulation(tmp_path, text, Surrounding(stubs={"bad": FAILS}, jobs=1))
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    assert run.fold().root.failed_by == "bad"
    assert run.resume(files=text.replace("run: z", "run: w")) == 1
    assert (run.task("c").state, run.task("c").reason) == ("skipped", "stopped")
