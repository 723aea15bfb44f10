"""Declared inputs and fields of questions, as they are written. It must not know where values come from."""

from __future__ import annotations

from collections.abc import Mapping

from turbo_core.workflow.definition import Input
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import misfit, same, told
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.schema import InputShape
from turbo_core.workflow.shapes import holds_expression
from turbo_core.workflow.structure import read_shape


def read_inputs(spots: Mapping[str, Spot], findings: Findings, *, what: str = "input") -> dict[str, Input]:
    """The inputs (or fields of a question) that stand at ``spots``; those that cannot be used are left out."""
    inputs = {}
    for name, spot in spots.items():
        why, next_step = name_fault(name)
        if why:
            findings.add("E-name", spot.key, f"'{name}' cannot name an {what}", why, next_step)
        shape = read_shape(InputShape, spot.raw, spot, findings)
        if shape is not None:
            inputs[name] = _input(name, shape, spot, findings)
    return inputs


def _input(name: str, shape: InputShape, spot: Spot, findings: Findings) -> Input:
    given = "default" in shape.model_fields_set
    declared = Input(
        name=name,
        type=shape.type,
        required=not given,
        default=shape.default if given else None,
        choices=tuple(shape.choices),
        description=shape.description,
    )
    _check_choices(declared, spot, findings)
    if given:
        _check_default(declared, spot.into("default"), findings)
    return declared


def _check_choices(declared: Input, spot: Spot, findings: Findings) -> None:
    written = "choices" in spot.raw
    if declared.type == "choice" and not declared.choices:
        findings.add("E-input", spot.key, f"the choice '{declared.name}' has no choices", "", "add `choices: [a, b]`")
    elif declared.type != "choice" and written:
        why = f"the type is {declared.type}"
        findings.add("E-input", spot.into("choices").key, "`choices` belongs to `type: choice`", why, "write `type: choice`")
    for index, choice in enumerate(declared.choices):
        at = spot.into("choices", index)
        if isinstance(choice, list | dict) or choice is None:
            findings.add("E-type", at, f"expected a string, number or boolean, got {told(choice)}")
        elif any(same(choice, earlier) for earlier in declared.choices[:index]):
            findings.add("E-duplicate", at, f"the choice {told(choice)} stands here twice", "", "remove one")


def _check_default(declared: Input, spot: Spot, findings: Findings) -> None:
    if isinstance(declared.default, str) and holds_expression(declared.default):
        why = "defaults are known before anything is computed"
        findings.add("E-place", spot, "an expression cannot stand in a default", why, "compute it in `vars`")
        return
    what, next_step = ("", "") if declared.type == "choice" and not declared.choices else misfit(declared, declared.default)
    if what:
        findings.add("E-input", spot, f"the default does not fit the type {declared.type}: {what}", "", next_step)
