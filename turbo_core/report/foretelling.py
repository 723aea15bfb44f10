"""Forecasts in words: how long something takes, as two numbers, and what is not known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from turbo_core.report.text import duration, plural


def foretold(seconds: Mapping[str, float], unknown: Collection[str] = ()) -> str:
    """An interval: ``4m 10s, at most 6m 02s``; with tasks of unknown length only a lower bound.

    Args:
        seconds: the quantiles ``p50`` and ``p90``.
        unknown: the tasks without history.
    """
    if not seconds:
        return "an unknown time: there is no history yet"
    middle, most = duration(float(seconds["p50"])), duration(float(seconds["p90"]))
    if unknown:
        return f"more than {middle}: {plural(len(unknown), 'task')} without history"
    return f"{middle}, in nine of ten runs at most {most}" if middle != most else middle
