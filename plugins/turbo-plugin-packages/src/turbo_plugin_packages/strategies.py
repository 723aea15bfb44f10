"""Which newer version each strategy chooses. Pure.

``patch`` stays within the first two numbers of a version, ``minor`` within the first, ``latest`` takes the newest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal, TypeAlias

from turbo_plugin_packages.values import Outdated

Strategy: TypeAlias = Literal["security", "patch", "minor", "latest"]

_NUMBERS = re.compile(r"\d+")


def candidates(news: Iterable[Outdated], strategy: Strategy, names: Collection[str] = ()) -> dict[str, str]:
    """The packages that would be updated, with the versions that they would get.

    Args:
        news: what is outdated.
        strategy: ``patch``, ``minor`` or ``latest``.
        names: only these; without them all that the project itself names: what those need follows.
    """
    found = {}
    for one in news:
        version = chosen(one, strategy)
        if version and (one.name in names if names else one.direct):
            found[one.name] = version
    return found


def chosen(one: Outdated, strategy: Strategy) -> str:
    """The newest version within the strategy; empty if there is none."""
    if strategy == "latest":
        return one.latest
    same = 2 if strategy == "patch" else 1
    within = [version for version in one.versions if numbers(version)[:same] == numbers(one.current)[:same]]
    return within[-1] if within else ""


def numbers(version: str) -> tuple[int, ...]:
    """The first numbers of a version, at least three: ``v1.2-rc3`` is 1, 2, 0."""
    release = re.split(r"[-+]", version.removeprefix("v"), maxsplit=1)[0]
    found = [int(number) for number in _NUMBERS.findall(release)]
    return (*found, 0, 0, 0)[: max(3, len(found))]
