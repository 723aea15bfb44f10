"""`decide: {template, with}` -> a Gate: the template is read like a gate, in a scope of its own. It must not know files.

Expressions of a template see its `inputs` and `run`, and nothing of the workflow: what they need is given by `with`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace
from pydantic import Field

from turbo_core.workflow.arguments import Catalogue, check_given
from turbo_core.workflow.definition import Gate
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.gate_reading import read_ask, read_gate
from turbo_core.workflow.inputs import read_inputs
from turbo_core.workflow.schema import AskShape, CriterionShape, InputShape, Shape, TaskShape, keys_of
from turbo_core.workflow.scope import Reader, Scope
from turbo_core.workflow.shapes import Name, Share, Template, Text
from turbo_core.workflow.source import TaskSource
from turbo_core.workflow.structure import read_shape
from turbo_core.workflow.yaml import Document

TemplateOf = Callable[[str, Spot], Document | None]
"""Gives the text of a template; ``None`` if there is none (already told at the spot)."""

_INSIDE = frozenset({"inputs", "run"})
_OWN = ("accept", "reject", "confidence")


class DecisionShape(Shape):
    """A template of a gate: a file in `decisions/`, or of a plugin."""

    name: Name = Field(description="The name of the template.")
    description: Text = Field(default="", description="What it is for.")
    inputs: dict[Name, InputShape] = Field(default_factory=dict, description="What a gate gives to it by `with`.")
    decide: Template = Field(description="The question that is decided.")
    criteria: dict[Name, CriterionShape] = Field(default_factory=dict, description="What the gate weighs.")
    accept: Share | None = Field(default=None, description="The score from which the gate accepts; required with criteria.")
    reject: Share = Field(default=Decimal(0), description="The score below which the gate rejects.")
    confidence: Share = Field(default=Decimal(0), description="The least confidence to accept without a person.")
    ask: AskShape | None = Field(default=None, description="How a person is asked.")


def read_templated(
    task: TaskSource, shape: TaskShape, reader: Reader, scope: Scope, catalogue: Catalogue, template_of: TemplateOf
) -> Gate | None:
    """The gate that a task makes of a template; ``None`` if it cannot be made. Bounds and `ask` of the task count more."""
    named, at = task.keys["decide"], task.spot.into("decide", "template")
    document = template_of(str(named["template"]), at)
    if "criteria" in task.keys:
        what, why = "`criteria` does not go with a template", "the template has them"
        scope.findings.add("E-gate", task.spot.into("criteria").key, what, why, "remove it, or write the gate out")
    if document is None or not isinstance(document.value, dict):
        return None
    spot = Spot(document)
    written = read_shape(DecisionShape, document.value, spot, scope.findings)
    if written is None:
        return None
    inputs = read_inputs({name: spot.into("inputs", name) for name in written.inputs}, scope.findings)
    what = f"input of the template '{written.name}'"
    check_given(inputs, named.get("with") or {}, task.spot.into("decide", "with"), at, what=what, findings=scope.findings)
    inner = Scope(inputs=frozenset(inputs), vars=frozenset(), graph=scope.graph, readable={}, findings=scope.findings)
    gate = _inside(task, spot, inner, catalogue)
    scope.secrets |= inner.secrets
    if gate is None:
        return None
    own = {key: getattr(shape, key) for key in _OWN if task.has(key)}
    asks = read_ask(shape.ask, task.spot.into("ask"), reader, shape, inner, _INSIDE) if task.has("ask") else gate.ask
    gate = replace(gate, template=written.name, parameters=tuple(inputs.values()), ask=asks, **own)
    _check_bounds(gate, task, scope.findings)
    return gate


def _inside(task: TaskSource, spot: Spot, scope: Scope, catalogue: Catalogue) -> Gate | None:
    """The gate as the template's file has it."""
    keys = keys_of(TaskShape)
    raw = {key: value for key, value in spot.raw.items() if key in keys}
    shape = read_shape(TaskShape, raw, spot, scope.findings)
    if shape is None:
        return None
    source = TaskSource.of(task.name, spot, shape, phase=task.phase, phase_name=task.phase_name)
    return read_gate(source, shape, Reader(task=task.name), scope, catalogue, _INSIDE)


def _check_bounds(gate: Gate, task: TaskSource, findings: Findings) -> None:
    if gate.reject > gate.accept and any(key in task.keys for key in _OWN):
        key = next(key for key in _OWN if key in task.keys)
        what = f"`reject` ({gate.reject}) is above `accept` ({gate.accept})"
        findings.add("E-gate", task.spot.into(key), what, "the template has the other one", "make `reject` the smaller one")
