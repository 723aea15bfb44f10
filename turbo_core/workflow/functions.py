"""The functions of the language: one table from name to function. All are pure.

Each takes the frame, which it charges before it builds anything, and the values of its arguments. This module knows no syntax.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn

from msgspec import Struct

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.evaluate import Frame, article, boolean, calculate, greater, is_list, is_object, kind, less, member
from turbo_core.workflow.exact import Number, is_number, number_text, parse_number

# Matches an unclosed string as well: a pattern that can fail late would take quadratic time.
_BRACKET = re.compile(r'[\[\]{}]|"(?:[^"\\]|\\.)*\\?"?', re.DOTALL)
_JSON_DEPTH = 64
_ITEMS_IN_A_STEP = 4


class Function(Struct, frozen=True):
    """A function of the language with the names of its parameters, all of them required."""

    parameters: tuple[str, ...]
    call: Callable[..., JSON]


def _len(_frame: Frame, x: JSON) -> int:
    if isinstance(x, str) or is_list(x) or is_object(x):
        return len(x)
    raise _wants("a string, list or object", x)


def _string(frame: Frame, x: JSON) -> str:
    if is_list(x) or is_object(x):
        raise ExpressionFailed(f"{article(kind(x))} has no text of its own", next_step="use json()")
    return x if isinstance(x, str) else json_text(frame, x)


def _number(_frame: Frame, s: JSON) -> Number:
    return parse_number(_text(s))


def json_text(frame: Frame, x: JSON) -> str:
    """The compact JSON text of ``x``."""
    frame.spend(1)
    if isinstance(x, str):
        frame.write(len(x))
        return json.dumps(x, ensure_ascii=False)
    if is_number(x):
        return number_text(x)
    if is_list(x):
        return _joined(frame, "[", [json_text(frame, one) for one in x], "]")
    if is_object(x):
        return _joined(frame, "{", [f"{json_text(frame, key)}:{json_text(frame, one)}" for key, one in x.items()], "}")
    return {None: "null", True: "true", False: "false"}[x]


def _joined(frame: Frame, start: str, parts: Sequence[str], end: str) -> str:
    frame.write(sum(map(len, parts)) + len(parts))
    return f"{start}{','.join(parts)}{end}"


def _parse_json(frame: Frame, s: JSON) -> JSON:
    text = _text(s)
    frame.write(len(text))
    frame.spend(sum(map(text.count, ",:[{")) // _ITEMS_IN_A_STEP)
    _refuse_depth(text)
    try:
        return json.loads(
            text, parse_float=parse_number, parse_int=parse_number, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except ValueError as error:
        raise ExpressionFailed("the text is not JSON", why=str(error)) from None


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _BRACKET.finditer(text):
        bracket = match.group()
        depth += (bracket in {"[", "{"}) - (bracket in {"]", "}"})
        if depth > _JSON_DEPTH:
            raise ExpressionFailed("the JSON text is nested too deeply", why=f"{_JSON_DEPTH} levels are allowed")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an object has a key twice")
    return made


def _lower(frame: Frame, s: JSON) -> str:
    frame.write(len(_text(s)))
    return _text(s).lower()


def _startswith(_frame: Frame, s: JSON, p: JSON) -> bool:
    return _text(s).startswith(_text(p))


def _endswith(_frame: Frame, s: JSON, p: JSON) -> bool:
    return _text(s).endswith(_text(p))


def _split(frame: Frame, s: JSON, sep: JSON) -> list[str]:
    text, mark = _text(s), _text(sep)
    if not mark:
        raise ExpressionFailed("the separator is empty")
    frame.build(text.count(mark) + 1)
    return text.split(mark)


def _join(frame: Frame, items: JSON, sep: JSON) -> str:
    texts, mark = [_text(one) for one in _each(frame, items)], _text(sep)
    frame.write(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


def _default(_frame: Frame, x: JSON, y: JSON) -> JSON:
    return y if x is None else x


def _get(_frame: Frame, holder: JSON, key: JSON, y: JSON) -> JSON:
    if not is_object(holder):
        raise _wants("an object", holder)
    return holder.get(_text(key), y)


def _keys(frame: Frame, holder: JSON) -> list[str]:
    if not is_object(holder):
        raise _wants("an object", holder)
    frame.build(len(holder))
    return [*holder]


def _pluck(frame: Frame, items: JSON, key: JSON) -> list[JSON]:
    found = _each(frame, items)
    frame.build(len(found))
    return [member(one, _text(key), f"item {index}") for index, one in enumerate(found)]


def _min(frame: Frame, items: JSON) -> JSON:
    return _extreme(frame, items, less)


def _max(frame: Frame, items: JSON) -> JSON:
    return _extreme(frame, items, greater)


def _extreme(frame: Frame, items: JSON, better: Callable[[Frame, JSON, JSON], bool]) -> JSON:
    found = _each(frame, items)
    if not found:
        raise ExpressionFailed("the list is empty")
    best = found[0]
    for one in found:
        best = one if better(frame, one, best) else best
    return best


def _sum(frame: Frame, items: JSON) -> JSON:
    total: Number = 0
    for one in _each(frame, items):
        if not is_number(one):
            raise _wants("numbers", one)
        total = calculate(operator.add, total, one)
    return total


def _any(frame: Frame, items: JSON) -> bool:
    return True in [boolean(one, "any()") for one in _each(frame, items)]


def _all(frame: Frame, items: JSON) -> bool:
    return False not in [boolean(one, "all()") for one in _each(frame, items)]


def _each(frame: Frame, items: JSON) -> Sequence[JSON]:
    if not is_list(items):
        raise _wants("a list", items)
    frame.spend(len(items))
    return items


def _text(value: JSON) -> str:
    if not isinstance(value, str):
        raise _wants("a string", value)
    return value


def _wants(wanted: str, got: JSON) -> ExpressionFailed:
    return ExpressionFailed(f"{wanted} is wanted here, not {article(kind(got))}")


FUNCTIONS: Final[Mapping[str, Function]] = {
    "len": Function(("x",), _len),
    "string": Function(("x",), _string),
    "number": Function(("s",), _number),
    "json": Function(("x",), json_text),
    "parse_json": Function(("s",), _parse_json),
    "lower": Function(("s",), _lower),
    "startswith": Function(("s", "p"), _startswith),
    "endswith": Function(("s", "p"), _endswith),
    "split": Function(("s", "sep"), _split),
    "join": Function(("list", "sep"), _join),
    "default": Function(("x", "y"), _default),
    "get": Function(("object", "key", "y"), _get),
    "keys": Function(("object",), _keys),
    "pluck": Function(("list", "key"), _pluck),
    "min": Function(("list",), _min),
    "max": Function(("list",), _max),
    "sum": Function(("list",), _sum),
    "any": Function(("list",), _any),
    "all": Function(("list",), _all),
}
