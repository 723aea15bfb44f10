"""What the state is made of: tasks, attempts, scopes. Plain mutable records; only `State.apply` changes them.

A `Scope` is one workflow inside the run (the root, or a nested one); a `Node` is one task of it, one cell of a matrix, or one
criterion of a gate that an action answers. A run can have a hundred thousand nodes: ``waiting`` is made for a matrix only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct, field

from turbo_core.words import FINAL, JSON, TaskState
from turbo_core.workflow.definition import Phase, Task, Workflow

Stage = Literal["phases", "on_failure", "finally", "done"]
UndoState = Literal["", "armed", "undone", "undo_failed"]


class AttemptRecord(Struct, kw_only=True):
    """One attempt as the journal tells it. ``outcome`` is the body of ``attempt.ended``, ``None`` while it is open."""

    number: int
    round: int
    log: str
    started_at: str
    ended_at: str = ""
    outcome: Mapping[str, JSON] | None = None


class Node(Struct, kw_only=True, eq=False):
    """One task (or cell, or criterion) of the run. ``called_off`` means: it had begun when its workflow failed fast."""

    address: str
    task: Task
    scope: Scope
    order: int
    group: Node | None = None
    cell: Mapping[str, JSON] | None = None
    state: TaskState = "pending"
    failure: str = ""
    message: str = ""
    reason: str = ""
    by: str = ""
    root: str = ""
    tolerated: bool = False
    unchanged: bool = False
    values: dict[str, JSON] = field(default_factory=dict)
    outputs: dict[str, JSON] = field(default_factory=dict)
    fingerprint: str = ""
    attempts: list[AttemptRecord] = field(default_factory=list)
    retries: int = 0
    decided_retries: int = 0
    tried: dict[str, int] | None = None
    due: str = ""
    undo: UndoState = ""
    undo_tries: int = 0
    undo_retries: int = 0
    lost: bool = False
    called_off: bool = False
    key: Literal["", "wanted", "taken", "refused"] = ""
    unmet: int = 0
    dependents: list[Node] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)
    parts_open: int = 0
    admitted: int = 0
    waiting: deque[Node] | None = None
    expanded: bool = False
    child: Scope | None = None
    gate: dict[str, JSON] = field(default_factory=dict)
    asked: dict[str, JSON] = field(default_factory=dict)
    opinions: list[JSON] | None = None
    ready_at: str = ""
    started_at: str = ""
    ended_at: str = ""
    ended_seq: int = 0

    @property
    def final(self) -> bool:
        """Whether the task is done with, in this round."""
        return self.state in FINAL

    @property
    def open_attempt(self) -> AttemptRecord | None:
        """The attempt that started and has no end yet."""
        last = self.attempts[-1] if self.attempts else None
        return last if last is not None and last.outcome is None else None

    @property
    def failed(self) -> bool:
        """Whether it failed in a way that stops the run."""
        return self.state == "failed" and not self.tolerated

    @property
    def serves(self) -> bool:
        """Whether it is no task of the workflow, but serves one: it asks an action for a gate's score, or heals a failure."""
        return self.group is not None and not self.group.expanded

    @property
    def is_remedy(self) -> bool:
        """Whether it heals the failure of a task."""
        return self.group is not None and not self.group.expanded and self.group.task.kind != "decide"

    def reset(self) -> None:
        """Forget how it ended, keep what happened: the attempts, and what must still be undone."""
        self.state = "pending"
        self.failure = self.message = self.reason = self.by = self.root = self.due = self.fingerprint = ""
        self.tolerated = self.unchanged = self.lost = self.called_off = False
        self.retries = self.decided_retries = self.admitted = self.unmet = 0
        self.dependents = []
        self.waiting = self.tried = None
        self.key = ""
        self.values, self.outputs, self.gate, self.asked, self.opinions = {}, {}, {}, {}, None
        self.ready_at = self.started_at = self.ended_at = ""


class Scope(Struct, kw_only=True, eq=False):
    """One workflow of the run. ``phase`` is the index of the phase that is open or comes next."""

    prefix: str
    workflow: Workflow
    parent: Node | None
    nodes: dict[str, Node] = field(default_factory=dict)
    stage: Stage = "phases"
    phase: int = 0
    begun: bool = False
    opened: bool = False
    open_nodes: int = 0
    running: int = 0
    inputs: Mapping[str, JSON] = field(default_factory=dict)
    vars: Mapping[str, JSON] = field(default_factory=dict)
    failed_by: str = ""

    def address(self, name: str) -> str:
        """The address of the task ``name`` of this workflow."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def holds(self, node: Node) -> bool:
        """Whether a task belongs to this workflow, or to one nested in it."""
        return not self.prefix or node.address.startswith(f"{self.prefix}/")

    def stages(self) -> Iterator[tuple[Stage, Phase]]:
        """All phases with their stage, the steps at the end included."""
        for phase in self.workflow.phases:
            yield "phases", phase
        yield "on_failure", Phase(name="on_failure", tasks=self.workflow.on_failure)
        yield "finally", Phase(name="finally", tasks=self.workflow.finally_)

    def current(self) -> Phase:
        """The phase (or list of steps) that is open or comes next."""
        if self.stage == "phases":
            return self.workflow.phases[self.phase]
        steps = self.workflow.on_failure if self.stage == "on_failure" else self.workflow.finally_
        return Phase(name=self.stage, tasks=steps)

    def current_nodes(self) -> list[Node]:
        """The tasks of the current phase, in file order."""
        return [self.nodes[task.name] for task in self.current().tasks]
