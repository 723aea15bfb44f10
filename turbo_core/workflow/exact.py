"""Exact numbers: what JSON numbers become inside an expression or a gate, and what they are when they leave it.

Inside, a number is an ``int``, a ``Decimal`` as it was written, or a ``Fraction``; outside, only ``int`` or ``Decimal``.
This module knows no expressions.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeAlias, TypeGuard

from turbo_core.errors import ExpressionFailed

Number: TypeAlias = int | Decimal | Fraction

DIGITS = 28
"""Significant digits of a number that has no end as a decimal, like 1/3."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<rest>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?)", re.ASCII)
_LENGTH = 400
_BITS = 4096
_EXPONENT = 1000
_LEAST, _MOST = -(2**63), 2**63 - 1
_ROUNDING = Context(prec=DIGITS)


def is_number(value: object) -> TypeGuard[Number]:
    """Whether ``value`` is a number; a boolean is none."""
    return isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)


def parse_number(text: str) -> int | Decimal:
    """The number that ``text`` is in JSON; an integer if it has neither a point nor an exponent.

    Raises:
        ExpressionFailed: it is none, or too large to reckon with.
    """
    match = _NUMBER.fullmatch(text) if len(text) <= _LENGTH else None
    if match is None:
        raise ExpressionFailed(f"{text[:40]!r} is not a number", next_step="write it as in JSON: 10, -0.5, 1e3")
    number = Decimal(text) if match["rest"] else int(text)
    exact(number)
    return number


def exact(number: Number) -> Fraction:
    """``number`` as a fraction.

    Raises:
        ExpressionFailed: it is not finite, or too large to reckon with.
    """
    if isinstance(number, Decimal):
        if not number.is_finite() or abs(number.adjusted()) + len(number.as_tuple().digits) > _EXPONENT:
            raise _too_large(number)
        return Fraction(number)
    return bounded(Fraction(number))


def bounded(number: Fraction) -> Fraction:
    """``number`` itself, if numerator and denominator are of a size that cannot stall the run.

    Raises:
        ExpressionFailed: they are not.
    """
    if number.numerator.bit_length() > _BITS or number.denominator.bit_length() > _BITS:
        raise _too_large("the result")
    return number


def plain(number: Number) -> int | Decimal:
    """``number`` as it leaves: an integer, an exact decimal, or a decimal rounded to ``DIGITS`` significant digits.

    Raises:
        ExpressionFailed: it is not finite, or an integer outside ±2⁶³.
    """
    if isinstance(number, Fraction):
        number = number.numerator if number.denominator == 1 else _decimal(number)
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise _too_large(number)
        return number
    if not _LEAST <= number <= _MOST:
        raise ExpressionFailed("the number is too large", why="integers lie within ±2⁶³")
    return number


def number_text(number: Number) -> str:
    """The JSON text of ``number``."""
    return str(plain(number))


def rounded(number: Fraction) -> Decimal:
    """``number`` as a decimal: exact if that needs at most ``DIGITS`` significant digits, else rounded to them."""
    return _ROUNDING.divide(Decimal(number.numerator), Decimal(number.denominator))


def _decimal(number: Fraction) -> Decimal:
    rest, places = number.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return rounded(number)
    return Decimal(f"{number.numerator * 10**places // number.denominator}e-{places}")


def _too_large(what: object) -> ExpressionFailed:
    return ExpressionFailed(f"{what} is no number to reckon with", why="it is not finite, or has too many digits")
