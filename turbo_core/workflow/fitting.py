"""Whether a value fits a declared input, and how values and near misses are told. It must not know files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from turbo_core.words import JSON
from turbo_core.workflow.definition import Input

_SHOWN: Final = 40
_KINDS: Final = {bool: "boolean", int: "integer", Decimal: "number", str: "string", list: "list", dict: "object"}


def kind_of(value: JSON) -> str:
    """What a JSON value is, in the words of the language."""
    return _KINDS.get(type(value), "nothing")


def told(value: JSON) -> str:
    """A value as a message names it."""
    if isinstance(value, str):
        return f"the string '{value if len(value) <= _SHOWN else value[: _SHOWN - 3] + '…'}'"
    if isinstance(value, bool | int | Decimal):
        return f"the {kind_of(value)} {text_of(value)}"
    return {"nothing": "nothing", "list": "a list", "object": "an object"}[kind_of(value)]


def text_of(value: bool | int | Decimal) -> str:
    """A boolean or number as the text that JSON writes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The next step for a name that nobody knows: the one that is close, else all of a few, else nothing."""
    names = sorted(set(known))
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not names:
        return ""
    return f"known: {', '.join(names)}" if len(names) <= 12 else ""


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
        if any(same(value, choice) for choice in declared.choices):
            return "", ""
        choices = [str(choice) for choice in declared.choices]
        return f"{told(value)} is none of {', '.join(choices)}", did_you_mean(str(value), choices)
    fits, expected = _FITS[declared.type]
    return ("", "") if fits(value) else (f"expected {expected}, got {told(value)}", "")


def same(left: JSON, right: JSON) -> bool:
    """Whether two choices are one: true is not 1 here."""
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
