"""Deciding again from a journal: the same bits, and a forged decision is found."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.runs import FAILS, answers, play
from turbo_core import replace
from turbo_core.engine.replaying import Replayed, replay
from turbo_core.model import Event
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub, opinion

GATE = """
phases:
  one:
    size: {run: x, outputs: {n: integer}}
  two:
    gate:
      decide: Go?
      criteria:
        third: {weight: 3, score: "${{ 1 / 3 }}"}
        size: {weight: 2, score: "${{ tasks.size.outputs.n }}", scale: {baseline: 2, zero: 2, one: 1}}
        act: {uses: git.size, missing: 0.5}
        odd: {score: "${{ [1][7] }}", missing: skip}
      accept: 0.9
      ask: {within: 1h, fields: {n: {type: integer}}}
"""


def again(run: Simulation, events: list[Event] | None = None) -> list[Replayed]:
    return replay(run.events if events is None else events, lambda _created: run.workflow)


def judged(folder: Path, **more: object) -> Simulation:
    stubs = {"size": Stub(outputs={"n": 7}), "gate/act": Stub(outputs={"score": Decimal("0.7"), "confidence": Decimal("0.1")})}
    decide = [opinion("oracle", score=Decimal("0.123456789012345678901234567890123"))]
    return play(folder, GATE, stubs, deciders=True, decide=lambda _q: decide, baselines={"gate/size": [6, 5]}, **more)


@pytest.mark.parametrize(
    ("more", "decided"),
    [
        ({}, ["asked"]),
        ({"wait": True, "requests": [answers("gate", n=3)]}, ["asked", "accepted"]),
        ({"wait": True, "requests": [answers("gate", approve=False)]}, ["asked", "rejected"]),
        ({"wait": True}, ["asked", "expired"]),
    ],
)
def test_a_gate_is_decided_again_with_the_same_bits(tmp_path: Path, more: dict[str, object], decided: list[str]) -> None:
    made = again(judged(tmp_path, **more))
    assert [one.decision for one in made] == decided
    assert all(one.same for one in made), made


def test_failures_and_approvals_are_decided_again(tmp_path: Path) -> None:
    run = play(
        tmp_path,
        "tasks: {a: {run: x, risk: destroy}}",
        {"a": FAILS},
        ask_before=["destroy"],
        wait=True,
        requests=[answers("a")],
        deciders=True,
        decide=lambda _q: [opinion("x", answer="retry"), opinion("y", answer="skip", weight=3)],
    )
    made = again(run)
    assert [(one.kind, one.same) for one in made] == [("gate.decided", True), ("failure.decided", True)]


def test_a_decision_that_was_not_made_so_is_found(tmp_path: Path) -> None:
    run = judged(tmp_path)
    asked = next(event for event in run.events if event.kind == "gate.asked")
    forged = replace(asked, body={**asked.body, "score": Decimal("0.99")})
    events = [forged if event is asked else event for event in run.events]
    (one,) = again(run, events)
    assert not one.same
    assert b"0.99" in one.before
    assert b"0.99" not in one.after
