"""Forecasts in words: how long something takes, as two numbers, what is not known, and whether it came as foreseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from turbo_core.model import RunView
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


def held(run: RunView) -> str:
    """What a run took, held against the forecast from its beginning; empty if there was none.

    Only a run that succeeded under one runner can be: others waited for people, or ended before all was done.
    """
    found = run.foreseen
    if found is None:
        return ""
    told = f"The forecast was {foretold({'p50': found.p50, 'p90': found.p90}, found.unknown)}"
    if not run.ended_at:
        return f"{told}."
    took = f"{told}; it took {duration(run.seconds)}"
    if run.outcome != "succeeded":
        return f"{took}, but a forecast is of runs that succeed."
    if found.takes > 1:
        return f"{took}, with the times in which nobody worked on it."
    if found.unknown:
        return f"{took}."
    return f"{took}: {_verdict(run.seconds, found.p05, found.p95)}."


def _verdict(seconds: float, low: float, high: float) -> str:
    if seconds > high:
        return "longer than 19 of 20 such runs"
    return "less than 19 of 20 such runs" if seconds < low else "as foreseen"
