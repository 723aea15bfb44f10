"""What the tests of reading share: a catalogue of actions as plugins would offer it, and short ways to read texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from turbo_core.errors import PluginFailed, Problem, WorkflowInvalid
from turbo_core.model import ActionInfo
from turbo_core.words import JSON, Risk
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.reading import from_texts

PROJECT = Path("/project")


def action(
    name: str,
    risk: Risk,
    *,
    idempotent: bool = False,
    parameters: Mapping[str, str] | None = None,
    required: tuple[str, ...] = (),
    outputs: tuple[str, ...] | None = None,
    undo: bool = False,
    probe: bool = False,
) -> ActionInfo:
    properties = {key: {"type": type_} for key, type_ in (parameters or {}).items()}
    schema: dict[str, JSON] = {"type": "object"}
    return ActionInfo(
        name=name,
        summary="",
        description="",
        risk=risk,
        idempotent=idempotent,
        parameters={"type": "object", "properties": properties, "required": list(required)},
        outputs=schema if outputs is None else schema | {"properties": {key: {} for key in outputs}},
        has_plan=False,
        has_undo=undo,
        has_probe=probe,
    )


TEMPLATES = {
    "of_plugin": "{name: of_plugin, inputs: {ok: {type: boolean}}, decide: Go?, accept: 1, criteria: {a: {score: true}}}"
}
KNOWN = {
    info.name: info
    for info in (
        action("git.scan_secrets", "read", outputs=("findings",)),
        action("git.next_version", "read", parameters={"bump": "string"}, outputs=("next", "current")),
        action("git.changelog", "read", outputs=("text",)),
        action("git.change_size", "read", parameters={"since": "string"}),
        action(
            "git.tag", "change", parameters={"name": "string", "message": "string"}, required=("name",), undo=True, outputs=()
        ),
        action("git.push", "destroy", parameters={"force": "boolean", "to": "object"}),
        action("git.fetch", "change", idempotent=True),
        action("git.merge", "change", probe=True, outputs=("commit",)),
    )
}


class Known:
    """Stands for the plugins: a fixed catalogue. Its checks know strings, booleans and objects."""

    def info(self, name: str) -> ActionInfo:
        if name not in KNOWN:
            raise PluginFailed(f"there is no action {name}", why="no plugin offers it", next_step="turbo plugin search")
        return KNOWN[name]

    def template(self, name: str) -> str | None:
        return TEMPLATES.get(name)

    def check(self, name: str, argument: str, value: JSON) -> str:
        wanted = KNOWN[name].parameters["properties"][argument]["type"]
        fits = {"string": str, "boolean": bool, "object": dict}[wanted]
        return "" if isinstance(value, fits) else f"it should be a {wanted}"


def read(text: str, **more: str) -> Workflow:
    """Read ``text`` as turbo.yaml; other files by name with ``__`` for the slash and ``_yaml`` for the ending."""
    texts = {"turbo.yaml": text} | {name.replace("__", "/").replace("_yaml", ".yaml"): other for name, other in more.items()}
    return from_texts(texts, "turbo.yaml", PROJECT, Known())


def problems(text: str, **more: str) -> tuple[Problem, ...]:
    """The problems of ``text``; none if it is right."""
    try:
        read(text, **more)
    except WorkflowInvalid as error:
        return error.problems
    return ()
