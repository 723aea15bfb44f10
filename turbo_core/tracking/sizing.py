"""What the size of its sources says of how long a task takes: past durations, as they would be with the sources of today.

A robust line (Theil and Sen) through duration against size, where history shows one; else the past stays
as it is. It knows no files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.tracking.facts import TaskFact
from turbo_core.tracking.past import Past
from turbo_core.tracking.quantiles import median

LEAST: Final = 12
"""From so many runs with a known size on a line is looked for."""

_AGREEMENT: Final = 0.5
"""Kendall's tau from which on longer goes with larger: some 1 of 80 pasts of 12 runs have it by chance, of 60 next to none."""

_SPAN: Final = 1.2
"""How many times the smallest size the largest one must be: from less no line can be told."""


class Line(Struct, frozen=True, kw_only=True):
    """``seconds = start + slope * bytes``, known from ``least`` to ``most`` bytes."""

    start: float
    slope: float
    least: float
    most: float

    def at(self, size: float) -> float:
        """The seconds for so many bytes; beyond half the smallest and twice the largest known size as there."""
        return self.start + self.slope * min(max(size, self.least / 2), self.most * 2)


def line(points: Sequence[tuple[float, float]]) -> Line | None:
    """The line through (bytes, seconds); ``None`` if there is none that can be trusted.

    The slope is the median of the slopes of all pairs (Sen, 1968), the start the median of what is left.
    """
    sizes = [size for size, _seconds in points]
    if len(points) < LEAST or max(sizes) < _SPAN * min(sizes):
        return None
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if a[0] != b[0]]
    rising = sum((slope > 0) - (slope < 0) for slope in slopes) / (len(points) * (len(points) - 1) / 2)
    if rising < _AGREEMENT:
        return None
    slope = median(slopes)
    found = Line(
        start=median([seconds - slope * size for size, seconds in points]), slope=slope, least=min(sizes), most=max(sizes)
    )
    return found if found.at(found.least / 2) > 0 else None


def sized(past: Past, sizes: Mapping[str, float]) -> Past:
    """The past as it would be with the sources of today: where a line is known, durations are stretched along it.

    Args:
        past: what earlier runs tell.
        sizes: of the sources of tasks, in bytes; by address.
    """
    tasks = {address: _stretched(past.tasks[address], size) for address, size in sizes.items() if size and address in past.tasks}
    return replace(past, tasks={**past.tasks, **tasks}) if tasks else past


def _stretched(facts: Sequence[TaskFact], size: float) -> Sequence[TaskFact]:
    found = line([(fact.size, fact.seconds) for fact in facts if _counts(fact)])
    if found is None:
        return facts
    now = found.at(size)
    return [replace(fact, seconds=fact.seconds * now / found.at(fact.size)) if _counts(fact) else fact for fact in facts]


def _counts(fact: TaskFact) -> bool:
    return fact.size > 0 and fact.state == "succeeded" and not fact.unchanged
