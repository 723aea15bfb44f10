"""What a workflow file says of itself: what `turbo list` shows. It must not check workflows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from turbo_core.errors import Problem, WorkflowInvalid
from turbo_core.workflow.definition import Input
from turbo_core.workflow.files import read_text
from turbo_core.workflow.finding import MAIN_FILE
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.inputs import read_inputs
from turbo_core.workflow.yaml import compose


class Listed(Struct, frozen=True, kw_only=True):
    """What `turbo list` shows of a workflow file. ``problem`` is the first one of a broken file."""

    path: Path
    name: str
    description: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    problem: Problem | None = None


def peek(path: Path) -> Listed:
    """What a file says of itself, without checking it. Never raises for a broken file."""
    fallback = Listed(path=path, name=path.stem if path.name != MAIN_FILE else "")
    try:
        document = compose(read_text(path), path.name)
    except WorkflowInvalid as error:
        return _with(fallback, problem=error.problems[0])
    except OSError as error:
        return _with(
            fallback, problem=Problem(code="E-file", path=path.name, what="the file cannot be read", why=error.strerror or "")
        )
    findings = Findings()
    findings.opened(document)
    raw = document.value if isinstance(document.value, dict) else {}
    inputs = raw.get("inputs")
    spots = {name: Spot(document, ("inputs", name)) for name in inputs} if isinstance(inputs, dict) else {}
    name, description = raw.get("name"), raw.get("description")
    declared = read_inputs(spots, findings)
    problems = findings.ordered()
    return Listed(
        path=path,
        name=name if isinstance(name, str) else fallback.name,
        description=description if isinstance(description, str) else "",
        inputs=declared,
        problem=problems[0] if problems else None,
    )


def _with(listed: Listed, *, problem: Problem) -> Listed:
    return Listed(path=listed.path, name=listed.name, problem=problem)
