"""How good the forecasts were: how often the truth lay where they had said it would.

A run is held against the forecast that its journal has from its beginning. A task is held against the quantiles of the runs
before each one: these are the same numbers that a forecast would have used then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from turbo_core.tracking.facts import RunFact, TaskFact
from turbo_core.tracking.past import Past
from turbo_core.tracking.quantiles import quantile

ENOUGH = 19
"""From so many values on an interval for nine of ten further values is possible without assumptions."""


class Calibration(Struct, frozen=True, kw_only=True):
    """``of`` forecasts could be checked. ``below_p50`` and ``below_p90`` should be near 0.5 and 0.9, ``within`` (p05 to p95)
    near 0.9; they are ``None`` if none could be.
    """

    of: int
    below_p50: float | None
    below_p90: float | None
    within: float | None


class _Check(Struct, frozen=True, kw_only=True):
    below_p50: bool
    below_p90: bool
    within: bool


def of_runs(runs: Iterable[RunFact]) -> Calibration:
    """The forecasts of runs that succeeded in one go, against how long they took."""
    whole = (run for run in runs if run.foretold and run.outcome == "succeeded" and run.takes == 1)
    return _sum([_check(run.seconds, *(run.foretold[name] for name in ("p05", "p50", "p90", "p95"))) for run in whole])


def of_tasks(past: Past) -> Calibration:
    """What each task took, against the runs before; as soon as there are enough of them."""
    return _sum([check for facts in past.tasks.values() for check in _of_task(facts)])


def _of_task(facts: Sequence[TaskFact]) -> list[_Check]:
    seconds = [fact.seconds for fact in facts if fact.state == "succeeded" and not fact.unchanged and fact.tries]
    checks = []
    for place in range(ENOUGH, len(seconds)):
        before = sorted(seconds[:place])
        checks.append(_check(seconds[place], *(quantile(before, part) for part in (0.05, 0.5, 0.9, 0.95))))
    return checks


def _check(truth: float, p05: float, p50: float, p90: float, p95: float) -> _Check:
    return _Check(below_p50=truth <= p50, below_p90=truth <= p90, within=p05 <= truth <= p95)


def _sum(checks: Sequence[_Check]) -> Calibration:
    if not checks:
        return Calibration(of=0, below_p50=None, below_p90=None, within=None)
    return Calibration(
        of=len(checks),
        below_p50=sum(check.below_p50 for check in checks) / len(checks),
        below_p90=sum(check.below_p90 for check in checks) / len(checks),
        within=sum(check.within for check in checks) / len(checks),
    )
