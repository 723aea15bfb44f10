"""Raw JSON values -> the shapes of schema.py, with every structural mistake told in plain words.

A mistake in one key does not hide the others: the faulty key is left out, and the rest is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from turbo_core.words import JSON
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean, told
from turbo_core.workflow.schema import FileShape, InputShape, PartShape, Shape, StepShape, TaskShape, keys_of
from turbo_core.workflow.yaml import Path

S = TypeVar("S", bound=Shape)

_KIND_WORDS = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
    "string_type": "a string",
    "bool_type": "true or false",
}
_CALLED = {
    TaskShape: "a task",
    StepShape: "a step",
    FileShape: "a workflow",
    PartShape: "an included file",
    InputShape: "an input",
}


def read_shape(shape: type[S], raw: JSON, spot: Spot, findings: Findings) -> S | None:
    """The value as ``shape``; ``None`` if nothing of it can be used. Mistakes go to ``findings``."""
    if not isinstance(raw, dict):
        called = _CALLED.get(shape, "this")
        findings.add("E-type", spot, f"expected an object, got {told(raw)}", "", f"{called} is an object of keys")
        return None
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        _tell(shape, raw, fault, spot, findings)
    faulty = {fault["loc"][0] for fault in faults}
    try:
        return shape.model_validate({key: value for key, value in raw.items() if key not in faulty})
    except ValidationError:
        # A key that must be there is not, or is wrong.
        return None


def _tell(shape: type[Shape], raw: JSON, fault: ErrorDetails, spot: Spot, findings: Findings) -> None:
    path = _place(raw, fault["loc"])
    kind = fault["type"]
    if kind == "missing":
        around = spot.into(*path[:-1])
        findings.add("E-missing", around.key if around.path else around, f"the key '{path[-1]}' is missing")
    elif kind == "extra_forbidden":
        key = str(path[-1])
        known, where = _known_keys(shape, raw, path)
        findings.add("E-key", spot.into(*path).key, f"there is no key '{key}' in {where}", "", did_you_mean(key, known))
    else:
        _tell_value(fault, spot.into(*path), findings)


def _place(raw: JSON, steps: Iterable[str | int]) -> Path:
    """The way to a fault: without what pydantic adds to it (the kind of a value, such as ``=list``, and ``[key]``)."""
    path: Path = ()
    for step in steps:
        inside = range(len(raw)) if isinstance(raw, list) else raw if isinstance(raw, dict) else ()
        if step in inside:
            raw, path = raw[step], (*path, step)
        elif not str(step).startswith("=") and step != "[key]":
            path = (*path, step)
    return path


def _tell_value(fault: ErrorDetails, spot: Spot, findings: Findings) -> None:
    value, kind = fault["input"], fault["type"]
    context = fault.get("ctx", {})
    if kind == "turbo_no_expression":
        findings.add(
            "E-place", spot, "an expression cannot stand here", "the value is needed before the run starts", "write it out"
        )
    elif kind in {"literal_error", "turbo_choice", "enum"}:
        choices = _choices(context)
        findings.add("E-choice", spot, f"{told(value)} is none of {', '.join(choices)}", "", _close(value, choices))
    else:
        expected = context.get("expected") or _KIND_WORDS.get(kind) or "another value"
        findings.add("E-type", spot, f"expected {expected}, got {told(value)}", "", context.get("next_step", ""))


def _choices(context: Mapping[str, Any]) -> list[str]:
    if "choices" in context:
        return str(context["choices"]).split(", ")
    return [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]


def _close(value: JSON, choices: Iterable[str]) -> str:
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    return hint if hint.startswith("did") else ""


def _known_keys(shape: type[Shape], raw: JSON, path: Path) -> tuple[Iterable[str], str]:
    """The keys that could stand where ``path`` ends, and what the object there is called."""
    found: type[BaseModel] = shape
    for step in path[:-1]:
        names = keys_of(found) if issubclass(found, Shape) else {}
        name = names.get(str(step))
        if name is not None:
            found = next(_shapes_in(found.model_fields[name].annotation), found)
    inside = next((step for step in reversed(path[:-1]) if isinstance(step, str)), "")
    called = _CALLED.get(found) or (f"'{inside}'" if inside else "this file")
    return (keys_of(found) if issubclass(found, Shape) else ()), called


def _shapes_in(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes_in(argument)
