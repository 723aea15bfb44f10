"""Gates that are made of a template."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.engine.runs import ACTIONS
from turbo_core.testing.simulation import Simulation, Surrounding
from turbo_core.testing.world import Stub

TEMPLATE = """
name: ready
inputs: {tests: {type: boolean}, limit: {type: integer, default: 10}}
decide: "Ready below ${{ inputs.limit }}?"
criteria:
  tests: {score: "${{ inputs.tests }}"}
  size: {uses: git.size, with: {of: "${{ inputs.limit }}"}, scale: {zero: 10, one: 0}}
accept: 0.7
ask: {message: "tests: ${{ inputs.tests }}, ${{ criteria.size.score }}"}
"""
TEXT = """
name: main
phases:
  one: {test: {run: x, outputs: {ok: json}}}
  two: {gate: {decide: {template: ready, with: {tests: "${{ tasks.test.outputs.ok }}"}}}}
"""


def judged(folder: Path, ok: object, score: int) -> Simulation:
    stubs = {"test": Stub(outputs={"ok": ok}), "gate/size": Stub(outputs={"score": score})}
    files = {"turbo.yaml": TEXT, "decisions/ready.yaml": TEMPLATE}
    run = Simulation(folder, files, Surrounding(stubs=stubs), actions=ACTIONS)
    run.run()
    return run


def test_a_template_reads_what_it_is_given(tmp_path: Path) -> None:
    run = judged(tmp_path, ok=True, score=5)
    (decision,) = run.view().decisions
    assert (decision.question, decision.decision, decision.score) == ("Ready below 10?", "accepted", Decimal("0.75"))
    assert [attempt.arguments for attempt in run.world.started if attempt.action] == [{"of": 10}]


def test_a_person_is_asked_with_the_message_of_the_template(tmp_path: Path) -> None:
    run = judged(tmp_path, ok=False, score=0)
    assert [message.body for message, _channel in run.world.deliveries] == ["tests: false, 1"]


def test_a_value_that_does_not_fit_is_invalid(tmp_path: Path) -> None:
    run = judged(tmp_path, ok="yes", score=0)
    assert (run.task("gate").failure, run.state.exit_code) == ("invalid", 1)
    assert "decide.with.tests" in run.task("gate").message


def test_the_recorded_template_counts(tmp_path: Path) -> None:
    run = judged(tmp_path, ok=False, score=0)
    (tmp_path / "decisions" / "ready.yaml").write_text("name: other")
    assert run.fold().nodes["gate"].task.gate == run.task("gate").task.gate
