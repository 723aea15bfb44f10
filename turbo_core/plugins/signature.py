"""What callers need to know of an action, read from its signature and docstring with pydantic.

Owns the JSON Schemas, the check of arguments that come from outside, and the way of returned values to JSON. Importing this
module costs pydantic; so only those who check or call actions import it.
"""

from __future__ import annotations

import inspect
import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import PurePath
from types import ModuleType
from typing import Any, TypeVar, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, JsonSchemaWarningKind
from pydantic_core import ErrorDetails, PydanticSerializationError, core_schema

from turbo_core.actions import Action
from turbo_core.errors import PluginFailed, UsageError
from turbo_core.model import ActionInfo
from turbo_core.plugins.docstrings import read_docstring
from turbo_core.words import JSON

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_NOTHING: dict[str, JSON] = {"type": "object", "properties": {}, "additionalProperties": False}


def actions_in(module: object) -> dict[str, Action[..., object]]:
    """The actions of a plugin's module by verb, in the order in which they stand there.

    Raises:
        PluginFailed: it is no module, or two actions have one verb.
    """
    if not isinstance(module, ModuleType):
        raise PluginFailed(f"{module!r} is not a module", why="actions are the @action functions of a module")
    found: dict[str, Action[..., object]] = {}
    for value in vars(module).values():
        if isinstance(value, Action) and found.setdefault(value.verb, value) is not value:
            raise PluginFailed(f"two actions are named {value.verb!r}", where=module.__name__, next_step="rename one of them")
    return found


class Signature:
    """The parameters and outputs of one action. Everything is made when first asked for.

    Raises:
        PluginFailed: (from any method) a type in the signature cannot be read or has no JSON Schema.
    """

    def __init__(self, action: Action[..., object]) -> None:
        self.action = action

    def info(self, name: str) -> ActionInfo:
        """Everything that the host knows of the action; ``name`` is its full name (``git.tag``)."""
        summary, description, _ = read_docstring(self.action.__doc__ or "")
        return ActionInfo(
            name=name,
            summary=summary,
            description=description,
            risk=self.action.risk,
            idempotent=self.action.idempotent,
            parameters=self.parameters,
            outputs=self.outputs,
            has_plan=self.action.planner is not None,
            has_undo=self.action.undoer is not None,
            has_probe=self.action.prober is not None,
        )

    @cached_property
    def parameters(self) -> Mapping[str, JSON]:
        """The JSON Schema of the parameters."""
        schema: dict[str, JSON] = self._guarded(lambda: self._model.model_json_schema(schema_generator=_Schema))
        return _NOTHING | _without_title(schema)

    @cached_property
    def outputs(self) -> Mapping[str, JSON]:
        """The JSON Schema of the outputs: those of the returned object, or one ``value``, or none."""
        if self._returns is type(None):
            return _NOTHING
        schema = self._returned_schema
        definitions = schema.get("$defs", {})
        body = _target(schema)
        if not self._is_object:
            returned = {key: part for key, part in schema.items() if key != "$defs"}
            body = _NOTHING | {"properties": {"value": returned}, "required": ["value"]}
        return _without_title(body) | ({"$defs": definitions} if definitions else {})

    @property
    def defaults(self) -> dict[str, Any]:
        """The values of the parameters that need not be given."""
        parameters = inspect.signature(self.action.function).parameters.values()
        return {each.name: each.default for each in parameters if each.default is not inspect.Parameter.empty}

    def validate(self, arguments: Mapping[str, JSON], *, text: bool = False) -> dict[str, Any]:
        """Check arguments from outside and make the values of the function's parameters.

        Args:
            arguments: JSON values by the name of the parameter. Types are strict: the string ``"3"`` is no integer.
            text: the values are strings from a command line, to be read by the type of the parameter: as they are where a
                string fits, else as JSON.

        Returns:
            Keyword arguments; a parameter that was not given is not in it.

        Raises:
            UsageError: an argument is missing, unknown or wrong; all of them are named, their values are not.
        """
        model, mistakes = self._try(
            {name: self._from_text(name, value) for name, value in arguments.items()} if text else arguments
        )
        if model is None:
            raise UsageError("; ".join(told for _, told in mistakes), where=self.action.verb)
        return {self._names[field]: getattr(model, field) for field in model.model_fields_set}

    def check(self, parameter: str, value: JSON) -> str:
        """Why ``value`` cannot be given to ``parameter``, in one sentence; empty if it can."""
        _, mistakes = self._try({parameter: value})
        return next((told for name, told in mistakes if name == parameter), "")

    def to_outputs(self, returned: object) -> dict[str, JSON]:
        """Make JSON of what the action returned, checked against the declared type.

        Raises:
            UsageError: it is not of that type, or has no form in JSON.
        """
        if self._returns is type(None):
            if returned is not None:
                raise UsageError(f"it returned {type(returned).__name__}, and declares '-> None'", where=self.action.verb)
            return {}
        try:
            value = to_json(self._result.dump_python(returned, mode="python", warnings="error"))
        except (PydanticSerializationError, TypeError, ValueError, RecursionError) as error:
            raise UsageError("it returned what it does not declare", where=self.action.verb, why=_undeclared(error)) from error
        if not self._is_object:
            return {"value": value}
        if not isinstance(value, dict):
            raise UsageError(f"it returned {type(returned).__name__}, and declares named outputs", where=self.action.verb)
        if missing := [name for name in self.outputs.get("required", ()) if name not in value]:
            raise UsageError(f"the output {missing[0]!r} is missing", where=self.action.verb)
        return value

    @cached_property
    def _names(self) -> dict[str, str]:
        return {f"p{index}": name for index, name in enumerate(list(inspect.signature(self.action.function).parameters)[1:])}

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return self._guarded(lambda: get_type_hints(self.action.function, include_extras=True))

    @property
    def _returns(self) -> Any:
        return self._hints["return"]

    @cached_property
    def _result(self) -> TypeAdapter[Any]:
        return self._guarded(lambda: TypeAdapter(self._returns))

    @cached_property
    def _returned_schema(self) -> dict[str, JSON]:
        return self._guarded(lambda: self._result.json_schema(schema_generator=_Schema, mode="serialization"))

    @cached_property
    def _is_object(self) -> bool:
        return _target(self._returned_schema).get("type") == "object"

    @cached_property
    def _model(self) -> type[BaseModel]:
        # The fields have numbers and the names are aliases, so that a parameter may be called `json`, `copy` or `model_name`.
        _, _, told = read_docstring(self.action.__doc__ or "")
        parameters = inspect.signature(self.action.function).parameters
        fields: dict[str, Any] = {}
        for field, name in self._names.items():
            default = parameters[name].default
            required = default is inspect.Parameter.empty
            # What `Field(description=…)` of the signature says is left alone if the docstring says nothing.
            described: dict[str, Any] = {"description": told[name]} if name in told else {}
            about = Field(... if required else default, alias=name, **described)
            fields[field] = (self._hints[name], about)
        config = ConfigDict(extra="forbid", strict=True)
        model: type[BaseModel] = self._guarded(lambda: create_model(self.action.verb, __config__=config, **fields))
        return model

    def _try(self, arguments: Mapping[str, JSON]) -> tuple[BaseModel | None, list[tuple[str, str]]]:
        try:
            try:
                return self._model.model_validate_json(_ENCODER.encode(_precise(arguments))), []
            except ValidationError:
                return self._model.model_validate_json(_ENCODER.encode(dict(arguments))), []
        except ValidationError as error:
            known = list(self._names.values())
            return None, [(str(each["loc"][0]), _told(each, known)) for each in error.errors(include_url=False)]
        except (TypeError, ValueError, RecursionError) as error:
            return None, [(name, f"{name}: the value has no form in JSON: {error}") for name in arguments]

    def _from_text(self, name: str, value: JSON) -> JSON:
        if not isinstance(value, str) or not self.check(name, value):
            return value
        try:
            return json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            return value

    def _guarded(self, make: Callable[[], T]) -> T:
        try:
            return make()
        except (PydanticUserError, NameError, TypeError, AttributeError) as error:
            raise PluginFailed(
                f"the signature of the action {self.action.verb!r} cannot be read",
                where=self.action.__module__,
                why=str(error).splitlines()[0],
                next_step="use types that pydantic knows and that the module can see",
            ) from error


