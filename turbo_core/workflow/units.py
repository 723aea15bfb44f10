"""Durations and sizes: text of the language to numbers, and numbers to text for people."""

from __future__ import annotations

import re
from typing import Final

_DURATION_UNITS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_DURATION = re.compile(
    "".join(rf"(?:(?P<{unit}>[0-9]+){unit}{'(?!s)' if unit == 'm' else ''})?" for unit in _DURATION_UNITS), re.ASCII
)
_SIZE_UNITS: Final = {
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "kB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
}
_SIZE = re.compile(rf"(?P<count>[0-9]+)(?P<unit>{'|'.join(_SIZE_UNITS)})", re.ASCII)
_MAX_LENGTH = 40
_MAX_MILLISECONDS = 36_500 * 86_400_000
_MAX_BYTES = 2**63 - 1


def parse_duration(text: str) -> float:
    """The seconds that ``text`` means, such as ``500ms``, ``90s`` or ``1h30m``.

    Raises:
        ValueError: it is no duration, or longer than 100 years.
    """
    match = _DURATION.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None or not text:
        form = "whole numbers with ms, s, m, h or d, each unit once, the longest first, like 1h30m"
        raise ValueError(f"{text[:_MAX_LENGTH]!r} is not a duration: {form}")
    total = sum(int(count) * _DURATION_UNITS[unit] for unit, count in match.groupdict(default="0").items())
    if total > _MAX_MILLISECONDS:
        raise ValueError(f"{text!r} is longer than 100 years")
    return total / 1000


def format_duration(seconds: float) -> str:
    """``seconds`` for people, in the same form: exact to the millisecond below a minute, to the second above it."""
    rest = round(seconds * 1000)
    if rest >= _DURATION_UNITS["m"]:
        rest = round(rest / 1000) * 1000
    parts = []
    for unit, length in _DURATION_UNITS.items():
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_size(text: str) -> int:
    """The bytes that ``text`` means, such as ``512MiB`` or ``2GB``.

    Raises:
        ValueError: it is no size, or too large.
    """
    match = _SIZE.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        raise ValueError(
            f"{text[:_MAX_LENGTH]!r} is not a size: a whole number with one of {', '.join(_SIZE_UNITS)}, like 512MiB"
        )
    size = int(match["count"]) * _SIZE_UNITS[match["unit"]]
    if size > _MAX_BYTES:
        raise ValueError(f"{text!r} is too large a size")
    return size


def format_size(size: int) -> str:
    """``size`` bytes for people, in units of 1024, with one decimal where it tells something."""
    for unit in ("GiB", "MiB", "KiB"):
        if size >= _SIZE_UNITS[unit]:
            return f"{size / _SIZE_UNITS[unit]:.1f}".removesuffix(".0") + unit
    return f"{size}B"
