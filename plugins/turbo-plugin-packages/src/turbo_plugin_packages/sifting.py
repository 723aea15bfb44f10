"""Finds out which of many changes break something, with few trials. Pure: what a trial is, the caller knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

Trial: TypeAlias = Callable[[Mapping[str, str]], bool]
"""Whether things work with these changes."""


def sift(changes: Mapping[str, str], works: Trial) -> tuple[dict[str, str], dict[str, str]]:
    """Divide changes into those that work together, and those that do not work beside them.

    All are tried at once. Where that fails, each half is tried on top of what works already, and so on: with g guilty among n it
    takes about g·log2(n) trials.

    Args:
        changes: name → version.
        works: is called with sets that grow from what has worked; never with the empty one.

    Returns:
        What works, tried together; and what is guilty.
    """
    good: dict[str, str] = {}
    guilty: dict[str, str] = {}
    _sift([*changes], changes, works, good, guilty)
    return good, guilty


def _sift(names: Sequence[str], changes: Mapping[str, str], works: Trial, good: dict[str, str], guilty: dict[str, str]) -> None:
    chosen = {name: changes[name] for name in names}
    if not names:
        return
    if works(good | chosen):
        good |= chosen
    elif len(names) == 1:
        guilty |= chosen
    else:
        middle = len(names) // 2
        _sift(names[:middle], changes, works, good, guilty)
        _sift(names[middle:], changes, works, good, guilty)
