"""The lines that are printed to measure masking, and the secrets that stand in some of them."""

from __future__ import annotations

from typing import Final

SECRETS: Final = tuple(f"{number:02d}-open-sesame-{number * 7919:06d}" for number in range(20))
LINE: Final = "line {:09d} of the work that a task tells about\n"
EVERY: Final = 1000
"""One line of so many holds a secret."""


def hides_one(number: int) -> bool:
    """Whether a line holds a secret."""
    return number % EVERY == 0


def lines(count: int) -> str:
    """So many lines, each of the same length but those with a secret."""
    return "".join(_line(number) for number in range(count))


def plain(count: int) -> str:
    """So many lines without a secret."""
    return "".join(LINE.format(number) for number in range(count))


def _line(number: int) -> str:
    return f"the key is {SECRETS[number // EVERY % len(SECRETS)]}\n" if hides_one(number) else LINE.format(number)
