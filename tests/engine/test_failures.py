"""Failures that no retry took: whose answer counts, remedies, other limits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.engine.runs import FAILS, SLOW, cancels, play, prepare
from turbo_core.engine.choosing import choose
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub, opinion
from turbo_core.words import JSON

BUILD = "tasks: {build: {run: make, env: {A: b}}, next: {run: x, needs: [build]}}"


def heals(name: str = "tidy", times: int = 1, risk: str = "change") -> dict[str, JSON]:
    remedy = {"name": name, "run": f"./{name}", "risk": risk, "timeout": None}
    return {**opinion(name, answer="heal"), "times": times, "remedy": remedy}


@pytest.mark.parametrize(
    ("opinions", "answer", "by"),
    [
        ([], "stop", ""),
        ([opinion("a", answer="retry")], "retry", "a"),
        ([opinion("a", answer="retry"), opinion("b", answer="skip", weight=2)], "skip", "b"),
        ([opinion("a", answer="retry", confidence=Decimal("0.4")), opinion("b", answer="skip")], "skip", "b"),
        ([opinion("a", answer="retry"), opinion("b", answer="ask")], "ask", "b"),
        ([opinion("a", answer="skip"), opinion("b", answer="retry"), opinion("c", answer="retry")], "retry", "b"),
        ([opinion("a", answer="dance"), opinion("b", answer="heal")], "stop", ""),
        ([opinion("a", answer="retry", confidence=None)], "retry", "a"),
    ],
)
def test_whose_answer_counts(opinions: list[dict[str, JSON]], answer: str, by: str) -> None:
    body = choose(opinions, {})
    assert (body["answer"], body["by"], body["opinions"]) == (answer, by, opinions)


def test_the_order_of_opinions_does_not_change_the_answer() -> None:
    opinions = [opinion("a", answer="retry"), opinion("b", answer="skip"), opinion("c", answer="undo")]
    assert {choose(some, {})["answer"] for some in (opinions, opinions[::-1])} == {"undo"}


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"autonomy": "manual"}, "ask"),
        ({"autonomy": "supervised", "ask_before": ["change"]}, "ask"),
        ({"autonomy": "full", "ask_before": []}, "heal"),
        ({"tried": {"tidy": 1}}, "stop"),
    ],
)
def test_confidence_is_no_permission(facts: dict[str, Any], answer: str) -> None:
    body = choose([heals()], facts)
    assert body["answer"] == answer
    assert "tidy" in body["reason"]


def test_a_remedy_is_a_task_and_then_there_is_one_more_attempt(tmp_path: Path) -> None:
    run = play(tmp_path, BUILD, {"build": [FAILS, Stub()]}, deciders=True, decide=lambda _q: [heals()])
    assert run.states() == {"build": "succeeded", "next": "succeeded", "build/remedy1": "succeeded"}
    started = [(attempt.task, attempt.argv[-1], attempt.env["A"]) for attempt in run.world.started[:3]]
    assert started == [("build", "make", "b"), ("build/remedy1", "./tidy", "b"), ("build", "make", "b")]
    (decided,) = run.of_kind("failure.decided")
    assert (decided.body["answer"], decided.body["by"], len(decided.body["opinions"])) == ("heal", "tidy", 1)
    assert "tidy" in next(task.why for task in run.view().phases[0].tasks)


def test_each_remedy_is_used_up(tmp_path: Path) -> None:
    run = play(tmp_path, BUILD, {"build": FAILS}, deciders=True, decide=lambda _q: [heals(), heals("mop", times=2)])
    assert [attempt.argv[-1] for attempt in run.world.started] == ["make", "./tidy", "make", "./mop", "make", "./mop", "make"]
    assert run.state.exit_code == 1
    assert run.states()["next"] == "skipped"


def test_a_remedy_that_fails_leaves_the_failure_as_it_is(tmp_path: Path) -> None:
    run = play(tmp_path, BUILD, {"build": FAILS, "build/remedy1": FAILS}, deciders=True, decide=lambda _q: [heals()])
    assert (run.task("build").failure, len(run.world.asked)) == ("exit", 1)
    assert "its remedy tidy failed" in run.task("build").message


def test_a_remedy_in_a_cell_and_in_a_new_round(tmp_path: Path) -> None:
    text = "tasks: {build: {run: [make, '${{ matrix.n }}'], matrix: {n: [1, 2]}, env: {N: '${{ matrix.n }}'}}}"
    run = play(tmp_path, text, {"build[1]": FAILS}, deciders=True, decide=lambda _q: [heals()])
    assert run.task("build").state == "failed"
    assert run.resume(run.around, failed=True) == 1
    assert run.task("build[1]/remedy2").state == "succeeded"
    assert run.task("build[0]").attempts[-1].round == 1


@pytest.mark.parametrize("commit", range(2, 9))
def test_a_crash_at_any_point_around_a_remedy(tmp_path: Path, commit: int) -> None:
    text = "tasks: {build: {run: make, risk: read}}"
    run = prepare(tmp_path, text, {"build": [FAILS, Stub()]}, deciders=True, decide=lambda _q: [heals()])
    try:
        run.run(crash=CrashPoint(commit=commit, when="after"))
    except Crash:
        run.resume()
    # A remedy whose end is lost counts as one that failed: nobody knows what it did.
    assert run.states() in (
        {"build": "succeeded", "build/remedy1": "succeeded"},
        {"build": "failed", "build/remedy1": "failed"},
    )


def test_a_cancel_ends_a_remedy(tmp_path: Path) -> None:
    stubs = {"build": FAILS, "build/remedy1": SLOW}
    run = play(tmp_path, BUILD, stubs, deciders=True, decide=lambda _q: [heals()], requests=[cancels(20)])
    assert run.states() == {"build": "cancelled", "next": "cancelled", "build/remedy1": "cancelled"}


def test_a_retry_after_oom_has_another_limit(tmp_path: Path) -> None:
    text = "tasks: {build: {run: make, limits: {memory: 1GiB}}}"

    def decide(question: Any) -> list[dict[str, JSON]]:
        return [{**opinion("more", answer="retry"), "times": 1, "limits": {"memory": question.facts["memory"] * 2}}]

    run = play(tmp_path, text, {"build": [Stub.fails("oom"), Stub()]}, deciders=True, decide=decide)
    assert [attempt.memory for attempt in run.world.started] == [1 << 30, 2 << 30]
    assert run.fold().nodes["build"].values["memory"] == 2 << 30
