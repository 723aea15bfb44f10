"""How alike two names are: slips of the keyboard, and names made to be taken for another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SLIPS: Final = 2


def nearest(name: str, known: Iterable[str], prefix: str = "") -> str:
    """The known name that is one or two slips away from a name; empty if there is none, or the name is known itself.

    Args:
        name: the name in question.
        known: the names that it may be taken for.
        prefix: may be left out in ``name``.
    """
    candidates = {other: min(slips(name, other), slips(prefix + name, other)) for other in known}
    near = {other: count for other, count in candidates.items() if 0 < count <= _SLIPS}
    return "" if 0 in candidates.values() else min(near, key=lambda other: (near[other], other), default="")


def slips(left: str, right: str) -> int:
    """How many letters were added, left out, exchanged, or swapped with their neighbour (optimal string alignment)."""
    last: list[int] = []
    before: list[int] = []
    row: list[int] = [*range(len(right) + 1)]
    for i, letter in enumerate(left, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
