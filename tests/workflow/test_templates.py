"""Decision templates: what is read, and what is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.workflow.reading_kit import PROJECT, Known
from turbo_core.errors import WorkflowInvalid
from turbo_core.workflow.definition import Gate
from turbo_core.workflow.reading import from_texts

TEMPLATE = """
name: ready
inputs: {tests: {type: boolean}, least: {type: number, default: 0.5}}
decide: "Ready, ${{ run.name }}?"
criteria:
  tests: {weight: 2, veto: true, score: "${{ inputs.tests }}"}
  rest: {score: "${{ inputs.least }}"}
accept: 0.8
reject: 0.2
ask: {message: "least is ${{ inputs.least }}"}
"""


def read(gate: str, template: str = TEMPLATE) -> Gate:
    text = f"name: main\ntasks:\n  test: {{run: x, risk: read}}\n  gate: {{needs: [test], {gate}}}\n"
    workflow = from_texts({"turbo.yaml": text, "decisions/ready.yaml": template}, "turbo.yaml", PROJECT, Known())
    assert len(workflow.texts) == 2
    gates = [task.gate for task in workflow.phases[0].tasks if task.gate]
    return gates[0]


def mistakes(gate: str, template: str = TEMPLATE) -> str:
    with pytest.raises(WorkflowInvalid) as caught:
        read(gate, template)
    return "\n".join(map(str, caught.value.problems))


def test_a_template_is_a_gate() -> None:
    gate = read('decide: {template: ready, with: {tests: "${{ tasks.test.ok }}"}}')
    assert (gate.template, [one.name for one in gate.criteria]) == ("ready", ["tests", "rest"])
    assert (gate.accept, gate.reject, [one.name for one in gate.parameters]) == (
        Decimal("0.8"),
        Decimal("0.2"),
        ["tests", "least"],
    )


def test_the_bounds_and_the_question_to_a_person_can_be_its_own() -> None:
    gate = read("decide: {template: ready, with: {tests: true}}, accept: 0.9, ask: {who: [ada]}")
    assert gate.ask is not None
    assert (gate.accept, gate.ask.who) == (Decimal("0.9"), ("ada",))


def test_a_plugin_offers_templates() -> None:
    assert read("decide: {template: of_plugin, with: {ok: true}}").template == "of_plugin"


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("decide: {template: redy}", "there is no template 'redy'"),
        ("decide: {template: ready}", "'tests' is missing"),
        ("decide: {template: ready, with: {tests: 3}}", "'tests' does not fit"),
        ("decide: {template: ready, with: {tests: true, tset: 1}}", "'tset' is no input of the template 'ready'"),
        ("decide: {template: ready, with: {tests: true}}, criteria: {a: {score: 1}}", "`criteria` does not go with a template"),
        ("decide: {template: ready, with: {tests: true}}, accept: 0.1", "`reject` (0.2) is above `accept` (0.1)"),
        ('decide: {template: ready, with: {tests: "${{ tasks.nothing.ok }}"}}', "there is no task 'nothing'"),
    ],
)
def test_what_is_wrong_where_it_is_used(gate: str, told: str) -> None:
    assert told in mistakes(gate)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("inputs.tests", "tasks.test.ok", "'tasks' cannot be read here"),
        ("inputs.tests", "inputs.test", "there is no 'inputs.test' here"),
        ("accept: 0.8", "accept: 8", "expected a number from 0 to 1"),
        ("reject: 0.2", "rejects: 0.2", "there is no key 'rejects'"),
        ("veto: true, score", "veto: true, uses: git.push, score", "both `score` and `uses`"),
    ],
)
def test_what_is_wrong_in_a_template_is_told_there(before: str, after: str, told: str) -> None:
    found = mistakes("decide: {template: ready, with: {tests: true}}", TEMPLATE.replace(before, after))
    assert told in found
    assert "decisions/ready.yaml:" in found
