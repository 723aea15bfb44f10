"""From the JSON Schema of an action's parameters to click options, and from what was typed to JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

import click
import msgspec
from click.core import ParameterSource

from turbo_core.report.text import as_json, one_line
from turbo_core.words import JSON

OWN: Final = frozenset({"help", "json"})
"""Options that every action's command has; a parameter of that name is given with ``--with-NAME``."""

_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_Read: TypeAlias = Callable[[str], JSON]


def options_of(schema: Mapping[str, JSON]) -> list[click.Option]:
    """The options for the parameters, in their order."""
    required = schema.get("required", ())
    definitions = schema.get("$defs", {})
    return [_option(name, part, definitions, required=name in required) for name, part in schema["properties"].items()]


def arguments_of(ctx: click.Context, schema: Mapping[str, JSON]) -> dict[str, JSON]:
    """What was given on the command line; the action's own defaults stand for the rest."""
    given = (name for name in schema["properties"] if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT)
    definitions = schema.get("$defs", {})
    return {name: _joined(ctx.params[name], _resolved(schema["properties"][name], definitions)) for name in given}


def _option(name: str, written: Mapping[str, JSON], definitions: Mapping[str, JSON], *, required: bool) -> click.Option:
    schema = _resolved(written, definitions)
    dashed = f"{'with-' if name in OWN else ''}{name.replace('_', '-')}"
    # A default belongs to the action; here it is only told.
    told = "  ".join([one_line(str(written.get("description", ""))), *_notes(written, schema)]).strip()
    if schema.get("type") == "boolean":
        return click.Option([name, f"--{dashed}/--no-{dashed}"], required=required, help=told, default=None)
    several = schema.get("type") == "array"
    item = _resolved(schema.get("items", {}), definitions) if several else schema
    read: _Read = _list_or(_reader(item)) if several else _reader(item)
    shown = "|".join(_choices(item)) or str(item.get("type", "json")).upper()
    return click.Option([name, f"--{dashed}"], type=read, metavar=shown, required=required, multiple=several, help=told)


def _notes(written: Mapping[str, JSON], schema: Mapping[str, JSON]) -> Iterator[str]:
    if schema.get("type") == "array":
        yield "Repeatable, or one JSON list."
    default = written.get("default")
    if default not in (None, "", [], {}):
        yield f"[default: {one_line(default if isinstance(default, str) else as_json(default))}]"


def _resolved(schema: Mapping[str, JSON], definitions: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """The schema behind a reference, or the one beside ``null``."""
    if "$ref" in schema:
        target: Mapping[str, JSON] = definitions[schema["$ref"].rpartition("/")[2]]
        return _resolved(target, definitions)
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return _resolved(choices[0], definitions) if len(choices) == 1 else schema


def _choices(schema: Mapping[str, JSON]) -> list[str]:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return [*choices] if all(isinstance(choice, str) for choice in choices) else []


def _reader(schema: Mapping[str, JSON]) -> _Read:
    """What makes a JSON value of the text after an option."""
    choices = _choices(schema)
    if choices:
        return lambda text: str(click.Choice(choices).convert(text, None, None))
    kind = schema.get("type")
    if kind == "string":
        return str
    # What may be several things is JSON if it can be read so, else text.
    return _json if kind in {"integer", "number", "object", "array"} else _json_or_text


def _json(text: str) -> JSON:
    try:
        return _DECODER.decode(text)
    except msgspec.DecodeError as error:
        raise click.BadParameter(f"{text!r} cannot be read: {error}.") from None


def _json_or_text(text: str) -> JSON:
    try:
        return _json(text)
    except click.BadParameter:
        return text


def _list_or(read: _Read) -> _Read:
    return lambda text: _json(text) if text.lstrip().startswith("[") else read(text)


def _joined(value: JSON, schema: Mapping[str, JSON]) -> JSON:
    if schema.get("type") != "array":
        return value
    return [item for part in value for item in (part if isinstance(part, list) else [part])]
