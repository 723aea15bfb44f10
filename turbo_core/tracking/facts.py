"""What is kept of a run for statistics: a few numbers for each task and each attempt, folded from the events of its journal.

The facts outlive the run's folder. Knows events, and no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct, field

from turbo_core.model import Event
from turbo_core.words import JSON

_OF_TASKS: Final = frozenset({"task.ready", "task.ended", "task.skipped", "attempt.started", "attempt.ended"})
_ENCODER: Final = msgspec.json.Encoder(enc_hook=str)


class TryFact(Struct, frozen=True, array_like=True, gc=False):
    """One attempt: how it ended, and after how many seconds."""

    state: str
    failure: str
    seconds: float


class TaskFact(Struct, frozen=True, array_like=True, gc=False):
    """One task of one run (or a cell, or a task inside a nested workflow), when it was final.

    ``seconds`` count from its first start to its end, delays between attempts included; ``waited`` from ready to started.
    ``output`` is the size of its outputs and ``log`` that of its logs, in bytes. ``cpu`` (seconds) and ``blocks`` (of 512
    bytes, read and written) are sums over its attempts, ``memory`` (bytes) is their peak. ``cost`` is what it reported, ``size``
    that of its sources in bytes, if it declares any and has succeeded.

    A forecast of a large workflow reads some hundred thousand of them: so they are stored without the names of their fields, and
    the collector of garbage passes them by.
    """

    run: str
    address: str
    state: str
    failure: str = ""
    unchanged: bool = False
    seconds: float = 0.0
    waited: float = 0.0
    output: int = 0
    log: int = 0
    cpu: float = 0.0
    memory: int = 0
    blocks: int = 0
    cost: float = 0.0
    size: int = 0
    tries: tuple[TryFact, ...] = ()


class RunFact(Struct, frozen=True, kw_only=True):
    """One run. ``ended`` is the time of the last event; ``seconds`` count from the first event to the end of the run, else to the
    last event; ``takes`` counts its runners.

    ``foretold`` is the forecast that was made when it began, as quantile → seconds; empty if there was none.
    """

    id: str
    workflow: str
    created: str
    ended: str
    outcome: str
    seconds: float
    actor: str
    takes: int = 1
    foretold: Mapping[str, float] = field(default_factory=dict)
    tasks: tuple[TaskFact, ...] = ()


class _Open(Struct):
    ready: str = ""
    started: str = ""
    begun: str = ""
    tries: list[TryFact] = field(default_factory=list)
    log: int = 0
    cpu: float = 0.0
    memory: int = 0
    blocks: int = 0
    cost: float = 0.0
    size: int = 0


class Facts:
    """Folds the events of one run."""

    def __init__(self) -> None:
        self.workflow = ""
        self._outcome = "running"
        self._over = ""
        self._first: Event | None = None
        self._last: Event | None = None
        self._foretold: Mapping[str, JSON] = {}
        self._open: dict[str, _Open] = {}
        self._done: dict[str, TaskFact] = {}

    def apply(self, event: Event) -> TaskFact | None:
        """Take in one event; gives the task that it closes, if it does."""
        self._first, self._last = self._first or event, event
        if event.task:
            return self._task(event) if event.kind in _OF_TASKS else None
        self._outcome = _outcome(event, self._outcome)
        if event.kind == "run.ended":
            self._over = event.at
        elif event.kind == "run.created":
            self.workflow = str(event.body.get("workflow", ""))
        elif event.kind == "run.forecast" and not self._foretold:
            self._foretold = event.body.get("seconds") or {}
        return None

    def fact(self) -> RunFact | None:
        """The run as it stands; ``None`` before the first event."""
        first, last = self._first, self._last
        if first is None or last is None:
            return None
        return RunFact(
            id=first.run,
            workflow=self.workflow,
            created=first.at,
            ended=last.at,
            outcome=self._outcome,
            seconds=_between(first.at, self._over or last.at),
            actor=first.actor,
            takes=last.epoch,
            foretold={name: float(value) for name, value in self._foretold.items()},
            tasks=tuple(self._done.values()),
        )

    def _task(self, event: Event) -> TaskFact | None:
        task = self._open.get(event.task)
        if task is None:
            task = self._open[event.task] = _Open()
        match event.kind:
            case "task.ready":
                task.ready = task.started = event.at
                task.begun, task.tries = "", []
                task.log = task.memory = task.blocks = task.size = 0
                task.cpu = task.cost = 0.0
            case "attempt.started":
                task.started = event.at if not task.tries else task.started
                task.begun = event.at
            case "attempt.ended":
                self._tried(task, event)
            case "task.ended" | "task.skipped":
                self._done[event.task] = _closed(task, event)
                return self._done[event.task]
        return None

    def _tried(self, task: _Open, event: Event) -> None:
        body, usage = event.body, event.body.get("usage") or {}
        failure = str(body.get("failure") or "")
        task.tries.append(TryFact(state=str(body.get("state")), failure=failure, seconds=_between(task.begun, event.at)))
        task.log += int(body.get("log_bytes") or 0)
        task.size = int(body.get("size") or 0)
        task.cpu += float(usage.get("cpu", 0))
        task.memory = max(task.memory, int(usage.get("memory", 0)))
        task.blocks += int(usage.get("read_blocks", 0)) + int(usage.get("written_blocks", 0))
        task.cost += float((body.get("progress") or {}).get("cost") or 0)


def facts(events: Iterable[Event]) -> RunFact | None:
    """What is kept of a run; ``None`` if there is no event."""
    fold = Facts()
    for event in events:
        fold.apply(event)
    return fold.fact()


def _closed(task: _Open, event: Event) -> TaskFact:
    body = event.body
    outputs = body.get("outputs") or {}
    return TaskFact(
        run=event.run,
        address=event.task,
        state="skipped" if event.kind == "task.skipped" else str(body.get("state")),
        failure=str(body.get("reason" if event.kind == "task.skipped" else "failure") or ""),
        unchanged=bool(body.get("unchanged")),
        seconds=_between(task.started, event.at) if event.kind == "task.ended" else 0.0,
        waited=_between(task.ready, task.started),
        output=len(_ENCODER.encode(outputs)) if outputs else 0,
        log=task.log,
        cpu=task.cpu,
        memory=task.memory,
        blocks=task.blocks,
        cost=task.cost,
        size=task.size,
        tries=tuple(task.tries),
    )


def _outcome(event: Event, before: str) -> str:
    if event.kind == "run.ended":
        return str(event.body.get("outcome", before))
    if event.kind == "run.parked":
        return "parked"
    return "running" if event.kind in {"run.taken", "run.round"} else before


def _between(start: str, end: str) -> float:
    if not start or not end:
        return 0.0
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
