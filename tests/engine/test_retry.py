"""Retries: classes, exit codes, delays; what is never tried again; timeouts; what deciders say about a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, cancels, play, prepare, settles
from turbo_core.engine.times import between
from turbo_core.engine.verdicts import MAX_DECIDED_RETRIES, backoff
from turbo_core.model import Question
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub, opinion
from turbo_core.words import FailureClass
from turbo_core.workflow.definition import Retry


@pytest.mark.parametrize("failure", ["exit", "signal", "timeout", "error", "infra", "oom"])
@pytest.mark.parametrize("on", ["", ", on: [oom]", ", on: [exit, signal, timeout, error, infra]"])
def test_which_classes_are_retried(tmp_path: Path, failure: FailureClass, on: str) -> None:
    run = play(tmp_path, f"tasks: {{a: {{run: x, retry: {{times: 1{on}}}}}}}", {"a": [Stub.fails(failure), Stub()]})
    retried = (failure == "oom") == (on == ", on: [oom]")
    assert len(run.started()) == 1 + retried
    assert run.task("a").state == ("succeeded" if retried else "failed")
    assert run.task("a").failure == ("" if retried else failure)


def test_exit_codes_can_be_named(tmp_path: Path) -> None:
    codes = [Stub.fails(exit_code=75), Stub.fails(exit_code=75), Stub.fails(exit_code=3), Stub()]
    run = play(tmp_path, "tasks: {a: {run: x, retry: {times: 9, on: [75]}}}", {"a": codes})
    assert len(run.started()) == 3
    assert run.task("a").state == "failed"


def test_times_counts_additional_attempts(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: 2}}", {"a": FAILS})
    assert len(run.started()) == 3
    assert [event.attempt for event in run.of_kind("attempt.started")] == [1, 2, 3]


@pytest.mark.parametrize(
    "task",
    [
        'run: [x, "${{ [1][2] }}"]',
        'run: [x, "${{ [1][attempt.number] }}"]',
        "run: x, outputs: {n: integer}",
        'run: x, env: {A: "${{ [1] }}"}',
    ],
)
def test_what_is_invalid_is_never_retried(tmp_path: Path, task: str) -> None:
    run = play(tmp_path, f"tasks: {{a: {{{task}, retry: 3}}}}")
    assert (run.task("a").state, run.task("a").failure) == ("failed", "invalid")
    assert len(run.started()) <= 1


def test_delays_grow_are_capped_and_jitter_within_bounds(tmp_path: Path) -> None:
    retry = "{times: 6, delay: 10s, factor: 3, max_delay: 2m, jitter: 0.2}"
    run = play(tmp_path, f"tasks: {{a: {{run: x, retry: {retry}}}}}", {"a": FAILS})
    ends = [event.at for event in run.of_kind("attempt.ended")]
    starts = [event.at for event in run.of_kind("attempt.started")]
    waits = [between(end, start) for end, start in zip(ends, starts[1:], strict=False)]
    for wait, expected in zip(waits, [10, 30, 90, 120, 120, 120], strict=True):
        assert expected * 0.8 - 0.001 <= wait <= expected * 1.2 + 0.001
    assert len({round(wait, 3) for wait in waits}) == 6  # the jitter differs


def test_the_jitter_depends_on_nothing_but_its_seed() -> None:
    retry = Retry(times=1, delay=100, jitter=0.5)
    waits = [backoff(retry, 0, str(seed)) for seed in range(500)]
    assert waits == [backoff(retry, 0, str(seed)) for seed in range(500)]
    assert min(waits) >= 50
    assert max(waits) <= 150
    assert max(waits) - min(waits) > 90
    assert backoff(Retry(delay=4, jitter=0), 2, "") == 16


def test_no_slot_is_held_while_a_retry_waits(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, retry: {times: 1, delay: 1h}}, b: {run: x}, c: {run: x}}"
    run = play(tmp_path, text, {"a": [FAILS, Stub()]}, jobs=1)
    assert run.started() == ["a", "b", "c", "a"]


def test_the_delay_holds_when_the_run_is_resumed(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, retry: {times: 1, delay: 4m, jitter: 0}}}", {"a": [FAILS, Stub()]})
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    assert run.kinds()[-1] == "attempt.delayed"
    run.resume(after=60)
    first, second = (event.at for event in run.of_kind("attempt.started"))
    assert between(first, second) == 241
    assert run.task("a").state == "succeeded"


def test_a_timeout_is_a_failure_of_its_own_class(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, timeout: 2h}}", {"a": HANGS})
    attempt = run.view().phases[0].tasks[0].attempts[0]
    assert (attempt.failure, attempt.seconds) == ("timeout", 7200)
    assert run.task("a").failure == "timeout"


def test_a_timeout_waits_for_the_attempt_to_be_gone(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, timeout: 1m, retry: 1}}", {"a": [Stub(seconds=None, dying=600), Stub()]})
    first, second = run.view().phases[0].tasks[0].attempts
    assert (first.state, first.failure, first.seconds) == ("failed", "timeout", 70)  # 10 s of grace
    assert second.state == "succeeded"


def test_a_shorter_attempt_meets_no_timeout(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, timeout: 2h}}", {"a": Stub(seconds=7199)})
    assert run.task("a").state == "succeeded"


def test_a_lost_attempt_can_be_retried_if_that_is_written_out(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, on_lost: fail, retry: {times: 1, on: [lost]}}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    run.resume()
    assert run.task("a").state == "succeeded"
    assert len(run.started()) == 2


# ---------------------------------------------------------------- deciders


def decide(*answers: str) -> dict[str, object]:
    """One decider, which says one thing after another."""
    left = list(answers)

    def say(question: Question) -> list[dict[str, object]]:
        if question.kind == "gate":
            return []
        return [opinion("oracle", answer=left.pop(0) if len(left) > 1 else left[0])]

    return {"deciders": True, "decide": say}


def test_a_decider_grants_another_attempt(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: 1}}", {"a": [FAILS, FAILS, Stub()]}, **decide("retry"))
    assert run.task("a").state == "succeeded"
    assert run.kinds("a").count("failure.asked") == 1
    facts = run.of_kind("failure.asked")[0].body["facts"]
    assert (facts["class"], facts["exit_code"], facts["attempts"]) == ("exit", 1, 2)


def test_no_decider_can_make_a_run_endless(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": FAILS}, **decide("retry"))
    assert len(run.started()) == 1 + MAX_DECIDED_RETRIES
    assert run.task("a").state == "failed"


def test_a_decider_says_skip_and_the_run_goes_on(tmp_path: Path) -> None:
    run = play(tmp_path, "phases:\n  one: {a: {run: x}}\n  two: {b: {run: x}}", {"a": FAILS}, **decide("skip"))
    assert (run.task("a").state, run.task("a").tolerated, run.task("b").state) == ("failed", True, "succeeded")
    assert run.state.exit_code == 0


@pytest.mark.parametrize("answer", ["stop", "", "what?"])
def test_anything_else_stops(tmp_path: Path, answer: str) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": FAILS}, **decide(answer))
    assert (run.task("a").state, run.state.exit_code) == ("failed", 1)


def test_a_decider_says_undo(tmp_path: Path) -> None:
    text = "phases:\n  one: {a: {run: x, undo: y}}\n  two: {b: {run: x}}"
    run = play(tmp_path, text, {"b": FAILS}, **decide("undo"))
    assert (run.task("a").undo, run.task("b").state, run.state.exit_code) == ("undone", "failed", 1)


def test_an_orderly_cancel_lets_an_undo_finish_that_a_decider_wanted(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, undo: y}, bad: {run: x, needs: [a]}, hangs: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS, "hangs": HANGS, "undo:a": SLOW}, requests=[cancels(50)], **decide("undo"))
    assert (run.task("a").undo, len(run.of_kind("run.cancelling"))) == ("undone", 1)


def test_an_undo_takes_a_slot(tmp_path: Path) -> None:
    text = "keep_going: true\ntasks: {a: {run: x, undo: y}, bad: {run: x}, c: {run: x}, d: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS, "undo:a": SLOW}, jobs=1, **decide("undo"))
    kinds = [(event.kind, event.task) for event in run.events]
    assert kinds.index(("undo.ended", "a")) < kinds.index(("attempt.started", "d"))


@pytest.mark.parametrize(
    ("answer", "state", "attempts"), [("rerun", "succeeded", 2), ("done", "succeeded", 1), ("fail", "failed", 1)]
)
def test_a_decider_asks_a_person(tmp_path: Path, answer: str, state: str, attempts: int) -> None:
    stubs = {"a": [Stub.fails(seconds=1), Stub()]}
    run = play(tmp_path, "tasks: {a: {run: x}}", stubs, wait=True, requests=[settles("a", answer)], **decide("ask"))
    assert (run.task("a").state, len(run.started())) == (state, attempts)
    if state == "failed":
        assert run.task("a").failure == "exit"


def test_what_is_invalid_is_not_put_to_deciders(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, outputs: {n: integer}}}", **decide("retry"))
    assert run.world.asked == []
    assert run.task("a").failure == "invalid"


def test_deciders_are_asked_again_if_the_runner_ended_before_they_answered(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x}}", {"a": [FAILS, Stub()]}, **decide("retry"))
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    assert run.kinds()[-1] == "failure.asked"
    run.resume()
    assert run.task("a").state == "succeeded"
