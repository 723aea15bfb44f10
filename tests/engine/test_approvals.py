"""A person's yes before a task starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, answers, cancels, play, prepare, recorded
from turbo_core.engine.answers import answered
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub

TEXT = """
tasks:
  look: {run: ls, risk: read}
  drop: {run: rm x, risk: destroy, needs: [look]}
  next: {run: x, needs: [drop], on_lost: rerun}
"""
ASKS = {"ask_before": ["destroy"]}


def yes(run: Simulation, task: str = "drop") -> int:
    draft = answered(
        run.fold(),
        task,
        actor="ann",
        body={"approve": True},
        allows=lambda _who, _actor: True,
        now=run.world.now(),
    )
    assert draft.body["accepted"], draft.body["why"]
    return run.resume(type(run.around)(stubs=run.around.stubs), drafts=recorded(draft))


def test_it_parks_before_what_is_asked_about_and_nothing_else(tmp_path: Path) -> None:
    run = prepare(tmp_path, TEXT, **ASKS)
    assert run.run() == 3
    assert run.states() == {"look": "succeeded", "drop": "asking", "next": "pending"}
    assert [attempt.task for attempt in run.world.started] == ["look"]
    (message,) = [message for message, _channel in run.world.deliveries]
    assert (message.kind, message.subject) == ("question", "Run drop?")
    assert "rm x" in message.body


@pytest.mark.parametrize(("autonomy", "code"), [("full", 0), ("supervised", 3), ("manual", 3)])
def test_autonomy_decides_whether_a_person_is_asked(tmp_path: Path, autonomy: str, code: int) -> None:
    assert prepare(tmp_path, TEXT, autonomy=autonomy, **ASKS).run() == code


def test_with_manual_autonomy_nothing_is_destroyed_alone(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}, b: {run: x, risk: destroy}}", autonomy="manual")
    assert run.states() == {"a": "succeeded", "b": "asking"}


def test_a_yes_lets_it_start_once_and_its_retries_too(tmp_path: Path) -> None:
    text = TEXT.replace("risk: destroy,", "risk: destroy, retry: 1,")
    run = play(tmp_path, text, {"drop": [FAILS, Stub()]}, **ASKS)
    assert yes(run) == 0
    assert len(run.of_kind("gate.asked")) == 1
    (decision,) = run.view().decisions
    assert (decision.task, decision.decision, decision.by, decision.question) == ("drop", "accepted", "ann", "Run drop?")


def test_a_no_fails_the_task(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, wait=True, requests=[answers("drop", approve=False)], **ASKS)
    assert (run.task("drop").state, run.task("drop").failure, run.state.exit_code) == ("failed", "rejected", 1)
    assert run.task("drop").attempts == []


def test_silence_is_a_no(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, wait=True, **ASKS)
    assert (run.task("drop").failure, run.task("next").state) == ("expired", "skipped")


def test_another_round_asks_again(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"drop": FAILS}, **ASKS)
    assert yes(run) == 1
    assert run.resume(run.around, failed=True) == 3
    assert len(run.of_kind("gate.asked")) == 2


def test_what_is_approved_is_what_runs(tmp_path: Path) -> None:
    text = "name: main\ntasks: {drop: {run: [rm, x], risk: destroy}}"
    run = play(tmp_path, text.removeprefix("name: main\n"), **ASKS)
    changed = text.replace("rm, x", "rm, y")
    assert run.resume(files={"turbo.yaml": changed}) == 3
    first, second = run.of_kind("gate.asked")
    assert first.body["bound"] != second.body["bound"]
    assert yes(run) == 0
    assert run.world.started[-1].argv == ("rm", "y")


def test_a_cell_asks_for_itself(tmp_path: Path) -> None:
    text = "tasks: {drop: {run: [rm, '${{ matrix.f }}'], risk: destroy, matrix: {f: [a, b]}}}"
    run = play(tmp_path, text, wait=True, requests=[answers("drop[0]"), answers("drop[1]", approve=False, after=9)], **ASKS)
    assert [run.task(f"drop[{index}]").state for index in range(2)] == ["succeeded", "failed"]


def test_steps_at_the_end_do_not_wait(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, risk: read}}\nfinally: [{run: tidy}]", autonomy="manual")
    assert run.state.exit_code == 0


def test_a_cancel_ends_the_question(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, wait=True, requests=[cancels(5)], **ASKS)
    assert (run.task("drop").state, run.state.exit_code) == ("cancelled", 130)


@pytest.mark.parametrize("commit", range(1, 8))
def test_a_crash_at_any_point_neither_loses_nor_doubles_the_question(tmp_path: Path, commit: int) -> None:
    text = TEXT.replace("risk: destroy", "risk: destroy, on_lost: rerun")
    run = prepare(tmp_path, text, requests=[answers("drop", after=50)], wait=True, **ASKS)
    try:
        run.run(crash=CrashPoint(commit=commit, when="after"))
    except Crash:
        run.resume(type(run.around)(requests=[answers("drop", after=50)], wait=True))
    assert set(run.states().values()) == {"succeeded"}
    assert len(run.of_kind("gate.asked")) == 1
