"""The state of a run: a fold over its events, with no I/O.

`State.apply` is the only thing that changes it, so whoever folds the same events has the same state. Beside the tasks it keeps
the queues of what the scheduler must look at next; nothing ever scans all tasks while a run is on its way.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from turbo_core.engine.nodes import AttemptRecord, Node, Scope
from turbo_core.model import JSON, Event
from turbo_core.workflow.definition import Criterion, Task, Workflow

Recorded = Callable[[Mapping[str, JSON]], Workflow]


class State:
    """A run, folded from its journal.

    Args:
        workflow: the definition that the run was made from.
        recorded: reads a definition from what the journal has recorded of it; needed by runs whose definition was changed.
    """

    def __init__(self, workflow: Workflow, recorded: Recorded | None = None) -> None:
        self.workflow = workflow
        self._recorded = recorded
        self.run = ""
        self.seq = 0
        self.epoch = 0
        self.round = 0
        self.created: Mapping[str, JSON] = {}
        self.created_at = ""
        self.actor = ""
        self.options: Mapping[str, JSON] = {}
        self.taken: Mapping[str, JSON] = {}
        self.jobs = 1
        self.deciders = False
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
        self.undo_by = ""
        self.decisions: list[Event] = []
        self.messages: dict[str, Event] = {}
        self.receipts: dict[str, dict[str, str]] = {}
        self.documents: tuple[str, ...] = ()
        self._handlers: dict[str, Callable[[Event], None]] = {
            name[4:].replace("_", "."): getattr(self, name) for name in dir(type(self)) if name.startswith("_on_")
        }
        self._populate(self.root)

    # ------------------------------------------------------------ reading

    def apply(self, event: Event) -> None:
        """Fold one event. Kinds that change nothing of the state are passed over."""
        self.seq, self.epoch = event.seq, event.epoch
        handler = self._handlers.get(event.kind)
        if handler is not None:
            handler(event)

    def scopes(self) -> Iterator[Scope]:
        """All workflows of the run that have begun, parents first."""
        yield self.root
        for node in self.nodes.values():
            if node.child is not None:
                yield node.child

    def halted(self, scope: Scope) -> bool:
        """Whether no new phase of this workflow may open."""
        return bool(scope.failed_by or self.cancelling)

    # ------------------------------------------------------------ making nodes

    def _populate(self, scope: Scope) -> None:
        for _stage, phase in scope.stages():
            for task in phase.tasks:
                scope.nodes[task.name] = self._add(scope.address(task.name), task, scope)

    def _add(
        self, address: str, task: Task, scope: Scope, group: Node | None = None, cell: Mapping[str, JSON] | None = None
    ) -> Node:
        node = Node(address=address, task=task, scope=scope, order=len(self.nodes), group=group, cell=cell)
        self.nodes[address] = node
        return node

    # ------------------------------------------------------------ the run

    def _on_run_created(self, event: Event) -> None:
        body = event.body
        self.run, self.created, self.created_at, self.actor = event.run, body, event.at, event.actor
        self.options = body["options"]
        self.round = 1
        self.root.inputs = body["inputs"]
        self.advance[self.root] = None

    def _on_run_taken(self, event: Event) -> None:
        self.taken = event.body
        self.jobs = event.body["jobs"]
        self.deciders = event.body["deciders"]
        self.parked = False
        for node in self.nodes.values():
            if not node.final:
                self._forget_requests(node)

    def _forget_requests(self, node: Node) -> None:
        """What the last runner was asked outside of the journal is asked again by the new one."""
        node.key = ""
        if node.values.get("files", "") is None:
            del node.values["files"]
        if node.values.get("probe") == "running":
            node.values["probe"] = None
            self.verdicts[node] = None
        if node.values.get("failure_asked") and not node.values.get("failure_answer"):
            node.values["failure_asked"] = False
            self.verdicts[node] = None

    def _on_run_round(self, event: Event) -> None:
        self.round = event.round
        self.outcome, self.exit_code, self.ended_at, self.summary = "", None, "", ""
        self.cancelling, self.cancel_signal, self.rejected = "", 0, False
        for address in event.body["reset"]:
            self._reset(self.nodes[address])
        for scope in self.scopes():
            self._reopen(scope)

    def _reset(self, node: Node) -> None:
        node.reset()
        if node.expanded or node.child is not None:
            node.state = "running"
        for group in (node, node.group):
            if group is not None:
                group.parts_open = sum(not part.final for part in group.parts)

    def _reopen(self, scope: Scope, failed_by: str = "") -> None:
        scope.failed_by = failed_by
        scope.stage, scope.opened = "phases", False
        phases = scope.workflow.phases
        unfinished = (i for i, phase in enumerate(phases) if not all(scope.nodes[task.name].final for task in phase.tasks))
        scope.phase = next(unfinished, len(phases))
        if scope.parent is None or not scope.parent.final:
            self.advance[scope] = None
        else:
            scope.stage = "done"

    def _on_run_changed(self, event: Event) -> None:
        assert self._recorded is not None
        self.created = {**self.created, **event.body}
        self.workflow = self._recorded(self.created)
        self.judge.clear()
        self._replace(self.root, self.workflow)
        for node in [node for node in self.asking if "due" in node.asked]:
            # What was asked about is not what runs now: the gate asks anew.
            del self.asking[node]
            node.asked, node.state = {}, "running"
            self.verdicts[node] = None

    def _replace(self, scope: Scope, workflow: Workflow) -> None:
        """Give a workflow of the run another definition; what has ended stays as it is."""
        scope.workflow = workflow
        before, scope.nodes = scope.nodes, {}
        for _stage, phase in scope.stages():
            for task in phase.tasks:
                node = before.pop(task.name, None) or self._add(scope.address(task.name), task, scope)
                scope.nodes[task.name] = node
                for part in (node, *node.parts):
                    if part is node or node.task.kind != "decide":
                        part.task = task
                    part.dependents = []
                if node.child is not None and task.child is not None:
                    self._replace(node.child, task.child)
        for node in before.values():
            del self.nodes[node.address]
        if scope.stage == "phases":
            self._reopen(scope, scope.failed_by)

    def _on_run_cancelling(self, event: Event) -> None:
        self.cancelling = "force" if event.body["force"] else "orderly"
        self.cancel_signal = event.body.get("signal", 0)
        for scope in self.scopes():
            if scope.stage == "phases" or self.cancelling == "force":
                self.sweep[scope] = None

    def _on_run_ended(self, event: Event) -> None:
        body = event.body
        self.outcome, self.exit_code = body["outcome"], body["exit_code"]
        self.summary, self.outputs, self.ended_at = body["summary"], body["outputs"], event.at
        self.root.stage = "done"
        self.parked = False

    def _on_run_parked(self, _event: Event) -> None:
        self.parked = True

    def _on_documents_written(self, event: Event) -> None:
        self.documents = tuple(event.body["names"])

    # ------------------------------------------------------------ scopes and phases

    def _scope(self, event: Event) -> Scope:
        if not event.task:
            return self.root
        node = self.nodes[event.task]
        if node.child is None:
            assert node.task.child is not None
            node.child = Scope(prefix=node.address, workflow=node.task.child, parent=node)
            self._populate(node.child)
        return node.child

    def _on_vars_set(self, event: Event) -> None:
        scope = self._scope(event)
        scope.inputs, scope.vars, scope.begun = event.body["inputs"], event.body["vars"], True
        if scope.parent is not None:
            scope.parent.state = "running"
            scope.parent.started_at = event.at
        self.advance[scope] = None

    def _on_phase_opened(self, event: Event) -> None:
        scope = self._scope(event)
        scope.stage, scope.opened = event.body["stage"], True
        nodes = scope.current_nodes()
        scope.open_nodes = sum(not node.final for node in nodes)
        if not scope.open_nodes:
            self.advance[scope] = None
        previous: Node | None = None
        for node in nodes:
            needs = [scope.nodes[need.name] for need in node.task.needs]
            if scope.stage != "phases" and previous is not None:
                needs = [previous]
            previous = node
            if not node.final:
                self._wire(node, needs)

    def _wire(self, node: Node, needs: list[Node]) -> None:
        waiting = [need for need in needs if not need.final]
        node.unmet = len(waiting)
        for need in waiting:
            need.dependents.append(node)
        if not waiting:
            self._look_at(node)

    def _look_at(self, node: Node) -> None:
        """Queue a task whose needs are final; one that already has its parts goes on with those that are open."""
        if node.expanded:
            for part in node.parts:
                if not part.final:
                    self.judge[part] = None
        elif node.child is None:
            self.judge[node] = None

    def _on_phase_closed(self, event: Event) -> None:
        scope = self._scope(event)
        scope.opened = False
        if scope.stage == "phases":
            scope.phase += 1
        else:
            scope.stage = "finally" if scope.stage == "on_failure" else "done"
        self.advance[scope] = None

    def _on_phase_skipped(self, event: Event) -> None:
        scope = self._scope(event)
        phase = scope.workflow.phases[scope.phase]
        for task in phase.tasks:
            node = scope.nodes[task.name]
            if not node.final:
                node.state, node.reason, node.root = "skipped", "stopped", event.body["because"]
                node.ended_seq = event.seq
        scope.phase += 1
        self.advance[scope] = None

    def _on_phases_done(self, event: Event) -> None:
        scope = self._scope(event)
        scope.stage = "on_failure"
        self.advance[scope] = None

    # ------------------------------------------------------------ tasks

    def _on_task_ready(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values = dict(event.body["values"])
        node.state, node.ready_at = "ready", event.at
        group = node.group
        limit = group.task.matrix.max_parallel if group is not None and group.task.matrix is not None else None
        if group is None or limit is None:
            self._push(node)
        elif group.admitted < limit:
            self._admit(group, node)
        else:
            group.waiting.append(node)

    def _admit(self, group: Node, node: Node) -> None:
        group.admitted += 1
        node.admitted = 1
        self._push(node)

    def _push(self, node: Node) -> None:
        """Queue a ready task: for a slot, or at once if it needs none."""
        if node.task.kind in {"run", "uses"} and not node.task.undo_all:
            heapq.heappush(self.ready, (node.order, node.address))
        else:
            self.instant[node] = None

    def _on_task_expanded(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.state, node.expanded, node.started_at = "running", True, event.at
        for index, cell in enumerate(event.body["cells"]):
            part = self._add(f"{node.address}[{index}]", node.task, node.scope, group=node, cell=cell)
            node.parts.append(part)
            self.judge[part] = None
        node.parts_open = len(node.parts)

    def _on_task_skipped(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.reason, node.by, node.root = event.body["reason"], event.body["by"], event.body["root"]
        node.message = event.body.get("message", "")
        self._finish(node, "skipped", event)

    def _on_task_ended(self, event: Event) -> None:
        node, body = self.nodes[event.task], event.body
        node.failure, node.message = body["failure"], body["message"]
        node.tolerated, node.unchanged = body["tolerated"], body["unchanged"]
        node.outputs, node.fingerprint = dict(body["outputs"]), body["fingerprint"]
        if node.failure in {"rejected", "expired"} and node.task.kind == "decide":
            self.rejected = True
        self._finish(node, body["state"], event)

    def _finish(self, node: Node, state: Any, event: Event) -> None:
        node.state, node.ended_at, node.ended_seq = state, event.at, event.seq
        self.asking.pop(node, None)
        self.running.pop(node.address, None)
        self.judge.pop(node, None)
        self.verdicts.pop(node, None)
        scope = node.scope
        if node.failed and node.group is None and scope.stage == "phases" and not scope.failed_by:
            scope.failed_by = node.address
            self.sweep[scope] = None
        if node.failed and scope.stage == "finally" and not scope.failed_by:
            scope.failed_by = node.address
        dependents, node.dependents = node.dependents, []
        for dependent in dependents:
            dependent.unmet -= 1
            if not dependent.unmet:
                self._look_at(dependent)
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
                self._admit(group, following)
                return

    def _on_task_asking(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.state, node.message = "asking", event.body["message"]
        node.asked = dict(event.body)
        self.asking[node] = None
        self.verdicts.pop(node, None)

    def _on_lost_answered(self, event: Event) -> None:
        node = self.nodes[event.task]
        self.asking.pop(node, None)
        node.asked = {**node.asked, "answer": event.body["answer"], "by": event.actor}
        self.verdicts[node] = None

    def _on_key_wanted(self, event: Event) -> None:
        self.nodes[event.task].key = "wanted"

    def _on_key_taken(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.key = "taken"
        self._push(node)

    def _on_key_refused(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.key = ""
        node.message = event.body["message"]
        self.verdicts[node] = None

    def _on_files_wanted(self, event: Event) -> None:
        self.nodes[event.task].values["files"] = None

    def _on_files_read(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values["files"] = dict(event.body)
        self._push(node)

    # ------------------------------------------------------------ attempts

    def _on_attempt_started(self, event: Event) -> None:
        node, body = self.nodes[event.task], event.body
        record = AttemptRecord(number=event.attempt, round=event.round, log=body["log"], started_at=event.at)
        node.attempts.append(record)
        node.state, node.due, node.lost = "running", "", False
        node.started_at = node.started_at or event.at
        node.values = {**node.values, **body["values"], "failure_asked": False, "failure_answer": ""}
        self.verdicts.pop(node, None)
        if body["armed"]:
            node.undo = "armed"
        self.running[node.address] = node

    def _on_attempt_ended(self, event: Event) -> None:
        node = self.nodes[event.task]
        record = node.attempts[-1]
        record.ended_at, record.outcome = event.at, event.body
        node.lost = event.body["state"] == "lost"
        node.key = ""
        self.running.pop(node.address, None)
        self.verdicts[node] = None

    def _on_attempt_delayed(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.state, node.due = "ready", event.body["due"]
        node.message = event.body["reason"]
        if event.body["counted"]:
            node.retries += 1
        self.verdicts.pop(node, None)
        self.asking.pop(node, None)
        node.asked, node.opinions = {}, None
        heapq.heappush(self.delayed, (node.due, node.order, node.address))

    def _on_probe_started(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values["probe"] = "running"
        self.verdicts.pop(node, None)

    def _on_probe_ended(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values["probe"] = event.body["answer"]
        self.verdicts[node] = None

    def _on_failure_asked(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values["failure_asked"] = True
        self.verdicts.pop(node, None)

    def _on_failure_decided(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.values["failure_answer"] = event.body["answer"]
        node.decided_retries += event.body["answer"] == "retry"
        node.message = event.body["reason"]
        self.verdicts[node] = None

    # ------------------------------------------------------------ gates

    def _on_gate_opened(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.state, node.started_at = "running", event.at
        node.gate = dict(event.body)
        node.asked, node.opinions = {}, None if self.deciders else []
        assert node.task.gate is not None
        if not node.parts:
            node.parts = [
                self._add(f"{node.address}/{criterion.name}", criterion_task(node.task, criterion), node.scope, group=node)
                for criterion in node.task.gate.criteria
                if criterion.uses
            ]
        for part in node.parts:
            part.reset()
            self.judge[part] = None
        node.parts_open = len(node.parts)
        if not node.parts_open and node.opinions is not None:
            self.verdicts[node] = None

    def _on_gate_opinions(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.opinions = list(event.body["opinions"])
        if not node.parts_open:
            self.verdicts[node] = None

    def _on_gate_asked(self, event: Event) -> None:
        node = self.nodes[event.task]
        node.state, node.asked = "asking", dict(event.body)
        self.asking[node] = None
        self.verdicts.pop(node, None)
        heapq.heappush(self.delayed, (event.body["due"], node.order, node.address))

    def _on_gate_answered(self, event: Event) -> None:
        if event.body["accepted"]:
            node = self.nodes[event.task]
            node.asked = {**node.asked, "answer": dict(event.body), "by": event.actor}
            self.verdicts[node] = None

    def _on_gate_decided(self, event: Event) -> None:
        self.decisions.append(event)
        node = self.nodes[event.task]
        node.gate = {**node.gate, "decided": dict(event.body)}
        self.verdicts[node] = None

    # ------------------------------------------------------------ undo

    def _on_undo_wanted(self, event: Event) -> None:
        self.undo_queue = list(event.body["tasks"])
        self.undo_by = event.task
        if event.task:
            step = self.nodes[event.task]
            step.state, step.started_at = "running", event.at
            if not self.undo_queue:
                self.verdicts[step] = None

    def _on_undo_started(self, event: Event) -> None:
        self.undo_running = event.task
        self.nodes[event.task].undo_tries = event.attempt

    def _on_undo_ended(self, event: Event) -> None:
        node = self.nodes[event.task]
        if event.body["state"] == "again":
            self.undo_running = ""
            return
        node.undo = event.body["state"]
        self.undo_running = ""
        self.undo_queue.remove(event.task)
        if not self.undo_queue and self.undo_by:
            self.verdicts[self.nodes[self.undo_by]] = None

    # ------------------------------------------------------------ messages

    def _on_message_queued(self, event: Event) -> None:
        self.messages[event.body["key"]] = event
        self.receipts[event.body["key"]] = {}

    def _on_message_delivered(self, event: Event) -> None:
        self.receipts[event.body["key"]][event.body["channel"]] = "delivered"

    def _on_message_failed(self, event: Event) -> None:
        if event.body["final"]:
            self.receipts[event.body["key"]][event.body["channel"]] = event.body["message"]


def criterion_task(gate: Task, criterion: Criterion) -> Task:
    """The task that asks an action for a criterion's score."""
    return Task(
        name=criterion.name,
        kind="uses",
        position=gate.position,
        uses=criterion.uses,
        arguments=criterion.arguments,
        risk="read",
        idempotent=True,
        on_lost="rerun",
        all_needs=gate.all_needs,
        outputs={"score": "number", "confidence": "number?", "reason": "string?", "evidence": "json?"},
    )
