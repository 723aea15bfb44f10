"""What a runner notices while a run goes on; on the simulated clock."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.engine.runs import FAILS, answers, play
from turbo_core import replace
from turbo_core.engine.heralding import Herald
from turbo_core.model import Question
from turbo_core.telling.policy import Policy, Rule
from turbo_core.testing.world import Stub
from turbo_core.tracking.facts import facts
from turbo_core.tracking.past import Past, past
from turbo_core.words import JSON

CHAIN = """
tasks:
  first: {run: "true"}
  second: {run: "true", needs: [first]}
"""
USUAL = {"first": Stub(seconds=10), "second": Stub(seconds=20)}


def before(folder: Path, text: str = CHAIN, stubs: Any = USUAL, runs: int = 12) -> Past:
    """What the history would know after so many runs: the same facts, under other names."""
    fact = facts(play(folder / "before", text, stubs).events)
    assert fact is not None
    made = []
    for number in range(runs):
        tasks = tuple(replace(task, run=str(number)) for task in fact.tasks)
        made.append(replace(fact, id=str(number), tasks=tasks))
    return past(made)


def found(run: Any) -> list[tuple[str, str]]:
    return [(event.task, event.body["what"]) for event in run.of_kind("anomaly.found")]


def test_an_ordinary_run_says_nothing(tmp_path: Path) -> None:
    assert found(play(tmp_path, CHAIN, USUAL, known=before(tmp_path))) == []


def test_a_slow_task_is_told_while_it_runs_and_once(tmp_path: Path) -> None:
    run = play(tmp_path, CHAIN, {**USUAL, "first": Stub(seconds=100)}, known=before(tmp_path))
    assert found(run) == [("first", "slow")]
    kinds = [(event.kind, event.task) for event in run.events]
    assert kinds.index(("anomaly.found", "first")) < kinds.index(("attempt.ended", "first"))
    (told,) = run.of_kind("anomaly.found")
    assert 10 < told.body["value"] < 25
    assert (told.body["usual"], told.body["runs"]) == (10, 12)
    assert told.body["message"].startswith("took ")
    (shown,) = run.view().anomalies
    assert (shown.task, shown.what, shown.message, shown.runs) == ("first", "slow", told.body["message"], 12)


def test_a_fast_task_is_told_at_its_end(tmp_path: Path) -> None:
    run = play(tmp_path, CHAIN, {**USUAL, "second": Stub(seconds=2)}, known=before(tmp_path))
    assert found(run) == [("second", "fast")]


def test_a_task_that_waits_for_a_slot_too_long_is_told(tmp_path: Path) -> None:
    text = 'tasks: {first: {run: "true"}, second: {run: "true"}}'
    known = before(tmp_path, text)
    assert found(play(tmp_path, text, USUAL, known=known, jobs=4)) == []
    slow = {"first": Stub(seconds=10), "second": Stub(seconds=20)}
    assert ("second", "waits") in found(play(tmp_path / "one", text, slow, known=known, jobs=1))


def test_a_task_that_always_ran_and_is_skipped_is_told(tmp_path: Path) -> None:
    text = 'inputs: {go: {type: boolean, default: true}}\ntasks: {first: {run: "true", when: "${{ inputs.go }}"}}'
    known = before(tmp_path, text)
    assert found(play(tmp_path, text, USUAL, known=known)) == []
    assert found(play(tmp_path / "no", text, USUAL, known=known, inputs={"go": False})) == [("first", "skipped")]


def test_with_few_runs_nothing_is_told(tmp_path: Path) -> None:
    known = before(tmp_path, runs=11)
    assert found(play(tmp_path, CHAIN, {**USUAL, "first": Stub(seconds=1000)}, known=known)) == []


def test_a_retry_is_one_duration_and_unended_attempts_are_not_judged(tmp_path: Path) -> None:
    text = 'tasks: {first: {run: "true", retry: {times: 1, delay: 1s, jitter: 0}}}'
    stubs = {"first": [FAILS, Stub(seconds=10)]}
    known = before(tmp_path, text, stubs)
    assert found(play(tmp_path, text, stubs, known=known)) == []


def test_deciders_are_told_of_the_anomalies(tmp_path: Path) -> None:
    text = """
phases:
  one: {first: {run: "true"}}
  two: {fit: {decide: "Fit?", ask: {within: 1h}}}
"""
    asked: list[Question] = []

    def decide(question: Question) -> Sequence[dict[str, JSON]]:
        asked.append(question)
        return ()

    known = before(tmp_path, 'tasks: {first: {run: "true"}}', USUAL)
    stubs = {"first": Stub(seconds=100)}
    run = play(tmp_path, text, stubs, known=known, deciders=True, decide=decide, wait=True, requests=[answers("fit", after=200)])
    assert run.state.outcome == "succeeded"
    (question,) = asked
    assert [(one["task"], one["what"]) for one in question.facts["anomalies"]] == [("first", "slow")]


def test_an_anomaly_is_told_to_people_by_a_rule(tmp_path: Path) -> None:
    run = play(tmp_path, CHAIN, {**USUAL, "first": Stub(seconds=100)}, known=before(tmp_path), channels=["chat"])
    herald = Herald(Policy(rules=(Rule(kinds=("anomaly",), channels=("chat",)),)))
    (told,) = herald.tell(run.state, run.events)
    assert (told.task, told.body["kind"], told.body["level"], told.body["to"]) == ("first", "anomaly", "warning", ["chat"])
    assert told.body["subject"] == "main: first is not as usual"
    assert "far longer than the usual 10s" in told.body["body"]
