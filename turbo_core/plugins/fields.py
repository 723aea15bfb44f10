"""The settings class of a plugin: what its fields are, and how it is made of what was set. Importing this module costs pydantic.

It knows neither files nor the environment: what was set comes in with its place, and secrets are found by whoever asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, PydanticUserError, ValidationError, create_model
from pydantic_core import PydanticSerializationError, to_jsonable_python

from turbo_core.errors import PluginFailed, UsageError
from turbo_core.offers import Secret
from turbo_core.plugins.docstrings import read_attributes
from turbo_core.plugins.tables import Find, variable
from turbo_core.plugins.verdict import SettingInfo
from turbo_core.settings import Placed, unknown
from turbo_core.words import JSON

T = TypeVar("T")

_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def describe(type_: Any) -> dict[str, SettingInfo]:
    """The settings of a class by name, in their order.

    Raises:
        PluginFailed: it is no frozen dataclass, or has a field that cannot be read from a file.
    """
    if not (isinstance(type_, type) and is_dataclass(type_) and _is_frozen(type_)):
        told = getattr(type_, "__name__", repr(type_))
        raise PluginFailed(f"the settings {told!r} are no frozen dataclass", next_step="mark it with @dataclass(frozen=True)")
    descriptions = read_attributes(type_.__doc__ or "")
    return {each.name: _info(type_, each, descriptions.get(each.name, "")) for each in _fields(type_)}


def _is_frozen(type_: Any) -> bool:
    return bool(type_.__dataclass_params__.frozen)


def names(type_: type) -> list[str]:
    """The names of the settings of a class."""
    return [each.name for each in _fields(type_)]


def make(type_: type[T], plugin: str, stated: Mapping[str, Placed], find: Find) -> tuple[T | None, list[UsageError]]:
    """Make the settings of a plugin.

    Args:
        type_: the plugin's class.
        plugin: its name.
        stated: what was set, by the name of the field.
        find: finds a secret.

    Returns:
        The settings, or ``None``; and all mistakes: what is unknown, missing or wrong, and secrets that nobody knows.
    """
    known = {each.name: each for each in _fields(type_)}
    keys = [f"plugins.{plugin}.{name}" for name in known]
    strangers = ((name, placed) for name, placed in stated.items() if name not in known)
    mistakes = [unknown(f"plugins.{plugin}.{name}", placed.place, keys) for name, placed in strangers]
    values: dict[str, object] = {}
    for name, each in known.items():
        try:
            values.update(_value(type_, each, plugin, stated.get(name), find))
        except UsageError as mistake:
            mistakes.append(mistake)
    if mistakes:
        return None, mistakes
    try:
        return type_(**values), []
    except (ValueError, TypeError) as error:
        return None, [UsageError(f"the settings of the plugin {plugin!r} are wrong", why=str(error))]


def _fields(type_: type) -> list[Field[Any]]:
    return [each for each in fields(cast("Any", type_)) if each.init]


def _value(type_: type, each: Field[Any], plugin: str, placed: Placed | None, find: Find) -> Iterator[tuple[str, object]]:
    """The value of a field under its name; nothing where the class's own default counts."""
    key = f"plugins.{plugin}.{each.name}"
    if placed is None and _is_required(each):
        raise _missing(plugin, each.name)
    if _is_secret(type_, each):
        name = _name_of_secret(each, key, placed)
        if name is not None:
            yield each.name, Secret(name, find(key, name))
        return
    if placed is not None:
        yield each.name, _read(type_, each.name, key, placed)


def _name_of_secret(each: Field[Any], key: str, placed: Placed | None) -> str | None:
    if placed is None:
        return each.default.name if isinstance(each.default, Secret) else None
    if not isinstance(placed.value, str) or not _SECRET_NAME.fullmatch(placed.value):
        # What stands there is not shown: it may be the secret itself.
        raise UsageError(
            f"the setting {key!r} is wrong",
            where=placed.place,
            next_step=f"it takes the name of a secret, such as {each.name.upper()}, never the secret itself",
        )
    return placed.value


