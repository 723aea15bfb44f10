"""The types of single values in a workflow file: how each is read, how JSON Schema tells it, and what is said if it does not fit.

It must not know the keys of the language; those are in schema.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Discriminator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from turbo_core.workflow.fitting import kind_of, text_of
from turbo_core.workflow.globs import LONGEST, glob_fault
from turbo_core.workflow.units import parse_duration, parse_size

RETRY_CLASSES: Final = ("exit", "signal", "timeout", "oom", "error", "infra", "lost")
ACTION: Final = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"

_EXPRESSION: Final = re.compile(r"(?<!\$)\$\{\{")


def holds_expression(text: str) -> bool:
    """Whether a string holds a ``${{`` that is not escaped as ``$${{``."""
    return _EXPRESSION.search(text) is not None


def _wrong(expected: str, next_step: str = "") -> PydanticCustomError:
    return PydanticCustomError("turbo_type", "expected {expected}", {"expected": expected, "next_step": next_step})


def _template(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | Decimal):
        raise _wrong("a string", f'quote it: "{text_of(value)}"')
    raise _wrong("a string")


def _text(value: object) -> str:
    text = _template(value)
    if holds_expression(text):
        raise PydanticCustomError("turbo_no_expression", "an expression cannot stand here")
    return text.replace("$${{", "${{")


def _glob(value: object) -> str:
    text = _text(value)
    fault = glob_fault(text)
    if fault:
        raise _wrong("a pattern of files", f"{fault}; write it like src/**/*.py")
    return text


def _number(low: int, high: int | None = None) -> Callable[[object], Decimal]:
    expected = f"a number from {low}" + (f" to {high}" if high is not None else "")

    def read(value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < low or (high is not None and value > high):
            raise _wrong(expected)
        return Decimal(value)

    return read


def _any_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong("a number")
    return Decimal(value)


def _integer(low: int, high: int | None = None) -> Callable[[object], int]:
    expected = f"an integer from {low}" + (f" to {high}" if high is not None else "")

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < low or (high is not None and value > high):
            raise _wrong(expected)
        return value

    return read


def _unit(parse: Callable[[str], float], what: str, example: str) -> Callable[[object], float]:
    def read(value: object) -> float:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            raise _wrong(f"a {what}", f"a bare number has no unit; write it like {example}")
        text = _text(value)
        try:
            return parse(text)
        except ValueError:
            raise _wrong(f"a {what}", f"write it like {example}") from None

    return read


def _score(value: object) -> object:
    return value if isinstance(value, bool) else _number(0, 1)(value)


def _env_value(value: object) -> object:
    if isinstance(value, list | dict):
        raise _wrong("a string, number or boolean", "make a text of it with json() in an expression")
    if value is None:
        raise _wrong("a string, number or boolean", 'write "" for an empty string')
    return value


def _retry_cause(value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(1, 255)(value)
    return _choice(RETRY_CLASSES)(value)


def _choice(choices: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise PydanticCustomError("turbo_choice", "not one of {choices}", {"choices": ", ".join(choices)})
        return value

    return read


def _stand_in(value: object) -> Decimal | None:
    return None if value == "skip" else _number(0, 1)(value)


class OrExpression:
    """Marks a type in whose place a string with an expression may stand."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Let such a string through."""
        return core_schema.no_info_wrap_validator_function(_unless_expression, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell the editor so."""
        return {"anyOf": [handler(schema), {"type": "string", "pattern": r"\$\{\{"}]}


def _unless_expression(value: object, handler: core_schema.ValidatorFunctionWrapHandler) -> object:
    return value if isinstance(value, str) and holds_expression(value) else handler(value)


class _ByKind(Discriminator):
    """One that can stand inside another union, whose parts must have a hash."""

    def __hash__(self) -> int:
        return hash(self.custom_error_message)


def by_kind(expected: str) -> Discriminator:
    """Chooses among types tagged ``=string``, ``=list``, ``=object``… by the kind of the value."""
    return _ByKind(
        _tag,
        custom_error_type="turbo_type",
        custom_error_message="expected {expected}",
        custom_error_context={"expected": expected, "next_step": ""},
    )


def _tag(value: object) -> str:
    return f"={kind_of(value)}"


Text: TypeAlias = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string"})]
"""A string in which no expression can stand."""

Glob: TypeAlias = Annotated[str, PlainValidator(_glob), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST})]
"""A pattern of files below the project root."""

Template: TypeAlias = Annotated[str, PlainValidator(_template), WithJsonSchema({"type": "string"})]
"""A string that may hold expressions (or whose expressions are judged elsewhere, with a better message)."""

Name: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"})]
"""A key that names something; names.py judges it."""

EnvName: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})]
SecretName: TypeAlias = Annotated[
    str, PlainValidator(_text), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})
]
EnvValue: TypeAlias = Annotated[Any, PlainValidator(_env_value), WithJsonSchema({"type": ["string", "number", "boolean"]})]
ActionName: TypeAlias = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string", "pattern": ACTION})]

Number: TypeAlias = Annotated[Decimal, PlainValidator(_any_number), WithJsonSchema({"type": "number"})]
Share: TypeAlias = Annotated[
    Decimal, PlainValidator(_number(0, 1)), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})
]
Score: TypeAlias = Annotated[
    Any,
    PlainValidator(_score),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]
Factor: TypeAlias = Annotated[Decimal, PlainValidator(_number(1)), WithJsonSchema({"type": "number", "minimum": 1})]
Weight: TypeAlias = Annotated[int, PlainValidator(_integer(0)), WithJsonSchema({"type": "integer", "minimum": 0})]
Count: TypeAlias = Annotated[int, PlainValidator(_integer(1)), WithJsonSchema({"type": "integer", "minimum": 1})]
Times: TypeAlias = Annotated[
    int, PlainValidator(_integer(0, 100)), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 100})
]
Duration: TypeAlias = Annotated[
    float,
    PlainValidator(_unit(parse_duration, "duration", "90s, 10m or 1h30m")),
    WithJsonSchema({"type": "string", "pattern": "^([0-9]+(ms|s|m|h|d))+$"}),
]
Size: TypeAlias = Annotated[
    int,
    PlainValidator(_unit(parse_size, "size", "512MiB or 2GB")),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+(k|M|G|Ki|Mi|Gi)B$"}),
]
RetryCause: TypeAlias = Annotated[
    str | int,
    PlainValidator(_retry_cause),
    WithJsonSchema({"anyOf": [{"enum": list(RETRY_CLASSES)}, {"type": "integer", "minimum": 1, "maximum": 255}]}),
]
StandIn: TypeAlias = Annotated[
    Decimal | None,
    PlainValidator(_stand_in),
    WithJsonSchema({"anyOf": [{"const": "skip"}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]
InputType: TypeAlias = Literal["string", "integer", "number", "boolean", "choice", "path", "list", "object"]
OUTPUT_TYPES: Final = ("string", "integer", "number", "boolean", "list", "object", "json")
OutputType: TypeAlias = Annotated[
    str,
    PlainValidator(_choice((*OUTPUT_TYPES, *(f"{name}?" for name in OUTPUT_TYPES)))),
    WithJsonSchema({"enum": [*OUTPUT_TYPES, *(f"{name}?" for name in OUTPUT_TYPES)]}),
]
Command: TypeAlias = Annotated[
    Annotated[Template, Tag("=string")] | Annotated[list[Template], Tag("=list")],
    by_kind("a command: a string, or a list of strings"),
]