@cache
def signature_of(action: Action[..., object]) -> Signature:
    """The signature of an action; the same object each time, so that its schema is made once in a process."""
    return Signature(action)


class _Schema(GenerateJsonSchema):
    """JSON Schema as Turbo's values are: decimals are numbers, and titles that only repeat a name are left out."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice"}  # noqa: RUF012  # pydantic declares it so

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A decimal is a number here, never a string."""
        number = core_schema.float_schema()
        for bound in ("ge", "gt", "le", "lt", "multiple_of"):
            if bound in schema:
                number[bound] = float(schema[bound])
        return self.float_schema(number)

    def encode_default(self, dft: Any) -> Any:
        """A default is what it would be as an output."""
        return to_json(super().encode_default(dft) if isinstance(dft, BaseModel) else dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No titles."""
        return False


def to_json(value: object) -> JSON:
    """Make JSON of a value: numbers that are not integers become exact decimals.

    Raises:
        TypeError: it has no form in JSON.
        ValueError: a number is not finite, or an integer is not within 64 bits.
    """
    return _exact(msgspec.to_builtins(value, builtin_types=(Decimal,), str_keys=True, enc_hook=_encode))


def _precise(value: JSON) -> JSON:
    # pydantic reads a JSON number as a float on its way to a Decimal; as a string it stays exact.
    if isinstance(value, Mapping):
        return {name: _precise(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_precise(item) for item in value]
    return str(value) if isinstance(value, Decimal) and Decimal(repr(float(value))) != value else value


def _encode(value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _exact(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a number in JSON")
        return Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise ValueError("an integer is not within 64 bits")
    return value


def _target(schema: Mapping[str, JSON]) -> dict[str, JSON]:
    if "$ref" in schema:
        found: dict[str, JSON] = schema["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    return {key: part for key, part in schema.items() if key != "$defs"}


def _without_title(schema: Mapping[str, JSON]) -> dict[str, JSON]:
    return {key: part for key, part in schema.items() if key != "title"}


def _undeclared(error: Exception) -> str:
    # pydantic's text also quotes the value, which does not belong in a message.
    text = str(error)
    expected, given, field = (
        re.search(pattern, text) for pattern in (r"Expected `(.+?)`", r"input_type=(\w+)\]", r"field_name='(\w+)'")
    )
    if not expected or not given:
        return text.splitlines()[0]
    return f"{f'{field[1]}: ' if field else ''}expected {expected[1]}, not {given[1]}"


def _told(error: ErrorDetails, known: list[str]) -> str:
    parameter = str(error["loc"][0])
    place = parameter + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"][1:])
    if error["type"] == "missing" and place == parameter:
        return f"the parameter {parameter!r} is missing"
    if error["type"] == "extra_forbidden" and place == parameter:
        close = get_close_matches(parameter, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has: {', '.join(known) or 'none'}"
        return f"there is no parameter {parameter!r}; {hint}"
    return f"{place}: {error['msg'][:1].lower()}{error['msg'][1:]}"
