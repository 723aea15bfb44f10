"""The tasks of a run and the queues of what comes next: the data of the state, and the moves that keep it consistent.

Only the folds of events (`turbo_core.engine.state`) make these moves. Nothing here scans all tasks while a run is on its way.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from turbo_core.engine.nodes import Node, Scope
from turbo_core.model import Event
from turbo_core.tracing import Trace
from turbo_core.words import JSON
from turbo_core.workflow.definition import Task, Workflow

Recorded = Callable[[Mapping[str, JSON]], Workflow]


class Board:
    """The tasks of one run.

    Args:
        workflow: the definition that the run was made from.
        recorded: reads a definition from what the journal has recorded of it; needed by runs whose definition was changed.
    """

    def __init__(self, workflow: Workflow, recorded: Recorded | None = None) -> None:
        self.workflow = workflow
        self.recorded = recorded
        self.run = ""
        self.seq, self.hash = 0, ""
        self.epoch = 0
        self.round = 0
        self.created: Mapping[str, JSON] = {}
        self.project = Path()
        self.trace = Trace.of("")
        self.created_at = ""
        self.actor = ""
        self.options: Mapping[str, JSON] = {}
        self.taken: Mapping[str, JSON] = {}
        self.jobs = 1
        self.deciders = False
        self.channels: tuple[str, ...] = ()
        self.cancelling = ""
        self.cancel_signal = 0
        self.outcome = ""
        self.exit_code: int | None = None
        self.summary = ""
        self.outputs: Mapping[str, JSON] = {}
        self.ended_at = ""
        self.parked = False
        self.rejected = False
        self.nodes: dict[str, Node] = {}
        self.open: dict[str, Node] = {}
        self.root = Scope(prefix="", workflow=workflow, parent=None)
        self.advance: dict[Scope, None] = {}
        self.judge: dict[Node, None] = {}
        self.verdicts: dict[Node, None] = {}
        self.sweep: dict[Scope, None] = {}
        self.asking: dict[Node, None] = {}
        self.running: dict[str, Node] = {}
        self.ready: list[tuple[int, str]] = []
        self.instant: dict[Node, None] = {}
        self.delayed: list[tuple[str, int, str]] = []
        self.undo_queue: list[str] = []
        self.undo_running = ""
        self.undo_steps: list[str] = []
        self.decisions: list[Event] = []
        self.messages: dict[str, Event] = {}
        self.receipts: dict[str, dict[str, str]] = {}
        self.acknowledged: dict[str, Event] = {}
        self.faults: dict[tuple[str, str], Event] = {}
        self.requests: set[str] = set()
        self.acts: list[Event] = []
        self.anomalies: list[Event] = []
        self.foretold: Mapping[str, JSON] = {}
        self.documents: tuple[str, ...] = ()
        self.document_faults: Mapping[str, str] = {}
        self.compared: Mapping[str, JSON] = {}
        self.populate(self.root)

    def scopes(self) -> Iterator[Scope]:
        """All workflows of the run that have begun, parents first."""
        yield self.root
        for node in self.nodes.values():
            if node.child is not None:
                yield node.child

    def halted(self, scope: Scope) -> bool:
        """Whether no new phase of this workflow may open."""
        return bool(scope.failed_by or self.cancelling)

    def populate(self, scope: Scope) -> None:
        """Make a node for each task of a workflow, its steps included."""
        for _stage, phase in scope.stages():
            for task in phase.tasks:
                scope.nodes[task.name] = self.add(scope.address(task.name), task, scope)

    def add(
        self, address: str, task: Task, scope: Scope, group: Node | None = None, cell: Mapping[str, JSON] | None = None
    ) -> Node:
        """Make one node."""
        node = Node(address=address, task=task, scope=scope, order=len(self.nodes), group=group, cell=cell)
        self.nodes[address] = self.open[address] = node
        return node

    def forget_requests(self, node: Node) -> None:
        """What the last runner was asked outside of the journal is asked again by the new one."""
        node.key = ""
        if node.values.get("probe") == "running":
            node.values["probe"] = None
            self.verdicts[node] = None
        if node.values.get("failure_asked") and not node.values.get("failure_answer"):
            node.values["failure_asked"] = False
            self.verdicts[node] = None

    def reset(self, node: Node) -> None:
        """Make a task pending again, for the next round."""
        node.reset()
        self.open[node.address] = node
        for group in (node, node.group):
            if group is not None:
                group.parts_open = sum(not part.final for part in group.parts)

    def reopen(self, scope: Scope, failed_by: str = "") -> None:
        """Begin again with the first phase that is not done."""
        scope.failed_by = failed_by
        scope.stage, scope.opened = "phases", False
        phases = scope.workflow.phases
        unfinished = (i for i, phase in enumerate(phases) if not all(scope.nodes[task.name].final for task in phase.tasks))
        scope.phase = next(unfinished, len(phases))
        if scope.parent is None or scope.parent.state == "running":
            self.advance[scope] = None
        elif scope.parent.final:
            scope.stage = "done"

    def redefine(self, scope: Scope, workflow: Workflow) -> None:
        """Give a workflow of the run another definition; what has ended stays as it is."""
        scope.workflow = workflow
        before, scope.nodes = scope.nodes, {}
        for _stage, phase in scope.stages():
            for task in phase.tasks:
                node = before.pop(task.name, None) or self.add(scope.address(task.name), task, scope)
                scope.nodes[task.name] = node
                for part in (node, *node.parts):
                    if part is node or node.expanded:
                        part.task = task
                    part.dependents = []
                if node.child is not None and task.child is not None:
                    self.redefine(node.child, task.child)
        for node in before.values():
            del self.nodes[node.address]
            self.open.pop(node.address, None)
        if scope.stage == "phases":
            self.reopen(scope, scope.failed_by)

    def scope_of(self, event: Event) -> Scope:
        """The workflow that an event is about; made when it is first named."""
        if not event.task:
            return self.root
        node = self.nodes[event.task]
        if node.child is None:
            assert node.task.child is not None
            node.child = Scope(prefix=node.address, workflow=node.task.child, parent=node)
            self.populate(node.child)
        return node.child

    def wire(self, node: Node, needs: list[Node]) -> None:
        """Have a task wait for those of its needs that are not final."""
        waiting = [need for need in needs if not need.final]
        node.unmet = len(waiting)
        for need in waiting:
            need.dependents.append(node)
        if not waiting:
            self.look_at(node)

    def look_at(self, node: Node) -> None:
        """Queue a task whose needs are final; one that already has its parts goes on with those that are open."""
        self.judge[node] = None
        if node.expanded and node.state == "running":
            self.look_at_parts(node)

    def look_at_parts(self, node: Node) -> None:
        """Queue the cells of a matrix that are not final."""
        for part in node.parts:
            if not part.final:
                self.judge[part] = None

    def undo_is_over(self) -> None:
        """Have the steps that waited for the undoing judged."""
        for step in self.undo_steps:
            self.verdicts[self.nodes[step]] = None
        self.undo_steps.clear()

    def clear_queues(self) -> None:
        """Forget what was to be looked at: the run has ended."""
        for queue in (self.advance, self.judge, self.verdicts, self.sweep, self.ready, self.instant, self.delayed):
            queue.clear()

    def admit(self, group: Node, node: Node) -> None:
        """Let one more cell of a matrix compete for slots."""
        group.admitted += 1
        node.admitted = 1
        self.push(node)

    def push(self, node: Node) -> None:
        """Queue a ready task: for a slot, or at once if it needs none."""
        if node.task.kind in {"run", "uses"} and not node.task.undo_all:
            heapq.heappush(self.ready, (node.order, node.address))
        else:
            self.instant[node] = None

    def let_start(self, node: Node) -> None:
        """Queue a task that has asked a person before its start; what it was told stands in its ``gate``."""
        self.asking.pop(node, None)
        self.verdicts.pop(node, None)
        node.state, node.asked = "ready", {}
        self.push(node)

    def stop(self, node: Node) -> None:
        """A task failed: its workflow starts nothing more. With ``--fail-fast`` what has begun there or within it ends too."""
        stopped = [node.scope]
        if self.options["fail_fast"]:
            stopped += [scope for scope in self.scopes() if self._runs_within(scope, node.scope)]
            for scope in stopped:
                self._call_off(scope)
        elif node.group is not None:
            return
        for scope in stopped:
            scope.failed_by = scope.failed_by or node.address
            self.sweep[scope] = None

    def _runs_within(self, scope: Scope, outer: Scope) -> bool:
        parent = scope.parent
        return parent is not None and not parent.final and scope.stage == "phases" and outer.holds(parent)

    def _call_off(self, scope: Scope) -> None:
        for node in scope.current_nodes() if scope.opened else ():
            for part in (node, *node.parts):
                part.called_off = part.called_off or bool(part.started_at and not part.final)

    def finish(self, node: Node, state: Any, event: Event) -> None:
        """A task has ended: tell those that wait for it."""
        node.state, node.ended_at, node.ended_seq = state, event.at, event.seq
        self.open.pop(node.address, None)
        self.asking.pop(node, None)
        self.running.pop(node.address, None)
        self.judge.pop(node, None)
        self.verdicts.pop(node, None)
        scope = node.scope
        if node.failed and not node.serves and scope.stage == "phases":
            self.stop(node)
        if node.failed and scope.stage == "finally" and not scope.failed_by:
            scope.failed_by = node.address
        dependents, node.dependents = node.dependents, []
        for dependent in dependents:
            dependent.unmet -= 1
            if not dependent.unmet:
                self.look_at(dependent)
        if node.group is not None:
            self._part_finished(node.group, node)
            return
        scope.open_nodes -= 1
        if not scope.open_nodes:
            self.advance[scope] = None

    def _part_finished(self, group: Node, part: Node) -> None:
        group.parts_open -= 1
        if not group.parts_open:
            self.verdicts[group] = None
        if not part.admitted:
            return
        part.admitted = 0
        group.admitted -= 1
        while group.waiting:
            following = group.waiting.popleft()
            if following.state == "ready":
                self.admit(group, following)
                return
