"""Order statistics: quantiles that are honest for few values, the median, and a robust spread."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Final

_NORMAL: Final = 1.4826
"""What makes the median absolute deviation of normal values their standard deviation."""


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which ``part`` of further values are expected to lie.

    Places are ``part * (n + 1)`` (type 6 of Hyndman and Fan, 1996): one more value of the same kind lies below the k-th of n
    values with a probability of k / (n + 1), whatever its distribution. Beyond the outermost places it is the outermost value.

    Args:
        ordered: at least one value, in rising order.
        part: from 0 to 1.
    """
    place = part * (len(ordered) + 1) - 1
    below = floor(place)
    if below < 0:
        return ordered[0]
    if below >= len(ordered) - 1:
        return ordered[-1]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def median(values: Sequence[float]) -> float:
    """The middle of at least one value."""
    return quantile(sorted(values), 0.5)


def spread(values: Sequence[float], middle: float) -> float:
    """A standard deviation that a few wild values do not change: from the median distance to ``middle``."""
    return _NORMAL * median([abs(value - middle) for value in values])
