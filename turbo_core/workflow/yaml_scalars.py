"""What an unquoted YAML scalar means: the YAML 1.2 core schema, without its traps.

What readers of YAML would take differently (``0755``, ``0x1F``, ``True``) is refused: the author says what is meant.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from turbo_core.words import JSON

MAX_DIGITS: Final = 64
MAX_EXPONENT: Final = 308

_WORDS: Final[dict[str, JSON]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOOSE = frozenset({"Null", "NULL", "True", "TRUE", "False", "FALSE"})
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_CORE_NUMBER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class NotPlain(Exception):  # noqa: N818 - it is no error of the program: it says that the author must quote
    """The text cannot stand without quotes."""

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step


def plain_value(text: str) -> JSON:
    """The value of an unquoted scalar.

    Raises:
        NotPlain: it has no value that all readers of YAML would agree on, or none within the bounds.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_STARTS:
        return _number_or_text(text)
    if text in _LOOSE:
        raise NotPlain(f"{text} can be read in two ways", "", f'write {text.lower()}, or "{text}" for the text')
    return text


def _number_or_text(text: str) -> JSON:
    if not _CORE_NUMBER.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            raise NotPlain(f"{text} is not a number that can be computed with", "", f'for the text, quote it: "{text}"')
        return text
    if _INTEGER.fullmatch(text):
        return _bounded_integer(text)
    if not _DECIMAL.fullmatch(text):
        why = "some readers of YAML take it as an octal or hexadecimal number, some as text"
        raise NotPlain(
            f"{text} can be read in two ways", why, f'quote it for the text: "{text}"; or write a plain decimal number'
        )
    return _bounded_decimal(text)


def _bounded_integer(text: str) -> int:
    value = int(text) if len(text) <= MAX_DIGITS else 1 << MAX_DIGITS
    if not -(1 << 63) <= value < 1 << 63:
        raise NotPlain(f"{_short(text)} is too large", "integers lie within ±2⁶³", "quote it if it is a text")
    return value


def _bounded_decimal(text: str) -> Decimal:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > MAX_DIGITS or len(exponent) > len("-0308") or abs(int(exponent or "0")) > MAX_EXPONENT:
        why = f"numbers have up to {MAX_DIGITS} digits and an exponent within ±{MAX_EXPONENT}"
        raise NotPlain(f"{_short(text)} is too large or too exact", why, "quote it if it is a text")
    return Decimal(text)


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:21]}…"
