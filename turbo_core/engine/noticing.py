"""Noticing what is out of the ordinary while a run goes on: events in, facts about anomalies out.

It sees what the runner commits, and owns the times at which a task is late. It decides nothing, and knows no files. Of what
began under an earlier runner it says nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import Final

from turbo_core.engine.times import seconds
from turbo_core.model import Draft, Event
from turbo_core.report.anomalies import told
from turbo_core.tracking.anomalies import Anomaly, Norms, late
from turbo_core.tracking.facts import Facts
from turbo_core.tracking.past import NOTHING, Past
from turbo_core.words import JSON

MOST: Final = 100
"""So many anomalies of one runner are journalled: where everything is slow, more of them tell nothing new."""


class Noticing:
    """What one runner notices.

    Args:
        past: what earlier runs of the workflow tell.
    """

    def __init__(self, past: Past = NOTHING) -> None:
        self._norms = Norms(past)
        self._facts = Facts()
        self._since: dict[str, tuple[str, float]] = {}
        self._due: list[tuple[float, str, str]] = []
        self._told: set[tuple[str, str]] = set()

    def notice(self, events: Iterable[Event]) -> list[Draft]:
        """The anomalies that events show."""
        return [draft for event in events for draft in self._seen(event)] if self._norms else []

    def deadline(self) -> float | None:
        """When the next task is late, as POSIX time; ``None`` if none can be."""
        while self._due and not self._waits(*self._due[0][1:]):
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def overdue(self, now: float) -> list[Draft]:
        """The tasks that are late by now."""
        drafts: list[Draft] = []
        while (deadline := self.deadline()) is not None and deadline <= now:
            _, task, what = heapq.heappop(self._due)
            bounds = self._norms.seconds(task) if what == "slow" else self._norms.waited(task)
            if bounds is not None:
                drafts += self._drafts([late(task, what, now - self._since[task][1], bounds)])
        return drafts

    def _seen(self, event: Event) -> Iterator[Draft]:
        if not event.task:
            return
        fact = self._facts.apply(event)
        match event.kind:
            case "task.ready":
                self._wait_for(event, "waits")
            case "attempt.started" if event.task in self._since and event.attempt == 1:
                self._wait_for(event, "slow")
            case "task.ended" | "task.skipped" if fact is not None:
                if event.kind == "task.skipped":
                    yield from self._drafts(self._norms.skipped(fact))
                elif event.task in self._since and fact.tries:
                    yield from self._drafts(self._norms.ended(fact))
                self._since.pop(event.task, None)

    def _wait_for(self, event: Event, what: str) -> None:
        bounds = self._norms.seconds(event.task) if what == "slow" else self._norms.waited(event.task)
        since = seconds(event.at)
        self._since[event.task] = (what, since)
        if bounds is not None:
            heapq.heappush(self._due, (since + bounds.high, event.task, what))

    def _waits(self, task: str, what: str) -> bool:
        return (task, what) not in self._told and self._since.get(task, ("", 0.0))[0] == what

    def _drafts(self, found: Iterable[Anomaly]) -> Iterator[Draft]:
        for anomaly in found:
            if (anomaly.task, anomaly.what) not in self._told and len(self._told) < MOST:
                self._told.add((anomaly.task, anomaly.what))
                yield Draft(kind="anomaly.found", task=anomaly.task, body=_body(anomaly))


def known_anomalies(events: Iterable[Event]) -> list[JSON]:
    """What deciders are told of the anomalies of a run."""
    return [{"task": event.task, **event.body} for event in events]


def _body(anomaly: Anomaly) -> dict[str, JSON]:
    return {
        "what": anomaly.what,
        "value": round(anomaly.value, 3),
        "usual": round(anomaly.usual, 3),
        "low": round(anomaly.low, 3),
        "high": round(anomaly.high, 3),
        "runs": anomaly.runs,
        "message": told(anomaly.what, anomaly.value, anomaly.usual, anomaly.runs),
    }
