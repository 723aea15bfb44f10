"""The page docs/actions.md, made from the plugins of this repository: ``python -m tests.docs.actions_page`` writes it.

The plugins have to be installed. What the page says of an action is what the host knows of it, so it cannot say anything else.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.arch.source import ROOT
from turbo_core.model import ActionInfo
from turbo_core.plugins.docstrings import read_attributes, read_docstring
from turbo_core.testing.conformance.host import host

PAGE = ROOT / "docs" / "actions.md"
INTRODUCTION = """\
# Actions

Every action of the plugins that live in the repository of Turbo. An action is a step of a workflow (`uses: git.tag`, with its
parameters in `with:`) and a command (`turbo git tag --name v1.0.0`). Of other plugins,
`turbo NAMESPACE VERB --help` tells the same.

The risk says what an action may do at worst: `read` changes nothing, `change` can be taken back, `destroy` cannot.
"""
PARTS = {
    "has_plan": "`turbo plan` tells what it would do.",
    "has_undo": "It can be undone.",
    "has_probe": "It can find out whether it has happened.",
    "idempotent": "Calling it twice is the same as calling it once.",
}
WORDS = {"array": "list", "object": "table"}
"""What the types of JSON Schema are called in a workflow."""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for project in projects():
        name, summary = project["project"]["name"], project["project"]["description"]
        for namespace in namespaces(project):
            parts.append(f"## {namespace}\n\nFrom `{name}`: {summary}.\n")
            parts += map(_action, sorted(host().catalog.actions(namespace), key=lambda info: info.name))
    return "\n".join(parts)


def projects() -> list[dict[str, Any]]:
    """The ``pyproject.toml`` of each plugin of this repository."""
    return [tomllib.loads(path.read_text()) for path in sorted(ROOT.glob("plugins/*/pyproject.toml"))]


def namespaces(project: Mapping[str, Any]) -> list[str]:
    """The namespaces of actions that a plugin brings."""
    return sorted(project["project"].get("entry-points", {}).get("turbo.actions", {}))


def _action(info: ActionInfo) -> str:
    facts = [f"Risk: `{info.risk}`.", *(told for field, told in PARTS.items() if getattr(info, field))]
    parts = [f"### {info.name}\n", f"{_plain(info.summary)}\n"]
    parts += [f"{_plain(info.description)}\n"] * bool(info.description)
    parts.append(f"{' '.join(facts)}\n")
    parts += _parameters(info.parameters)
    parts += _outputs(info.outputs)
    return "\n".join(parts)


def _parameters(schema: Mapping[str, Any]) -> Iterator[str]:
    if not schema["properties"]:
        yield "It takes no parameters.\n"
        return
    yield "| parameter | type | default | meaning |\n|---|---|---|---|"
    for name, told in schema["properties"].items():
        yield f"| `{name}` | {type_of(told)} | {_default(name, told, schema)} | {_cell(told.get('description', ''))} |"
    yield ""


def _default(name: str, told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if name in schema.get("required", ()):
        return "required"
    return f"`{json.dumps(told.get('default'), default=str)}`"


def _outputs(schema: Mapping[str, Any]) -> Iterator[str]:
    """The table of outputs, then one for each type that they are made of."""
    if not schema.get("properties"):
        yield "It has no outputs of fixed names.\n" if schema.get("additionalProperties") else "It has no outputs.\n"
        return
    yield from _fields("output", schema)
    for name, inner in schema.get("$defs", {}).items():
        if "properties" in inner:
            yield f"**{name}**: {_plain(read_docstring(inner.get('description', ''))[0])}\n"
            yield from _fields("field", inner)


def _fields(kind: str, schema: Mapping[str, Any]) -> Iterator[str]:
    meanings = read_attributes(schema.get("description", ""))
    told = {name: _cell(field.get("description") or meanings.get(name, "")) for name, field in schema["properties"].items()}
    if not any(told.values()):
        yield ", ".join(f"`{name}` ({type_of(field)})" for name, field in schema["properties"].items()) + "\n"
        return
    yield f"| {kind} | type | meaning |\n|---|---|---|"
    for name, field in schema["properties"].items():
        yield f"| `{name}` | {type_of(field)} | {told[name]} |"
    yield ""


def type_of(schema: Mapping[str, Any]) -> str:
    """The type in words: ``list of string``, ``string or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(type_of(each) for each in schema["anyOf"])
    inner = schema.get("items") or schema.get("additionalProperties")
    name = schema.get("format", schema.get("type", "anything"))
    name = WORDS.get(name, name)
    return f"{name} of {type_of(inner)}" if isinstance(inner, dict) and inner else str(name)


def _cell(text: str) -> str:
    return _plain(" ".join(text.split())).replace("|", "\\|")


def _plain(text: str) -> str:
    return text.replace("``", "`")


def write(to: Path = PAGE) -> None:
    """Write the page."""
    to.write_text(page())


if __name__ == "__main__":
    write()
