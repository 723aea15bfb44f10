"""Events of one run become figures: a fold. Knows neither Prometheus nor the clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from turbo_core import Event

STATES: Final = ("running", "parked", "succeeded", "failed", "cancelled")


@dataclass(slots=True, kw_only=True)
class TaskFigures:
    """One task; the cells of a matrix are counted together. Seconds are of attempts, one after another."""

    attempts: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """One run, as far as it has come. Times are seconds since the epoch; 0 is *not yet*.

    Attributes:
        seen: the number of the last event that was counted.
        state: one of `STATES`.
        started: when the round began.
        ended: when it ended.
        ends: how many tasks ended in each state; a matrix is counted by its cells.
        attempts: how many attempts ended in each state.
        cpu: seconds of processor time.
        memory: bytes: the peak of the largest process.
        tasks: by address.
    """

    seen: int = 0
    state: str = "running"
    started: float = 0.0
    ended: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0
    memory: float = 0.0
    tasks: dict[str, TaskFigures] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)
    _expanded: set[str] = field(default_factory=set)

    def take(self, event: Event) -> bool:
        """Count an event, once; tells whether it was new."""
        if event.seq <= self.seen:
            return False
        self.seen = event.seq
        match event.kind:
            case "run.created" | "run.round":
                self._begin(event)
            case "run.taken":
                self.state = "running"
            case "run.parked":
                self.state = "parked"
            case "run.ended":
                self.state, self.ended = str(event.body.get("outcome")), seconds(event.at)
            case "attempt.started":
                self._begun[event.task] = seconds(event.at)
            case "attempt.ended":
                self._end_attempt(event)
            case "task.expanded":
                self._expanded.add(event.task)
            case "task.ended" if event.task not in self._expanded:
                self.ends[str(event.body.get("state"))] += 1
            case "task.skipped":
                self.ends["skipped"] += 1
        return True

    def _begin(self, event: Event) -> None:
        """A new round counts for itself."""
        self.state, self.started, self.ended = "running", seconds(event.at), 0.0
        self.cpu = self.memory = 0.0
        for counted in (self.ends, self.attempts, self.tasks, self._begun, self._expanded):
            counted.clear()

    def _end_attempt(self, event: Event) -> None:
        state = str(event.body.get("state"))
        self.attempts[state] += 1
        task = self.tasks.setdefault(event.task.partition("[")[0], TaskFigures())
        task.attempts += 1
        task.failed += state != "succeeded"
        task.seconds += seconds(event.at) - self._begun.pop(event.task, seconds(event.at))
        usage = event.body.get("usage")
        if isinstance(usage, dict):
            self.cpu += float(usage.get("cpu") or 0)
            self.memory = max(self.memory, float(usage.get("memory") or 0))


def seconds(at: str) -> float:
    """A time as events tell it, in seconds since the epoch."""
    return datetime.fromisoformat(at).timestamp()
