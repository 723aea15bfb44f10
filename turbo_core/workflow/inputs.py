"""Declared inputs, fields of questions, and whether a value fits them. It must not know where values come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from turbo_core.words import JSON
from turbo_core.workflow.definition import Input
from turbo_core.workflow.findings import Findings, Spot, did_you_mean
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.schema import InputShape
from turbo_core.workflow.shapes import holds_expression, told
from turbo_core.workflow.structure import read_shape


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_integer(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_FITS: Final[Mapping[str, tuple[Callable[[JSON], bool], str]]] = {
    "string": (lambda value: isinstance(value, str), "a string"),
    "path": (lambda value: isinstance(value, str), "a path (a string)"),
    "integer": (_is_integer, "an integer"),
    "number": (_is_number, "a number"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "list": (lambda value: isinstance(value, list), "a list"),
    "object": (lambda value: isinstance(value, dict), "an object"),
}


def misfit(declared: Input, value: JSON) -> tuple[str, str]:
    """Why ``value`` cannot be the input ``declared``, and the next step; two empty strings if it can."""
    if declared.type == "choice":
        if any(_same(value, choice) for choice in declared.choices):
            return "", ""
        choices = [str(choice) for choice in declared.choices]
        return f"{told(value)} is none of {', '.join(choices)}", did_you_mean(str(value), choices)
    fits, expected = _FITS[declared.type]
    return ("", "") if fits(value) else (f"expected {expected}, got {told(value)}", "")


def _same(left: JSON, right: JSON) -> bool:
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


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
        elif any(_same(choice, earlier) for earlier in declared.choices[:index]):
            findings.add("E-duplicate", at, f"the choice {told(choice)} stands here twice", "", "remove one")


def _check_default(declared: Input, spot: Spot, findings: Findings) -> None:
    if isinstance(declared.default, str) and holds_expression(declared.default):
        why = "defaults are known before anything is computed"
        findings.add("E-place", spot, "an expression cannot stand in a default", why, "compute it in `vars`")
        return
    what, next_step = ("", "") if declared.type == "choice" and not declared.choices else misfit(declared, declared.default)
    if what:
        findings.add("E-input", spot, f"the default does not fit the type {declared.type}: {what}", "", next_step)
