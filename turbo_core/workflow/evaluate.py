"""What the operators of an expression do: strictly typed, exact, within a budget.

A `Frame` holds one evaluation's scope and what is left of its budget. This module knows no syntax; the errors that it raises
have no offset, which is added by the part of the expression that they belong to.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeGuard

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.exact import Number, bounded, exact, is_number, number_text, plain

MAX_STEPS = 10_000
MAX_BYTES = 1024 * 1024
MAX_ITEMS = 1_000
SEALED = "$secret"
"""The key of a sealed value: ``{"$secret": NAME}`` stands for a secret until it is used."""


class Frame:
    """One evaluation: its scope, and the steps and list items that it may still use."""

    __slots__ = ("items", "scope", "steps")

    def __init__(self, scope: Mapping[str, JSON]) -> None:
        self.scope = scope
        self.steps = MAX_STEPS
        self.items = MAX_ITEMS

    def spend(self, steps: int) -> None:
        """Use up ``steps``: one for each item that is looked at, one for each KiB of text that is built or searched."""
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionFailed("the expression takes too long", why=f"{MAX_STEPS:,} steps are allowed")

    def build(self, count: int) -> None:
        """Use up ``count`` list items, before they are built."""
        self.items -= count
        if self.items < 0:
            raise ExpressionFailed("the expression builds too much", why=f"{MAX_ITEMS:,} list items are allowed")

    def write(self, size: int) -> None:
        """Make sure that a text of ``size`` characters may be built."""
        self.spend(1 + size // 1024)
        refuse_size(size)


def refuse_size(size: int) -> None:
    """Raise `ExpressionFailed` if ``size`` bytes are more than a result may have."""
    if size > MAX_BYTES:
        raise ExpressionFailed("the result is too large", why="1 MiB is allowed", next_step="pass it on as a file")


# ---------------------------------------------------------------- types


def is_object(value: object) -> TypeGuard[Mapping[str, JSON]]:
    """Whether ``value`` is a JSON object."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[JSON]]:
    """Whether ``value`` is a JSON list."""
    return isinstance(value, list | tuple)