def _missing(plugin: str, name: str) -> UsageError:
    key = f"plugins.{plugin}.{name}"
    ways = f"in turbo.toml, by {variable(plugin, name)} or by '--set {key}=…'"
    return UsageError(f"the setting {key!r} is missing", next_step=f"set it {ways}, or turn the plugin off with '-p no:{plugin}'")


# ---------------------------------------------------------------- one field


def _hint(type_: type, name: str) -> Any:
    try:
        return get_type_hints(type_, include_extras=True)[name]
    except (NameError, TypeError, AttributeError) as error:
        raise PluginFailed(f"the type of the setting {name!r} cannot be read", where=type_.__module__, why=str(error)) from error


def _is_required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _is_secret(type_: type, each: Field[Any]) -> bool:
    hint = _hint(type_, each.name)
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return Secret in parts and set(parts) <= {Secret, NoneType}


@cache
def _model(type_: type, name: str) -> type[BaseModel]:
    """A model with one field, called ``value``, so that each setting is judged alone."""
    try:
        declared: Any = {"value": (_hint(type_, name), ...)}
        model: type[BaseModel] = create_model(type_.__name__, __config__=ConfigDict(strict=True), **declared)
        model.model_json_schema()
    except (PydanticUserError, TypeError) as error:
        raise PluginFailed(
            f"the setting {name!r} cannot be read from a file",
            where=type_.__module__,
            why=str(error).splitlines()[0],
            next_step="use types that pydantic knows; Secret stands alone, or as Secret | None",
        ) from error
    return model


def _info(type_: type, each: Field[Any], description: str) -> SettingInfo:
    if _is_secret(type_, each):
        named = each.default.name if isinstance(each.default, Secret) else None
        return SettingInfo(
            schema={"type": "string"}, required=_is_required(each), default=named, description=description, secret=True
        )
    schema: dict[str, JSON] = _model(type_, each.name).model_json_schema()
    about = {name: part for name, part in schema["properties"]["value"].items() if name != "title"}
    if "$defs" in schema:
        about["$defs"] = schema["$defs"]
    return SettingInfo(
        schema=about, required=_is_required(each), default=_default(type_, each), description=description, secret=False
    )


def _default(type_: type, each: Field[Any]) -> JSON:
    value = each.default_factory() if each.default_factory is not MISSING else each.default
    try:
        return None if value is MISSING else to_jsonable_python(value)
    except PydanticSerializationError as error:
        raise PluginFailed(
            f"the default of the setting {each.name!r} has no form in JSON", where=type_.__module__, why=str(error)
        ) from error


def _read(type_: type, name: str, key: str, placed: Placed) -> object:
    model = _model(type_, name)
    try:
        if placed.text:
            return _from_text(model, placed.value)
        return _value_of(model.model_validate_json(_ENCODER.encode({"value": placed.value})))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        inner = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"][1:])
        raise UsageError(
            f"the setting {key + inner!r} is wrong",
            where=placed.place,
            why=f"it is {placed.value!r}",
            next_step=first["msg"].replace("Input should be", "it takes").partition(", unable")[0],
        ) from error


def _from_text(model: type[BaseModel], text: str) -> object:
    """Text by the type of the field: as it is, else as JSON, else as a list with commas."""
    try:
        return _value_of(model.model_validate({"value": text}, strict=False))
    except ValidationError:
        for other in _readings(text):
            try:
                return _value_of(model.model_validate_json(json.dumps({"value": other}), strict=False))
            except ValidationError:
                continue
        raise


def _readings(text: str) -> Iterator[JSON]:
    with suppress(ValueError, RecursionError):
        yield json.loads(text)
    yield [part.strip() for part in text.split(",") if part.strip()]


def _value_of(made: BaseModel) -> object:
    return cast("Any", made).value
