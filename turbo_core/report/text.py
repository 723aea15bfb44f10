"""Words for people: safe text, durations, times, JSON in one line, plain tables.

Owns what may reach a terminal or a page: everything foreign passes ``strip_controls``. Knows no run, no colour and no stream.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

import msgspec

from turbo_core.words import JSON

_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequences: colours, cursor, modes
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]?"  # short escapes
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAK: Final = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def strip_controls(text: str) -> str:
    r"""Make foreign text harmless: of all control characters only ``\n`` and ``\t`` stay.

    Whole terminal sequences go, a carriage return becomes a line break, and characters that change the direction of writing
    become visible (``<U+202E>``).
    """
    if text.isprintable():  # so is nearly all text, and then there is nothing to look for
        return text
    text = _BREAK.sub("\n", _SEQUENCE.sub("", text))
    return _DIRECTION.sub(lambda found: f"<U+{ord(found[0]):04X}>", _CONTROL.sub("", text))


def one_line(text: str, limit: int = 0) -> str:
    """The text on one line, harmless, every run of white space one space; cut to ``limit`` characters (0: uncut)."""
    return cut(" ".join(strip_controls(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, the last an ellipsis if something was cut off (0: uncut)."""
    return text if not limit or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def tail_lines(text: str, count: int) -> list[str]:
    """The last ``count`` lines that are not blank, harmless."""
    return [line.rstrip() for line in strip_controls(text).split("\n") if line.strip()][-count:]


def duration(seconds: float) -> str:
    """A length of time in at most two units: ``340ms``, ``4.2s``, ``1m 03s``, ``2h 05m``, ``3d 04h``."""
    if seconds < 0.9995:
        return f"{max(seconds, 0) * 1000:.0f}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    rest = round(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count:02d}{unit}" if parts else f"{count}{unit}")
    return " ".join(parts[:2])


def whole(seconds: float) -> str:
    """A length of time in whole seconds, for clocks that tick: ``0s``, ``9s``, ``1m 03s``."""
    return f"{int(seconds)}s" if seconds < 10 else duration(int(seconds))


def moment(iso: str) -> datetime | None:
    """The point in time that ISO text names (UTC where it names no zone); ``None`` for empty or other text."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def size(count: float) -> str:
    """A number of bytes in the fitting unit of 1024: ``340 B``, ``4.2 KiB``, ``1.5 GiB``."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1023.95:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def when(iso: str) -> str:
    """A time for reports: ``2026-11-21 14:37:42 UTC``. Text that is no time comes back as it is."""
    at = moment(iso)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else iso


def clock(iso: str, zone: tzinfo | None = None) -> str:
    """The time of day, ``14:37:42``, in ``zone`` (``None``: that of this machine); eight blanks for text that is no time."""
    at = moment(iso)
    return at.astimezone(zone).strftime("%H:%M:%S") if at else " " * 8


def between(start: str, end: str) -> float:
    """Seconds from one ISO time to another, never negative; 0 if either is no time."""
    begun, ended = moment(start), moment(end)
    return max((ended - begun).total_seconds(), 0.0) if begun and ended else 0.0


def as_json(value: JSON, *, indent: int = 0) -> str:
    """A JSON value as text, on one line or indented; exact decimals stay exact."""
    encoded = _ENCODER.encode(value)
    return (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()


def as_text(value: JSON) -> str:
    """A value for people: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else as_json(value)


def plural(count: int, noun: str) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table: columns padded to their widest cell, two blanks between them, no trailing blanks."""
    lines = [[one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)
