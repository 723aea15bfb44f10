"""How states look everywhere: one table of symbols and tones, one table of terminal colours for the tones.

The HTML report has the same tones as CSS classes. Knows words only, no run and no stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Tone: TypeAlias = Literal["good", "bad", "warn", "active", "ask", "quiet"]


class Look(Struct, frozen=True):
    """One state's symbol, what stands for it where only ASCII is possible, and its tone."""

    symbol: str
    ascii: str
    tone: Tone

    def mark(self, *, unicode: bool = True) -> str:
        """The symbol, or its ASCII form."""
        return self.symbol if unicode else self.ascii


_UNKNOWN: Final = Look("·", ".", "quiet")
LOOKS: Final[Mapping[str, Look]] = {
    "succeeded": Look("✓", "+", "good"),
    "failed": Look("✗", "x", "bad"),
    "allowed": Look("!", "!", "warn"),
    "cancelled": Look("■", "#", "warn"),
    "lost": Look("!", "!", "warn"),
    "retry": Look("↻", "~", "warn"),
    "running": Look("●", ">", "active"),
    "asking": Look("?", "?", "ask"),
    "ready": Look("○", "o", "quiet"),
    "pending": _UNKNOWN,
    "skipped": Look("-", "-", "quiet"),
    "undone": Look("↶", "<", "quiet"),
    "undo_failed": Look("✗", "x", "bad"),
    "parked": Look("?", "?", "ask"),
    "accepted": Look("✓", "+", "good"),
    "rejected": Look("✗", "x", "bad"),
    "asked": Look("?", "?", "ask"),
    "expired": Look("✗", "x", "bad"),
    "delivered": Look("✓", "+", "good"),
    "debug": _UNKNOWN,
    "info": Look("i", "i", "active"),
    "warning": Look("!", "!", "warn"),
    "error": Look("✗", "x", "bad"),
    "alert": Look("‼", "!!", "bad"),
}
"""States of tasks, attempts, runs and undos, results of gates, levels of messages."""

STYLES: Final[Mapping[Tone, str]] = {
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "active": "cyan",
    "ask": "magenta",
    "quiet": "dim",
}
"""The terminal colour of each tone."""

_CODES: Final[Mapping[Tone, str]] = {"good": "32", "bad": "1;31", "warn": "33", "active": "36", "ask": "35", "quiet": "2"}


def look(state: str) -> Look:
    """The look of a state; a quiet dot for a word that is not in the table."""
    return LOOKS.get(state, _UNKNOWN)


def words(state: str) -> str:
    """A state in words."""
    return "failed (allowed)" if state == "allowed" else state.replace("_", " ")


def style(state: str) -> str:
    """The terminal style of a state."""
    return STYLES[look(state).tone]


def painted(text: str, state: str, *, color: bool) -> str:
    """Text in the colour of a state, for streams that are written without rich."""
    return f"\x1b[{_CODES[look(state).tone]}m{text}\x1b[0m" if color else text


def speaks_unicode(encoding: str | None) -> bool:
    """Whether a stream of that encoding can show the symbols."""
    return (encoding or "").lower().replace("-", "").startswith("utf")
