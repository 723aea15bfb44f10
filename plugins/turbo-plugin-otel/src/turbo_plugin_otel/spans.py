"""Events of one run become spans: a fold. Knows neither OpenTelemetry nor the clock, so the same events give the same spans.

A span is whole only at its end. So that a trace can be looked at while the run goes on, each start gives a span of its own,
without length, as a child of the one that is to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from turbo_core import Event, Trace

Attributes: TypeAlias = Mapping[str, str | int | float | bool]

_TRIES: Final = {"attempt.started": "attempt", "undo.started": "undo"}
_TRIED: Final = {"attempt.ended": "attempt", "undo.ended": "undo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a run.

    Attributes:
        id: 16 hexadecimal digits.
        parent: likewise, or empty.
        kind: ``run``, ``phase``, ``attempt``, ``undo`` or ``gate``.
        name: what people read.
        start: when it began, as events tell it (UTC, ISO 8601).
        end: when it ended; the same as ``start`` if this only says that it has begun.
        begun: whether it only says so.
        failed: why it failed; ``None`` if it did not.
        attributes: what more is known.
    """

    id: str
    parent: str
    kind: str
    name: str
    start: str
    end: str
    begun: bool = False
    failed: str | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    id: str
    parent: str
    kind: str
    name: str
    start: str


class Fold:
    """What is open of one run.

    Args:
        workflow: its name.

    Attributes:
        trace: the run's trace; known from its first event on.
        ended: all spans that have ended since the round began.
    """

    def __init__(self, workflow: str) -> None:
        self.trace = Trace.of("")
        self.ended: list[Span] = []
        self._workflow = workflow
        self._run: _Open | None = None
        self._open: dict[tuple[str, ...], _Open] = {}

    def take(self, event: Event) -> Iterator[Span]:
        """The spans that one event begins or ends. Each event is taken once, in order."""
        if event.kind == "run.created":
            self.trace = Trace.of(event.run, _text(event, "trace"))
        if event.kind in ("run.created", "run.round"):
            yield self._begin_run(event)
        elif event.kind == "phase.opened":
            name = _text(event, "phase")
            yield self._begin(("phase", event.task), "phase", name, f"phase {event.round} {event.task}/{name}", event)
        elif event.kind in _TRIES:
            kind = _TRIES[event.kind]
            name = event.task if kind == "attempt" else f"undo {event.task}"
            yield self._begin((kind, event.task), kind, name, _text(event, "log"), event)
        elif event.kind == "gate.opened":
            yield self._begin(("gate", event.task), "gate", event.task, f"gate {event.round} {event.task}", event)
        else:
            yield from self._finish(event)

    def _finish(self, event: Event) -> Iterator[Span]:
        if event.kind == "phase.closed":
            yield from self._end(("phase", event.task), event, None, {})
        elif event.kind in _TRIED:
            yield from self._end((_TRIED[event.kind], event.task), event, _failure(event), _of_attempt(event))
        elif event.kind == "gate.decided":
            decision = _text(event, "decision")
            failed = None if decision == "accepted" else _text(event, "reason") or decision
            yield from self._end(("gate", event.task), event, failed, {"turbo.decision": decision})
        elif event.kind == "run.ended":
            yield from self._end_run(event)

    def _begin_run(self, event: Event) -> Span:
        self.ended = []
        self._open.clear()
        self._run = _Open(
            id=self.trace.span(f"run {event.round}"),
            parent=self.trace.parent,
            kind="run",
            name=self._workflow,
            start=event.at,
        )
        return self._begun(self._run)

    def _begin(self, key: tuple[str, ...], kind: str, name: str, part: str, event: Event) -> Span:
        begun = _Open(id=self.trace.span(part), parent=self._parent(kind, event.task), kind=kind, name=name, start=event.at)
        self._open[key] = begun
        return self._begun(begun)

    def _parent(self, kind: str, address: str) -> str:
        """The open phase around a task, or around the nested workflow that a phase belongs to; else the run."""
        scope = address if kind != "phase" else address or None
        while scope:
            scope = scope.rpartition("/")[0]
            if found := self._open.get(("phase", scope)):
                return found.id
        return self._run.id if self._run else self.trace.parent

    def _begun(self, one: _Open) -> Span:
        name = f"{one.name} started"
        return Span(
            id=self.trace.span(f"started {one.id}"),
            parent=one.id,
            kind=one.kind,
            name=name,
            start=one.start,
            end=one.start,
            begun=True,
        )

    def _end(self, key: tuple[str, ...], event: Event, failed: str | None, attributes: Attributes) -> Iterator[Span]:
        one = self._open.pop(key, None)
        if one is None:
            return
        told = {"turbo.task": event.task} | ({"turbo.attempt": event.attempt} if event.attempt else {}) | dict(attributes)
        span = Span(
            id=one.id,
            parent=one.parent,
            kind=one.kind,
            name=one.name,
            start=one.start,
            end=event.at,
            failed=failed,
            attributes={name: value for name, value in told.items() if value != ""},
        )
        self.ended.append(span)
        yield span

    def _end_run(self, event: Event) -> Iterator[Span]:
        for key in list(self._open):
            yield from self._end(key, event, None, {})
        if self._run is not None:
            self._open["run",] = self._run
            self._run = None
            outcome = _text(event, "outcome")
            failed = None if outcome == "succeeded" else _text(event, "summary") or outcome
            yield from self._end(("run",), event, failed, {"turbo.outcome": outcome, "turbo.round": event.round})


def _text(event: Event, key: str) -> str:
    value = event.body.get(key)
    return value if isinstance(value, str) else ""


def _failure(event: Event) -> str | None:
    state = _text(event, "state")
    return None if state in ("succeeded", "undone") else _text(event, "message") or state


def _of_attempt(event: Event) -> Attributes:
    usage = event.body.get("usage")
    used = usage if isinstance(usage, dict) else {}
    found = {
        "turbo.state": _text(event, "state"),
        "turbo.failure": _text(event, "failure"),
        "process.exit.code": event.body.get("exit_code"),
        "turbo.cpu.seconds": used.get("cpu"),
        "turbo.memory.bytes": used.get("memory"),
    }
    return {name: _number(value) for name, value in found.items() if value is not None and value != ""}


def _number(value: object) -> str | int | float:
    """A journal keeps numbers as decimals."""
    return value if isinstance(value, str | int) else float(str(value))
