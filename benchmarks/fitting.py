"""What measured times say: the middle, the cost of one more, and the power by which cost grows."""

from __future__ import annotations

from collections.abc import Mapping
from math import log


def marginal(times: Mapping[int, float]) -> float | None:
    """The cost of one more: the slope between the two largest sizes; None if there is only one.

    Args:
        times: size -> time.
    """
    if len(times) < 2:
        return None
    small, large = sorted(times)[-2:]
    return (times[large] - times[small]) / (large - small)


def exponent(times: Mapping[int, float]) -> float | None:
    """The k in ``time - base ~ size ** k``: the line of least squares through the logarithms.

    The time of the smallest size is taken as the base, what a run costs that does next to nothing: else the start would hide how
    the rest grows. None if fewer than two sizes are left that cost more.

    Args:
        times: size -> time.
    """
    smallest = min(times)
    points = [(log(size), log(time - times[smallest])) for size, time in times.items() if time > times[smallest]]
    if len(points) < 2:
        return None
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    above = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return above / sum((x - middle_x) ** 2 for x, _ in points)
