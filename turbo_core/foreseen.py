"""What was foreseen of a run and what was out of the ordinary in it, as values that reports show and journals keep.

Text and numbers only, so that it stands below the model. ``turbo_core.tracking`` works them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Foreseen(Struct, frozen=True, kw_only=True):
    """The forecast that was made when a run began, in seconds: one of two runs takes less than ``p50``, nine of ten less than
    ``p90``; from ``p05`` to ``p95`` is the interval that holds nine of ten.

    ``runs`` counts the past runs that it stands on, ``unknown`` are the tasks without history. ``takes`` counts the runners that
    the run had so far: the forecast is of a run that one runner takes to its end.
    """

    p05: float
    p50: float
    p90: float
    p95: float
    runs: int
    unknown: tuple[str, ...] = ()
    takes: int = 1


class AnomalyView(Struct, frozen=True, kw_only=True):
    """One value out of the ordinary. ``what`` is its kind (docs/tracking.md lists them), ``message`` the sentence about it.

    ``usual`` is the median of ``runs`` past runs; from ``low`` to ``high`` nothing is said. The units are seconds, bytes or
    failures in ten, as the kind has them.
    """

    task: str
    at: str
    what: str
    value: float
    usual: float
    low: float
    high: float
    runs: int
    message: str


def foreseen_from(body: Mapping[str, Any], takes: int) -> Foreseen:
    """The forecast that an event ``run.forecast`` holds."""
    seconds = {name: float(body["seconds"][name]) for name in ("p05", "p50", "p90", "p95")}
    return Foreseen(**seconds, runs=body["runs"], unknown=tuple(body["unknown"]), takes=takes)


def anomaly_from(task: str, at: str, body: Mapping[str, Any]) -> AnomalyView:
    """The anomaly that an event ``anomaly.found`` of a task holds."""
    numbers = {name: float(body[name]) for name in ("value", "usual", "low", "high")}
    return AnomalyView(task=task, at=at, what=body["what"], runs=body["runs"], message=body["message"], **numbers)
