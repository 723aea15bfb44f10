"""People's answers: who may give them, what they are bound to, that they count once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import SLOW, answers, play, prepare
from turbo_core.engine.answers import answered, lost_answered
from turbo_core.engine.ports import Requested
from turbo_core.model import Draft
from turbo_core.testing.simulation import ACTOR, Simulation
from turbo_core.words import JSON

FIELDS = """
n: {type: integer}, c: {type: choice, choices: [a, b], default: a}, l: {type: list, default: []}, o: {type: string, default: d}
"""


def ask(more: str = "") -> str:
    return f"tasks: {{gate: {{decide: Go?, ask: {{{' '.join(more.split())}}}}}, next: {{run: x, needs: [gate]}}}}"


def told(run: Simulation, *, actor: str = "ann", now: float = 0, **body: JSON) -> Draft:
    """What an answer would do to the run as it is."""
    state = run.fold()
    given = {"approve": True, **body}
    at = run.world.now() + now
    return answered(state, "gate", actor=actor, body=given, allows=lambda who, name: not who or name in who, now=at)


def test_an_approval_lets_the_run_go_on(tmp_path: Path) -> None:
    run = play(tmp_path, ask(), wait=True, requests=[answers("gate")])
    assert run.states() == {"gate": "succeeded", "next": "succeeded"}
    assert run.view().decisions[0].by == "ann"
    assert run.world.done == ["answer-gate-ann-5"]


def test_a_rejection_is_a_failure(tmp_path: Path) -> None:
    run = play(tmp_path, ask(), wait=True, requests=[answers("gate", approve=False, comment="no")])
    gate = run.task("gate")
    assert (gate.state, gate.failure, gate.outputs["comment"]) == ("failed", "rejected", "no")


def test_an_answer_while_nobody_runs_goes_on_with_the_run(tmp_path: Path) -> None:
    run = play(tmp_path, ask())
    draft = told(run)
    assert run.resume(drafts=lambda _state: [draft], after=60) == 0


def test_an_answer_that_comes_while_the_run_is_parking_is_not_lost(tmp_path: Path) -> None:
    """The question is still being delivered when somebody answers: the run goes on instead of ending with the task under way."""
    run = prepare(tmp_path, ask(), {"next": SLOW}, requests=[answers("gate", after=0)])
    assert run.run() == 0
    assert run.states() == {"gate": "succeeded", "next": "succeeded"}


@pytest.mark.parametrize(
    ("more", "actor", "body", "why"),
    [
        ("who: [bob]", "ann", {}, "not among"),
        ("not_starter: true", ACTOR, {}, "somebody else"),
        ("comment: required", "ann", {}, "comment is required"),
        ("comment: required", "ann", {"comment": "  "}, "comment is required"),
        ("comment: required", "ann", {"approve": False}, "comment is required"),
        (f"fields: {{{FIELDS}}}", "ann", {}, "'n' is required"),
        (f"fields: {{{FIELDS}}}", "ann", {"fields": {"n": "x"}}, "'n'"),
        (f"fields: {{{FIELDS}}}", "ann", {"fields": {"n": 1, "c": "z"}}, "'c'"),
        (f"fields: {{{FIELDS}}}", "ann", {"fields": {"n": True}}, "'n'"),
        (f"fields: {{{FIELDS}}}", "ann", {"fields": {"n": 1, "l": 7}}, "'l'"),
        (f"fields: {{{FIELDS}}}", "ann", {"fields": {"n": 1, "zz": 7}}, "no field 'zz'"),
    ],
)
def test_an_answer_is_refused(tmp_path: Path, more: str, actor: str, body: dict[str, JSON], why: str) -> None:
    draft = told(play(tmp_path, ask(more)), actor=actor, **body)
    assert draft.body["accepted"] is False
    assert why in draft.body["why"]


@pytest.mark.parametrize(
    ("more", "actor", "body"),
    [
        ("who: [bob]", "bob", {}),
        ("not_starter: true", "ann", {}),
        ("", ACTOR, {}),
        ("comment: required", "ann", {"comment": "fine"}),
        (f"fields: {{{FIELDS}}}", "ann", {"approve": False}),
    ],
)
def test_an_answer_counts(tmp_path: Path, more: str, actor: str, body: dict[str, JSON]) -> None:
    assert told(play(tmp_path, ask(more)), actor=actor, **body).body["accepted"] is True


def test_fields_are_read_by_their_types(tmp_path: Path) -> None:
    draft = told(play(tmp_path, ask(f"fields: {{{FIELDS}}}")), fields={"n": "3", "c": "b", "l": "[1]"})
    assert draft.body["fields"] == {"n": 3, "c": "b", "l": [1], "o": "d"}


def test_an_answer_past_the_deadline_is_refused(tmp_path: Path) -> None:
    run = play(tmp_path, ask("within: 2h"))
    assert told(run, now=7199).body["accepted"] is True
    assert "expired" in told(run, now=7200).body["why"]


def test_an_answer_binds_to_what_was_asked(tmp_path: Path) -> None:
    run = play(tmp_path, ask())
    state = run.fold()
    state.created = {**state.created, "digest": "another"}
    draft = answered(state, "gate", actor="ann", body={"approve": True}, allows=lambda _who, _actor: True, now=run.world.now())
    assert "has changed" in draft.body["why"]


def test_outputs_that_became_final_later_change_nothing(tmp_path: Path) -> None:
    text = "tasks: {gate: {decide: Go?}, slow: {run: x}}"
    run = play(tmp_path, text, {"slow": SLOW})
    assert run.task("slow").state == "succeeded"
    assert told(run).body["accepted"] is True


def test_an_answer_is_used_once(tmp_path: Path) -> None:
    run = play(
        tmp_path, ask(), {"next": SLOW}, wait=True, requests=[answers("gate"), answers("gate", "bob", approve=False, after=9)]
    )
    assert [event.body["accepted"] for event in run.of_kind("gate.answered")] == [True, False]
    assert run.task("gate").outputs["by"] == "ann"


def test_of_two_answers_that_come_together_the_first_counts(tmp_path: Path) -> None:
    requests = [answers("gate"), answers("gate", "bob", approve=False)]
    run = play(tmp_path, ask(), wait=True, requests=requests)
    assert [event.body["accepted"] for event in run.of_kind("gate.answered")] == [True, False]
    assert (run.task("gate").state, run.task("gate").outputs["by"]) == ("succeeded", "ann")


@pytest.mark.parametrize("address", ["nobody", "next"])
def test_what_asks_nothing_cannot_be_answered(tmp_path: Path, address: str) -> None:
    run = play(tmp_path, ask())
    draft = answered(run.state, address, actor="ann", body={"approve": True}, allows=lambda _who, _actor: True, now=0)
    assert "asks nothing" in draft.body["why"]
    assert lost_answered(run.state, address, "ann", "done") is None
    assert lost_answered(run.state, "gate", "ann", "done") is None  # it is no lost task


def test_a_request_of_an_unknown_kind_is_put_away(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": SLOW}, requests=[(1, Requested(kind="dance", actor="ann", name="r1"))])
    assert run.world.done == ["r1"]
    assert run.state.exit_code == 0
