"""How long a run will take, as an interval: the schedule of what is left, simulated with durations of past runs.

The same past, graph and seed give the same forecast. What has no history is counted and never guessed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from turbo_core.tracking.past import Past
from turbo_core.tracking.quantiles import median, quantile
from turbo_core.tracking.schedule import Schedule, Step

WHOLE: Final = 20
"""From so many past runs on, each trial takes all durations from one of them: so what slows a whole run is not lost."""

TRIALS: Final = 200
STEPS: Final = 100_000
"""At most so many simulated tasks in all trials together, as long as ten trials remain: a bound of some 0.3 s."""

PARTS: Final[Mapping[str, float]] = {"p05": 0.05, "p50": 0.5, "p90": 0.9, "p95": 0.95}


class Forecast(Struct, frozen=True, kw_only=True):
    """Seconds that are left, as quantiles: one of two runs takes less than ``p50``, nine of ten less than ``p90``.

    ``p05`` to ``p95`` is the interval that holds nine of ten runs. ``runs`` counts the past runs that it stands on.
    ``unknown`` are the tasks without history: the true time is longer by theirs.
    """

    p05: float
    p50: float
    p90: float
    p95: float
    runs: int
    unknown: tuple[str, ...] = ()

    @property
    def seconds(self) -> dict[str, float]:
        """The quantiles by their names."""
        return {name: getattr(self, name) for name in PARTS}


class Expected(Struct, frozen=True, kw_only=True):
    """How long one task takes, in seconds, over ``runs`` past runs."""

    p50: float
    p90: float
    runs: int


def expected(past: Past, address: str) -> Expected | None:
    """How long a task takes when it runs; ``None`` without history."""
    known = sorted(fact.seconds for fact in past.whole(address) if fact.state != "skipped" and not fact.unchanged)
    return Expected(p50=quantile(known, 0.5), p90=quantile(known, 0.9), runs=len(known)) if known else None


def forecast(
    phases: Sequence[Sequence[Step]],
    past: Past,
    *,
    jobs: int,
    running: Mapping[str, float] | None = None,
    beyond: float = 0.0,
    seed: int = 0,
) -> Forecast | None:
    """How much longer a run takes.

    Args:
        phases: the tasks that are not final, by phase in their order.
        past: what earlier runs of the workflow tell.
        jobs: how many tasks run at the same time.
        running: the tasks under way, and for how many seconds they have been.
        beyond: seconds that come on top, from `beyond`.
        seed: of the random draws.

    Returns:
        ``None`` if no task that is left has a history.
    """
    elapsed = running or {}
    left = [step for steps in phases for step in steps]
    durations = {step.address: past.durations(step.address) for step in left}
    unknown = tuple(address for address, known in durations.items() if not known)
    known = {address: _Left(found, elapsed.get(address)) for address, found in durations.items() if found}
    if left and not known:
        return None
    schedule = Schedule(phases)
    blank = dict.fromkeys(unknown, 0.0)
    trials = _trials(known, len(left), past, random.Random(seed))  # noqa: S311 - draws of a simulation
    ends = sorted(beyond + schedule.length(blank | trial, jobs) for trial in trials)
    return Forecast(**{name: quantile(ends, part) for name, part in PARTS.items()}, runs=_most(durations), unknown=unknown)


def beyond(phases: Sequence[Sequence[Step]], past: Past, *, jobs: int) -> float:
    """What runs take beyond their tasks, in seconds: the median of what the schedule does not explain of past runs.

    Args:
        phases: all tasks of the workflow.
        past: what earlier runs tell.
        jobs: how many tasks run at the same time.
    """
    tasks = [step.address for steps in phases for step in steps]
    most = max(3, min(len(past.runs), STEPS // max(len(tasks), 1) // 5))
    schedule, blank = Schedule(phases), dict.fromkeys(tasks, 0.0)
    whole = [run for run in past.runs[-most:] if run.outcome == "succeeded" and run.takes == 1]
    rests = [max(0.0, run.seconds - schedule.length(blank | past.took(run), jobs)) for run in whole]
    return median(rests) if rests else 0.0


class _Left:
    """How much longer one task takes, run by run: of a task under way only past runs count in which it took longer."""

    def __init__(self, durations: Mapping[str, float], elapsed: float | None) -> None:
        if elapsed is None:
            self.by_run = durations
        else:
            self.by_run = {run: seconds - elapsed for run, seconds in durations.items() if seconds > elapsed}
        self.values = list(self.by_run.values()) or [0.0]
        self.count = len(self.values)
        self.bits = self.count.bit_length()

    def draw(self, bits: Callable[[int], int]) -> float:
        """What it takes in a run by chance: what `random.choice` does, which takes more time for each task than its schedule."""
        place = bits(self.bits)
        while place >= self.count:
            place = bits(self.bits)
        return self.values[place]


def _trials(known: Mapping[str, _Left], tasks: int, past: Past, source: random.Random) -> Iterator[dict[str, float]]:
    runs = [run.id for run in past.runs if any(run.id in left.by_run for left in known.values())]
    most = max(10, min(TRIALS, STEPS // max(tasks, 1)))
    bits = source.getrandbits
    for run in runs[-most:] if len(runs) >= WHOLE else [""] * most:
        yield {address: left.by_run[run] if run in left.by_run else left.draw(bits) for address, left in known.items()}


def _most(durations: Mapping[str, Mapping[str, float]]) -> int:
    return max((len(found) for found in durations.values()), default=0)