def kind(value: JSON) -> str:
    """The type of ``value`` in the words of the language."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if is_number(value):
        return "number"
    return "list" if is_list(value) else "object" if is_object(value) else type(value).__name__


def boolean(value: JSON, where: str) -> bool:
    """``value`` if it is a boolean; ``where`` names what wants one."""
    if value is True or value is False:
        return bool(value)
    raise ExpressionFailed(
        f"{where} takes a boolean, not {article(kind(value))}", next_step="compare it, for example with == or !="
    )


def close_match(wrong: str, known: Sequence[str]) -> str:
    """The next step for a name that is not known."""
    near = get_close_matches(wrong, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known)[:12])}" if known else ""


# ---------------------------------------------------------------- lookup


def member(value: JSON, key: str, label: str) -> JSON:
    """The value at ``key`` of the object ``value``; ``label`` is how the object was written."""
    if is_object(value):
        try:
            return value[key]
        except KeyError:
            raise ExpressionFailed(f"{label} has no {key}", next_step=close_match(key, [*value])) from None
    raise ExpressionFailed(f"{label} is {article(kind(value))}, so it has no {key}")


def item(value: JSON, index: JSON, label: str) -> JSON:
    """``value[index]``: an object by a string, a list by an integer from 0."""
    if isinstance(index, str):
        return member(value, index, label)
    if not is_list(value):
        why = "a key is a string" if is_object(value) else "only lists and objects have items"
        raise ExpressionFailed(f"{label} is {article(kind(value))}, so it has no item {_shown(index)}", why=why)
    if not isinstance(index, int) or isinstance(index, bool):
        raise ExpressionFailed(f"the index of a list is an integer, not {_shown(index)}")
    if not 0 <= index < len(value):
        raise ExpressionFailed(f"{label} has no item {index}", why=f"it has {len(value)}, counted from 0")
    return value[index]


def _shown(value: JSON) -> str:
    return number_text(value) if is_number(value) else article(kind(value))


def article(word: str) -> str:
    """The name of a type with its article."""
    return word if word == "null" else f"an {word}" if word == "object" else f"a {word}"


# ---------------------------------------------------------------- arithmetic


def add(frame: Frame, left: JSON, right: JSON) -> JSON:
    """``+``: two numbers, strings or lists."""
    if isinstance(left, str) and isinstance(right, str):
        frame.write(len(left) + len(right))
        return left + right
    if is_list(left) and is_list(right):
        frame.build(len(left) + len(right))
        return [*left, *right]
    if is_number(left) and is_number(right):
        return calculate(operator.add, left, right)
    raise _mismatch("+", "two numbers, two strings or two lists", left, right)


def subtract(_frame: Frame, left: JSON, right: JSON) -> JSON:
    """``-``: two numbers."""
    return calculate(operator.sub, *_numbers("-", left, right))


def multiply(_frame: Frame, left: JSON, right: JSON) -> JSON:
    """``*``: two numbers."""
    return calculate(operator.mul, *_numbers("*", left, right))


def divide(_frame: Frame, left: JSON, right: JSON) -> JSON:
    """``/``: two numbers, exact."""
    return calculate(operator.truediv, *_divisible("/", left, right))


def remainder(_frame: Frame, left: JSON, right: JSON) -> JSON:
    """``%``: two numbers; the result has the sign of the second."""
    return calculate(operator.mod, *_divisible("%", left, right))


def negate(_frame: Frame, value: JSON) -> JSON:
    """Unary ``-``: a number."""
    if not is_number(value):
        raise ExpressionFailed(f"- takes a number, not {article(kind(value))}")
    return calculate(operator.sub, 0, value)


def calculate(operation: Callable[..., JSON], left: Number, right: Number) -> Number:
    """``operation`` on two numbers, exactly; an integer if the result is one."""
    result = bounded(operation(exact(left), exact(right)))
    return result.numerator if result.denominator == 1 else result


def _numbers(sign: str, left: JSON, right: JSON) -> tuple[Number, Number]:
    if is_number(left) and is_number(right):
        return left, right
    raise _mismatch(sign, "two numbers", left, right)


def _divisible(sign: str, left: JSON, right: JSON) -> tuple[Number, Number]:
    numbers = _numbers(sign, left, right)
    if right == 0:
        raise ExpressionFailed(f"the second number of {sign} is 0")
    return numbers


def _mismatch(sign: str, wanted: str, left: JSON, right: JSON) -> ExpressionFailed:
    return ExpressionFailed(f"{sign} takes {wanted}, not {kind(left)} and {kind(right)}", next_step=_conversion(left, right))


def _conversion(left: JSON, right: JSON) -> str:
    if {kind(left), kind(right)} == {"number", "string"}:
        return "convert one of them with string() or number()"
    return ""


# ---------------------------------------------------------------- comparison


def equal(frame: Frame, left: JSON, right: JSON) -> bool:
    """``==``: values of one type; null compares with all.

    Raises:
        ExpressionFailed: the types differ.
    """
    if left is not None and right is not None and kind(left) != kind(right):
        raise _mismatch("==", "two values of one type", left, right)
    return same(frame, left, right)


def differ(frame: Frame, left: JSON, right: JSON) -> bool:
    """``!=``: as ``==``."""
    return not equal(frame, left, right)


def same(frame: Frame, left: JSON, right: JSON) -> bool:
    """Whether two JSON values are the same; inside lists and objects, values of different types are just not the same."""
    frame.spend(1)
    if kind(left) != kind(right):
        return False
    if is_list(left):
        return len(left) == len(right) and all(same(frame, one, other) for one, other in zip(left, right, strict=True))
    if is_object(left):
        return left.keys() == right.keys() and all(same(frame, value, right[key]) for key, value in left.items())
    return bool(exact(left) == exact(right) if isinstance(left, Decimal) or isinstance(right, Decimal) else left == right)


def less(_frame: Frame, left: JSON, right: JSON) -> bool:
    """``<``: two numbers, or two strings by their characters."""
    return _compare("<", operator.lt, left, right)


def less_or_equal(_frame: Frame, left: JSON, right: JSON) -> bool:
    """``<=``: as ``<``."""
    return _compare("<=", operator.le, left, right)


def greater(_frame: Frame, left: JSON, right: JSON) -> bool:
    """``>``: as ``<``."""
    return _compare(">", operator.gt, left, right)


def greater_or_equal(_frame: Frame, left: JSON, right: JSON) -> bool:
    """``>=``: as ``<``."""
    return _compare(">=", operator.ge, left, right)


def _compare(sign: str, operation: Callable[..., bool], left: JSON, right: JSON) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return operation(left, right)
    if is_number(left) and is_number(right):
        return operation(exact(left), exact(right))
    raise _mismatch(sign, "two numbers or two strings", left, right)


def contains(frame: Frame, needle: JSON, holder: JSON) -> bool:
    """``in``: an item of a list, a part of a string, a key of an object."""
    if is_list(holder):
        return any(equal(frame, needle, one) for one in holder)
    if not isinstance(needle, str) or not (isinstance(holder, str) or is_object(holder)):
        raise _mismatch("in", "an item and a list, or a string and a string or object", needle, holder)
    if isinstance(holder, str):
        frame.spend(1 + len(holder) // 1024)
    return needle in holder


def lacks(frame: Frame, needle: JSON, holder: JSON) -> bool:
    """``not in``: as ``in``."""
    return not contains(frame, needle, holder)


# ---------------------------------------------------------------- leaving


def leave(value: JSON) -> JSON:
    """``value`` as it leaves an expression: plain JSON of its own, with plain numbers, of at most 1 MiB.

    Raises:
        ExpressionFailed: it is too large, or holds what is not JSON or would pass for a secret.
    """
    return _Exit().plain(value)


class _Exit:
    """Counts the size of a result while it is made plain."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0

    def plain(self, value: JSON) -> JSON:
        if value is None or value is True or value is False:
            return self._counted(value, 4)
        if isinstance(value, str):
            return self._counted(value, _size(value))
        if is_number(value):
            number = plain(value)
            return self._counted(number, len(str(number)))
        if is_list(value):
            return [self.plain(one) for one in self._counted(value, 2)]
        if is_object(value) and SEALED not in value:
            return {self.plain(key): self.plain(one) for key, one in self._counted(value, 2).items()}
        raise ExpressionFailed(f"{SEALED} is not a key for data" if is_object(value) else f"a {kind(value)} is not a JSON value")

    def _counted(self, value: JSON, size: int) -> JSON:
        self.size += size
        refuse_size(self.size)
        return value


def _size(text: str) -> int:
    try:
        return len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise ExpressionFailed("the text holds half a character", why="half of a surrogate pair is no text") from None
