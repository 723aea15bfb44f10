"""How far a run has come in several dimensions, and what is ahead of it. Pure: from progress, the past and a time.

It works out; whoever calls it decides how often, since a forecast of a large run takes a moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from turbo_core.report.progress import Progress, Row
from turbo_core.report.text import moment
from turbo_core.tracking.forecast import Expected, Forecast, beyond, expected, forecast
from turbo_core.tracking.past import Past
from turbo_core.tracking.schedule import Step

_FINAL: Final = frozenset({"succeeded", "failed", "allowed", "skipped", "cancelled"})
_SPOILED: Final = frozenset({"failed", "cancelled"})


class Ahead(Struct, frozen=True, kw_only=True):
    """What is known of a run at one moment (``at``, POSIX time).

    ``tasks``, ``phases`` and ``risky`` (tasks that change or destroy something) are pairs of done and all. ``work`` is the part
    of the usual time of all tasks that is done (``None`` without history), ``cost`` the sum of what tasks reported.
    ``forecast`` is of the seconds that are left; there is none without history, nor for a run that is failing.
    ``expected`` has the usual times of the tasks under way.
    """

    at: float
    tasks: tuple[int, int]
    phases: tuple[int, int]
    risky: tuple[int, int]
    work: float | None = None
    cost: float | None = None
    forecast: Forecast | None = None
    expected: Mapping[str, Expected] = field(default_factory=dict)


class Outlook:
    """What is ahead of one run.

    Args:
        phases: the tasks of the workflow, as steps of its schedule.
        past: what earlier runs tell.
        jobs: how many tasks run at the same time.
        risky: the addresses of the tasks that change or destroy something.
    """

    def __init__(self, phases: Sequence[Sequence[Step]], past: Past, *, jobs: int, risky: Collection[str] = ()) -> None:
        self._phases = phases
        self._past = past
        self._jobs = jobs
        self._risky = frozenset(risky)
        self._beyond = beyond(phases, past, jobs=jobs)
        self._usual: dict[str, Expected | None] = {}

    def look(self, progress: Progress, now: float) -> Ahead:
        """What is known now (POSIX time)."""
        steps = [step for phase in self._phases for step in phase]
        done = {step.address for step in steps if progress.row(step.address).state in _FINAL}
        active = progress.active()
        known = {row.address: usual for row in active if (usual := self._expected(row.address)) is not None}
        return Ahead(
            at=now,
            tasks=(len(done), len(steps)),
            phases=_phases(progress),
            risky=(len(done & self._risky), len(self._risky)),
            work=self._work(steps, done, {row.address: row for row in active}, now),
            cost=progress.cost,
            forecast=self._left(progress, done, active, now),
            expected=known,
        )

    def _expected(self, address: str) -> Expected | None:
        if address not in self._usual:
            self._usual[address] = expected(self._past, address)
        return self._usual[address]

    def _left(self, progress: Progress, done: Collection[str], active: Sequence[Row], now: float) -> Forecast | None:
        if not self._past.runs or any(row.state in _SPOILED for row in progress.failures()):
            return None
        left = [[step for step in phase if step.address not in done] for phase in self._phases]
        total = sum(map(len, self._phases))
        more = self._beyond * sum(map(len, left)) / total if total else 0.0
        running = {row.address: _elapsed(row, now) for row in active if row.state == "running"}
        return forecast(left, self._past, jobs=self._jobs, running=running, beyond=more)

    def _work(self, steps: Sequence[Step], done: Collection[str], active: Mapping[str, Row], now: float) -> float | None:
        weights = {step.address: usual.p50 for step in steps if (usual := self._expected(step.address)) is not None}
        if not weights:
            return None
        mean = sum(weights.values()) / len(weights)
        whole = [(step.address, weights.get(step.address, mean)) for step in steps]
        total = sum(weight for _, weight in whole)
        came = sum(weight * _part(address, weight, done, active, now) for address, weight in whole)
        return came / total if total else None


def _part(address: str, usual: float, done: Collection[str], active: Mapping[str, Row], now: float) -> float:
    """How much of a task is done; of one under way what it reports, else by the time that it usually takes."""
    if address in done:
        return 1.0
    row = active.get(address)
    if row is None or row.state != "running":
        return 0.0
    return row.part if row.part is not None else min(_elapsed(row, now) / usual, 0.95) if usual else 0.0


def _elapsed(row: Row, now: float) -> float:
    at = moment(row.started_at)
    return max(now - at.timestamp(), 0.0) if at else 0.0


def _phases(progress: Progress) -> tuple[int, int]:
    return sum(phase.state not in {"pending", "running"} for phase in progress.phases.values()), len(progress.phases)


def urgent_first(rows: Sequence[Row], ahead: Ahead | None, now: float) -> Iterator[Row]:
    """The tasks under way, what matters most first: those that ask, those that are slow, then the longest running."""

    def order(row: Row) -> tuple[int, str]:
        place = 0 if row.state == "asking" else 1 if is_slow(row, ahead, now) else 2 if row.state == "running" else 3
        return place, row.started_at

    yield from sorted(rows, key=order)


def is_slow(row: Row, ahead: Ahead | None, now: float) -> bool:
    """Whether a running task has taken longer than nine of ten of its past runs, and by more than a second."""
    usual = ahead.expected.get(row.address) if ahead else None
    return usual is not None and row.state == "running" and _elapsed(row, now) > usual.p90 + 1.0
