"""The run as a value, for reports: phases, tasks, attempts, decisions, messages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, answers, cancels, play, prepare
from turbo_core.model import Usage
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub

TEXT = """
description: What it is for.
inputs: {n: {type: integer, default: 3}}
outputs: {o: "${{ tasks.a.outputs.o }}"}
phases:
  one:
    a: {run: x, description: First., outputs: {o: integer, p: string?}, retry: 1, undo: una, risk: read}
    m: {run: x, matrix: {k: [1, 2]}, needs: [a]}
  two: {d: {workflow: child.yaml}, g: {decide: Go?, criteria: {t: {score: true, weight: 2}}, accept: 0.5, reject: 0.2}}
on_failure: [{run: mend}]
finally: [{run: tidy}]
"""
CHILD = "name: child\ntasks: {u: {run: x}, v: {run: x, needs: [u]}}"


def test_the_whole(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"a": [FAILS, Stub(outputs={"o": 7})]}, child_yaml=CHILD)
    seen = run.view()
    assert (seen.id, seen.workflow, seen.description, seen.actor) == ("simulated", "main", "What it is for.", "starter")
    assert (seen.outcome, seen.exit_code, seen.round, seen.folder) == ("succeeded", 0, 1, tmp_path)
    assert (seen.inputs, seen.outputs, seen.containment) == ({"n": 3}, {"o": 7}, "none")
    assert seen.summary == "main succeeded: 4 succeeded"
    assert [(phase.name, [task.name for task in phase.tasks]) for phase in seen.phases] == [
        ("one", ["a", "m"]),
        ("two", ["d", "g"]),
        ("finally", ["finally[0]"]),
    ]
    assert seen.seconds == pytest.approx(7, abs=0.2)  # six attempts one after another, and a delay with its jitter


def test_a_task(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"a": [FAILS, Stub(outputs={"o": 7})]}, child_yaml=CHILD)
    a, m = run.view().phases[0].tasks
    assert (a.address, a.kind, a.title, a.description, a.state) == ("a", "run", "x", "First.", "succeeded")
    assert (a.outputs, a.undo, a.risk, a.needs, m.needs) == ({"o": 7}, "armed", "read", (), ("a",))
    assert a.why == "a ran 2 times and then succeeded; the attempt before the last ended with: exit as told."
    assert [(cell.address, cell.name, cell.needs) for cell in m.cells] == [("m[0]", "m[0]", ()), ("m[1]", "m[1]", ())]
    assert (m.outputs, m.attempts) == ({}, ())


def test_attempts(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"a": [FAILS, Stub(outputs={"o": 7})]}, child_yaml=CHILD)
    first, second = run.view().phases[0].tasks[0].attempts
    assert (first.number, first.state, first.failure, first.message, first.exit_code) == (1, "failed", "exit", "exit as told", 1)
    assert (second.number, second.state, second.failure, second.exit_code, second.signal) == (2, "succeeded", "", 0, None)
    assert (first.log, first.seconds, first.verified, first.usage) == ("logs/a.1.log", 1, True, Usage())


def test_a_nested_workflow_has_phases_of_its_own(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"a": Stub(outputs={"o": 7}), "d/u": FAILS}, child_yaml=CHILD)
    nested = run.view().phases[1].tasks[0]
    assert [(phase.name, [task.address for task in phase.tasks]) for phase in nested.phases] == [("main", ["d/u", "d/v"])]
    assert (nested.risk, nested.phases[0].tasks[1].name, nested.phases[0].tasks[1].needs) == ("", "v", ("d/u",))
    assert (nested.phases[0].tasks[1].reason, nested.phases[0].tasks[1].because) == ("stopped", "d/u")


def test_a_decision(tmp_path: Path) -> None:
    run = play(tmp_path, TEXT, {"a": Stub(outputs={"o": 7})}, child_yaml=CHILD)
    (decision,) = run.view().decisions
    assert (decision.task, decision.question, decision.decision, decision.score) == ("g", "Go?", "accepted", 1)
    assert (decision.accept, decision.reject, decision.by) == (Decimal("0.5"), Decimal("0.2"), "")
    assert [(line.name, line.weight, line.score, line.veto) for line in decision.criteria] == [("t", 2, 1, False)]


def test_a_decision_of_a_person(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {g: {decide: Go?}}", wait=True, requests=[answers("g", comment="fine", after=60)])
    (decision,) = run.view().decisions
    assert (decision.by, decision.comment, decision.reason) == ("ann", "fine", "ann approved it")
    assert decision.at == "2026-01-01T00:01:00.000Z"


@pytest.mark.parametrize(
    ("stub", "more", "outcome"),
    [
        (Stub(), {}, "succeeded"),
        (FAILS, {}, "failed"),
        (HANGS, {"requests": [cancels(5)]}, "cancelled"),
    ],
)
def test_how_a_run_ended(tmp_path: Path, stub: Stub, more: dict[str, object], outcome: str) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": stub}, **more)
    assert run.view().outcome == outcome
    assert run.view().summary.startswith(f"main {outcome}: ")


def test_a_run_under_way(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x}, b: {run: x, needs: [a]}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    run.state = run.fold()
    seen = run.view()
    assert (seen.outcome, seen.exit_code, seen.ended_at, seen.seconds) == ("running", None, "", 0)
    assert seen.phases[0].tasks[0].attempts[0].state == "running"
    assert (seen.phases[0].tasks[1].state, seen.phases[0].tasks[1].attempts) == ("pending", ())


def test_a_parked_run(tmp_path: Path) -> None:
    assert play(tmp_path, "tasks: {g: {decide: Go?}}").view().outcome == "parked"
