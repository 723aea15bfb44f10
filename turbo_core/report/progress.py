"""What a watcher knows of a run while it goes on: a small fold over its events.

Knows only events and, if it is told, the outline of the workflow (for totals). Draws nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from turbo_core.model import Event
from turbo_core.report.graph import GraphNode
from turbo_core.report.text import between
from turbo_core.tracking.reported import Reported


class Row(Struct, frozen=True, kw_only=True):
    """One task as far as it has come. Times are ISO text; ``line`` is its latest line of output, ``part`` what it reports."""

    address: str
    title: str = ""
    state: str = "pending"
    started_at: str = ""
    attempt: int = 0
    failure: str = ""
    line: str = ""
    part: float | None = None


class PhaseRow(Struct, frozen=True, kw_only=True):
    """One phase of the main workflow. ``total`` is 0 where it is not known."""

    name: str
    state: str = "pending"
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many of its tasks are final."""
        return sum(self.counts.values())


class Snapshot(Struct, frozen=True, kw_only=True):
    """The state at one moment, safe to hand to another thread."""

    run: str
    workflow: str
    started_at: str
    phases: tuple[PhaseRow, ...]
    active: tuple[Row, ...]
    failed: tuple[Row, ...] = ()


FAILED: Final = 50
"""So many of the failed tasks stand in a snapshot."""

_ACTIVE: Final = frozenset({"running", "asking", "retry"})


class Progress:
    """Folds events in their order; ``rows`` and ``phases`` may be read between two of them."""

    def __init__(self, outline: Iterable[GraphNode] = ()) -> None:
        totals = Counter(node.phase for node in outline if _is_main(node.address))
        self.run = self.workflow = self.started_at = self.phase = ""
        self.phases = {name: PhaseRow(name=name, total=total) for name, total in totals.items()}
        self.rows: dict[str, Row] = {}
        self._active: dict[str, Row] = {}
        self._failed: dict[str, Row] = {}
        self._costs: dict[str, float] = {}

    def apply(self, event: Event) -> None:
        """Take in one event."""
        self.run = event.run
        if event.kind == "run.created":
            self.workflow, self.started_at = event.body.get("workflow", ""), event.at
        elif event.kind == "run.round":
            for address in event.body.get("reset", ()):
                self.rows.pop(address, None)
                self._active.pop(address, None)
                self._failed.pop(address, None)
        elif event.kind in ("phase.opened", "phase.closed"):
            self._phase(event)
        elif event.kind.startswith(("task.", "attempt.", "gate.")):
            self._task(event)

    def row(self, address: str) -> Row:
        """What is known of a task; an empty row if nothing is."""
        return self.rows.get(address, Row(address=address))

    def seconds(self, event: Event) -> float:
        """How long the event's task has been at work."""
        return between(self.row(event.task).started_at, event.at)

    def heard(self, address: str, line: str) -> None:
        """Note the latest line of output of a task."""
        self._keep(replace(self.row(address), line=line))

    def reported(self, address: str, told: Reported) -> None:
        """Note what a task reports of itself while it runs."""
        if told.part is not None:
            self._keep(replace(self.row(address), part=told.part))
        if told.cost is not None:
            self._costs[address] = told.cost

    @property
    def cost(self) -> float | None:
        """The sum of what tasks have reported to have cost; ``None`` if none did."""
        return sum(self._costs.values()) if self._costs else None

    def active(self) -> tuple[Row, ...]:
        """The tasks that are under way, or wait for something."""
        return tuple(self._active.values())

    def failures(self) -> tuple[Row, ...]:
        """The tasks that failed or were cancelled, the first one first."""
        return tuple(self._failed.values())

    def snapshot(self) -> Snapshot:
        """The state as one frozen value."""
        return Snapshot(
            run=self.run,
            workflow=self.workflow,
            started_at=self.started_at,
            phases=tuple(self.phases.values()),
            active=self.active(),
            failed=self.failures()[:FAILED],
        )

    def _keep(self, row: Row) -> None:
        self.rows[row.address] = row
        if row.state in _ACTIVE:
            self._active[row.address] = row
        else:
            self._active.pop(row.address, None)
        if row.state in {"failed", "cancelled"}:
            self._failed[row.address] = row

    def _phase(self, event: Event) -> None:
        """Steps at the end that have nothing to do are closed, and were never open."""
        if not event.task and (event.kind == "phase.opened" or event.body["phase"] == self.phase):
            self.phase = event.body["phase"]
            known = self.phases.get(self.phase, PhaseRow(name=self.phase))
            counts = {} if event.kind == "phase.opened" else known.counts
            self.phases[self.phase] = replace(known, state="running" if not counts else _result(known), counts=counts)

    def _task(self, event: Event) -> None:
        row, body = self.row(event.task), event.body
        match event.kind:
            case "task.ready":
                row = replace(row, title=body.get("title", row.title), state="ready", started_at="")
            case "attempt.started" | "gate.opened":
                started = row.started_at or event.at
                row = replace(row, state="running", started_at=started, attempt=event.attempt, line="", part=None)
            case "attempt.ended":
                row = replace(row, failure=body.get("message") or body.get("failure") or "")
            case "attempt.delayed":
                row = replace(row, state="retry")
            case "task.asking" | "gate.asked":
                row = replace(row, state="asking")
            case "task.skipped":
                row = replace(row, state="skipped")
            case "task.ended":
                row = replace(row, state="allowed" if body.get("tolerated") else body["state"])
        self._keep(row)
        if event.kind in ("task.ended", "task.skipped"):
            self._count(row)

    def _count(self, row: Row) -> None:
        """Only tasks of the main workflow count; cells and nested tasks are inside one of them."""
        if self.phase and _is_main(row.address):
            known = self.phases[self.phase]
            counts = Counter(known.counts)
            counts[row.state] += 1
            self.phases[self.phase] = replace(known, counts=counts)


def _is_main(address: str) -> bool:
    return not set("[/") & set(address)


def _result(phase: PhaseRow) -> str:
    return next((state for state in ("failed", "cancelled") if phase.counts.get(state)), "succeeded")
