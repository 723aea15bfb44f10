"""What is out of the ordinary: bounds from past runs, and what lies beyond them.

A value is out of range if it lies beyond all values of at least ``LEAST`` past runs *and* more than ``DISTANCE`` robust standard
deviations from their median, on a logarithmic scale. docs/tracking.md states how often that is wrong, and the tests hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from turbo_core.tracking.facts import TaskFact
from turbo_core.tracking.past import Past
from turbo_core.tracking.quantiles import median, spread

LEAST: Final = 12
"""From so many past values on there are bounds."""

DISTANCE: Final = 4.0
_NARROWEST: Final = 0.15
"""The smallest spread that is believed, as a logarithm: some 15 percent."""

_WINDOW: Final = 10
_RATE: Final = 0.005
_FEWEST: Final = 3


class Anomaly(Struct, frozen=True, kw_only=True):
    """One value out of range.

    ``what`` is ``slow``, ``fast``, ``waits``, ``skipped``, ``output``, ``log``, ``memory``, ``cpu`` or ``failing``. ``usual`` is
    the median of ``runs`` past runs; from ``low`` to ``high`` nothing is said. The units are seconds, bytes, failures in ten.
    """

    task: str
    what: str
    value: float
    usual: float
    low: float
    high: float
    runs: int


class Bounds(Struct, frozen=True, kw_only=True):
    """The range of one value of one task."""

    usual: float
    low: float
    high: float
    runs: int


class _Measure(Struct, frozen=True, kw_only=True):
    """One value of a task: what it is called, how it is taken, and below which size differences do not matter."""

    what: str
    of: Callable[[TaskFact], float]
    grain: float


_SECONDS: Final = _Measure(what="seconds", of=lambda fact: fact.seconds, grain=1.0)
_WAITED: Final = _Measure(what="waits", of=lambda fact: fact.waited, grain=5.0)
_SIZES: Final = (
    _Measure(what="output", of=lambda fact: fact.output, grain=64.0),
    _Measure(what="log", of=lambda fact: fact.log, grain=4096.0),
    _Measure(what="memory", of=lambda fact: fact.memory, grain=float(64 << 20)),
    _Measure(what="cpu", of=lambda fact: fact.cpu, grain=1.0),
)


def bounds(values: Sequence[float], grain: float) -> Bounds | None:
    """The range of a value; ``None`` if too few are known.

    Args:
        values: of past runs, not negative.
        grain: what is small for such a value: it is added before the logarithm is taken.
    """
    if len(values) < LEAST:
        return None
    logs = [math.log(value + grain) for value in values]
    middle = median(logs)
    reach = DISTANCE * max(spread(logs, middle), _NARROWEST)
    low, high = (math.exp(middle + way * reach) - grain for way in (-1, 1))
    usual = math.exp(middle) - grain
    return Bounds(usual=usual, low=min(low, *values), high=max(high, *values), runs=len(values))


class Norms:
    """What is usual for each task of a workflow; worked out when it is first asked for.

    Args:
        past: what earlier runs tell.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._bounds: dict[tuple[str, str], Bounds | None] = {}

    def __bool__(self) -> bool:
        return len(self._past.runs) >= LEAST

    def seconds(self, task: str) -> Bounds | None:
        """The range of its duration."""
        return self._of(task, _SECONDS)

    def waited(self, task: str) -> Bounds | None:
        """The range of its wait for a slot or a key."""
        return self._of(task, _WAITED)

    def ended(self, fact: TaskFact) -> Iterator[Anomaly]:
        """What is out of the ordinary about a task that ran and has ended."""
        if fact.state == "failed":
            yield from self._failing(fact)
        if fact.state != "succeeded" or fact.unchanged:
            return
        for measure in (_SECONDS, *_SIZES):
            value = measure.of(fact)
            found = self._of(fact.address, measure) if self._is_new(fact.address, measure, value) else None
            if found is not None and not found.low <= value <= found.high:
                what = measure.what if measure is not _SECONDS else "slow" if value > found.high else "fast"
                yield _anomaly(fact.address, what, value, found)

    def skipped(self, fact: TaskFact) -> Iterator[Anomaly]:
        """Whether a task was skipped by its condition, or had no cells, that has run in every past run."""
        before = self._past.tasks.get(fact.address, ())
        if fact.failure in {"condition", "empty"} and len(before) >= LEAST and all(one.state != "skipped" for one in before):
            usual = len(before)
            yield Anomaly(task=fact.address, what="skipped", value=0, usual=usual, low=usual, high=usual, runs=usual)

    def _failing(self, fact: TaskFact) -> Iterator[Anomaly]:
        """Whether it fails more often lately than before: a binomial tail below one in 200."""
        failures = [one.state == "failed" for one in self._past.tasks.get(fact.address, ()) if one.state != "skipped"]
        failures.append(True)
        before, lately = failures[:-_WINDOW], failures[-_WINDOW:]
        if len(before) < LEAST or sum(lately) < _FEWEST:
            return
        rate = (sum(before) + 1) / (len(before) + 2)
        if _tail(sum(lately), len(lately), rate) < _RATE:
            usual = rate * _WINDOW
            yield Anomaly(task=fact.address, what="failing", value=sum(lately), usual=usual, low=0, high=usual, runs=len(before))

    def _is_new(self, task: str, measure: _Measure, value: float) -> bool:
        """Whether a value lies beyond all past ones. Nearly none does, so nearly no bounds have to be worked out."""
        values = self._values(task, measure)
        return len(values) >= LEAST and not min(values) <= value <= max(values)

    def _of(self, task: str, measure: _Measure) -> Bounds | None:
        key = (task, measure.what)
        if key not in self._bounds:
            self._bounds[key] = bounds(self._values(task, measure), measure.grain)
        return self._bounds[key]

    def _values(self, task: str, measure: _Measure) -> list[float]:
        facts = self._past.tasks.get(task, ())
        return [measure.of(fact) for fact in facts if fact.state == "succeeded" and not fact.unchanged and fact.tries]


def late(task: str, what: str, value: float, found: Bounds) -> Anomaly:
    """A task that has been running (``slow``) or waiting (``waits``) for too long already."""
    return _anomaly(task, what, value, found)


def _anomaly(task: str, what: str, value: float, found: Bounds) -> Anomaly:
    return Anomaly(
        task=task, what=what, value=value, usual=found.usual, low=max(found.low, 0.0), high=found.high, runs=found.runs
    )


def _tail(count: int, of: int, rate: float) -> float:
    """The probability of ``count`` or more in ``of``."""
    return sum(math.comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(count, of + 1))
