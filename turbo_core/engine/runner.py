"""The shell around the pure core: it turns what happens into events, commits them, and carries out what they intend.

One thread owns the state and the journal. A batch is folded first and committed at once; nothing that follows from it is started,
shown or sent before the commit has returned. The runner knows the world only through its port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.engine.answers import Allows, answered, lost_answered
from turbo_core.engine.attempts import attempt_of, probe_of, undo_of
from turbo_core.engine.choosing import choose
from turbo_core.engine.happened import compared, outcome_body, probe_answer
from turbo_core.engine.heralding import Herald
from turbo_core.engine.mail import acknowledged, delivered, faulty, given_up, message_of, withheld
from turbo_core.engine.nodes import Node
from turbo_core.engine.noticing import Noticing, known_anomalies
from turbo_core.engine.outputs import read as read_outputs
from turbo_core.engine.outputs import recordable, reported
from turbo_core.engine.ports import (
    Compared,
    Consulted,
    Delivered,
    Ended,
    Faulted,
    Happening,
    KeyGiven,
    Part,
    Requested,
    Withheld,
    World,
)
from turbo_core.engine.scheduler import next_deadline, plan
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.errors import ExpressionFailed, StorageFailed, TurboError
from turbo_core.journal.port import Journal
from turbo_core.journal.reports import beginning_of
from turbo_core.model import Attempt, Draft, Event, Execution, Outcome, Question
from turbo_core.words import JSON

PARKED = 3
"""Exit code of a run that only people can take further."""

DELIVERY_PATIENCE = 10.0
"""Seconds that the end of a run waits for messages that are on their way."""


class _Open(Struct):
    """An execution under way, and why it was told to end, if it was."""

    execution: Execution | None
    deadline: float | None
    timed_out: bool = False


class Runner:
    """Takes one run to its end, or to where only people can take it further.

    Args:
        state: the run, folded up to the journal's last event.
        journal: the writer of the run.
        world: the port to everything else.
        folder: the run's folder.
        allows: who may answer what.
        wait: stay while only people can go on, instead of parking.
        noticing: notices what is out of the ordinary; without it nothing is.
        herald: tells people by rules; without it only notes and questions are sent.
    """

    def __init__(
        self,
        *,
        state: State,
        journal: Journal,
        world: World,
        folder: Path,
        allows: Allows,
        wait: bool = False,
        noticing: Noticing | None = None,
        herald: Herald | None = None,
    ) -> None:
        self._state = state
        self._journal = journal
        self._world = world
        self._folder = folder
        self._allows = allows
        self._wait = wait
        self._noticing = noticing or Noticing()
        self._herald = herald or Herald()
        self._open: dict[tuple[str, Part], _Open] = {}
        self._requests: list[str] = []
        self._effects: Mapping[str, Callable[[Event], None]] = {
            "attempt.started": self._start_attempt,
            "probe.started": self._start_probe,
            "undo.started": self._start_undo,
            "run.cancelling": self._cancel_all,
            "task.ended": self._after_end,
            "task.skipped": self._after_end,
            "attempt.ended": self._free_key,
            "gate.opened": self._consult_gate,
            "failure.asked": self._consult_failure,
            "message.queued": self._deliver,
            "key.wanted": self._want_key,
            "files.wanted": self._compare,
        }

    # ------------------------------------------------------------ the loop

    def run(self, first: Sequence[Draft] = ()) -> int:
        """Run to the end.

        Args:
            first: facts to begin with (``run.created``, ``run.taken``, what recovery found).

        Returns:
            The exit code of the run, or 3 if it is parked.

        Raises:
            RunHeld, StorageFailed: the journal can no longer be written; every attempt was ended.
        """
        try:
            messages, gates = [*self._state.messages.values()], self._unanswered_gates()
            self._step(first)
            self._catch_up(messages, gates)
            self._go_on()
            self._flush_messages()
        except TurboError:
            for entry in self._open.values():
                if entry.execution is not None:
                    entry.execution.cancel(grace=0)
            raise
        return PARKED if self._state.exit_code is None else self._state.exit_code

    def record(self, drafts: Sequence[Draft]) -> None:
        """Append facts that follow from nothing in the state (documents that were written)."""
        self._step(drafts)

    def note(self, happenings: Sequence[Happening]) -> None:
        """Record what happened although nothing goes on any more."""
        if happenings:
            self._take(happenings)

    def _go_on(self) -> None:
        """Run until nothing goes on by itself any more."""
        while not self._done():
            self._take(self._world.happened(self._patience()))
            self._step(self._overdue(self._world.now()))
            self._end_overdue()

    def _overdue(self, now: float) -> list[Draft]:
        return [*self._noticing.overdue(now), *self._herald.overdue(self._state, now)]

    def _take(self, happenings: Sequence[Happening]) -> None:
        """Fold what happened, one thing after another: each may change what the next one means."""
        self._step(draft for happening in happenings for draft in self._drafts(happening))

    def _step(self, drafts: Iterable[Draft]) -> None:
        """Fold facts and all that follows from them, commit, and carry out what they intend."""
        given: list[Draft] = []
        events = self._fold(drafts, given)
        while following := plan(self._state, self._world.now()):
            events += self._fold(following)
        if events:
            events += self._fold(self._noticing.notice(events))
            events += self._fold(self._herald.tell(self._state, events))
            self._commit(given)
            self._world.committed(events)
        while self._requests:
            self._world.finished(self._requests.pop())
        for event in events:
            effect = self._effects.get(event.kind)
            if effect is not None:
                effect(event)

    def _commit(self, drafts: Sequence[Draft]) -> None:
        """Make the batch durable. On a full disk the reserve takes what has ended, and nothing new is begun."""
        try:
            self._journal.commit()
        except StorageFailed:
            self._journal.drop()
            ends = [draft for draft in drafts if draft.kind in {"attempt.ended", "undo.ended", "run.cancelling"}]
            if self._journal.usable and ends and self._journal.release_reserve():
                at = iso(self._world.now())
                for draft in ends:
                    self._journal.stage(draft, round=self._state.round, at=at)
                self._journal.commit()
            raise

    def _fold(self, drafts: Iterable[Draft], folded: list[Draft] | None = None) -> list[Event]:
        at = ""
        events = []
        for draft in self._herald.routed(self._state, drafts):
            if folded is not None:
                folded.append(draft)
            at = at or iso(self._world.now())
            number = self._state.round + (draft.kind in {"run.created", "run.round"})
            event = self._journal.stage(draft, round=number, at=at)
            self._state.apply(event)
            events.append(event)
        return events

    def _catch_up(self, messages: Iterable[Event], gates: Sequence[Node]) -> None:
        """Carry out again what an earlier runner was asked and did not bring to an end."""
        for event in messages:
            self._deliver(event)
        for node in self._unanswered_gates():
            if node in gates:
                self._consult(node, "gate", node.gate["question"], _gate_facts(node))

    def _unanswered_gates(self) -> list[Node]:
        nodes = self._state.open.values()
        return [node for node in nodes if node.task.kind == "decide" and node.state == "running" and node.opinions is None]

    def _done(self) -> bool:
        state = self._state
        if self._open or state.undo_queue:
            return False
        if state.outcome:
            return True
        if self._pending():
            return False
        if not state.asking:
            raise TurboError("the run is stuck: nothing is under way, and nothing can start", where=state.run)
        if not self._wait and not state.parked:
            self._step([Draft(kind="run.parked", body=self._parked())])
        return not self._wait

    def _parked(self) -> dict[str, JSON]:
        alone = self._herald.left_alone(self._state)
        return {"waiting": [node.address for node in self._state.asking], **({"unattended": alone} if alone else {})}

    def _pending(self) -> bool:
        """Whether anything goes on by itself: a retry that is due later, an opinion, a key, a comparison."""
        return any(
            (node.state == "ready" and not self._waits_for_cells(node)) or (node.state == "running" and self._consults(node))
            for node in self._state.open.values()
        )

    def _waits_for_cells(self, node: Node) -> bool:
        return node.group is not None and node in (node.group.waiting or ())

    def _consults(self, node: Node) -> bool:
        waits = node.values.get("failure_asked") and not node.values.get("failure_answer")
        return bool(waits) or (node.task.kind == "decide" and node.opinions is None)

    def _patience(self) -> float | None:
        """Seconds until something is due by itself."""
        deadlines = (next_deadline(self._state), self._noticing.deadline(), self._herald.deadline(self._state))
        waits = [deadline - self._world.now() for deadline in deadlines if deadline is not None]
        now = self._world.monotonic()
        waits += [entry.deadline - now for entry in self._open.values() if entry.deadline is not None]
        return max(0.0, min(waits)) if waits else None

    def _flush_messages(self) -> None:
        """Wait a while for receipts; what people want meanwhile is done as well."""
        self._world.hurry()
        until = self._world.monotonic() + DELIVERY_PATIENCE
        while self._world.undelivered() and (left := until - self._world.monotonic()) > 0:
            self._take(self._world.happened(left))
            self._go_on()
        if self._state.outcome:
            self._step(given_up(self._state, self._world.dead()))

    # ------------------------------------------------------------ what happened

    def _drafts(self, happening: Happening) -> list[Draft]:
        match happening:
            case Ended():
                return [self._ended(happening)]
            case Requested():
                return self._requested(happening)
            case Consulted():
                return [self._consulted(happening)]
            case KeyGiven(address=address, refused=refused):
                return self._key_given(address, refused)
            case Compared():
                return [compared(happening)]
            case Delivered():
                return [delivered(happening)]
            case Withheld():
                return [withheld(happening)]
            case Faulted():
                return faulty(self._state, happening)

    def _ended(self, happening: Ended) -> Draft:
        entry = self._open.pop((happening.address, happening.part))
        node = self._state.nodes[happening.address]
        outcome = happening.outcome
        if happening.part == "undo":
            return self._undo_ended(node, outcome)
        if happening.part == "probe":
            return Draft(kind="probe.ended", task=node.address, body={"answer": probe_answer(outcome)})
        if entry.timed_out:
            told = f"it took longer than {node.task.timeout:g} s"
            outcome = replace(outcome, state="failed", failure="timeout", message=told, outputs={})
        body = outcome_body(self._with_outputs(node, outcome)) | reported(self._files(node))
        if body["state"] == "succeeded" and (node.task.sources or node.task.produces):
            body |= {"fingerprint": self._world.fingerprint(self._state, node), "size": self._world.size(node)}
        return Draft(kind="attempt.ended", task=node.address, attempt=len(node.attempts), body=body)

    def _files(self, node: Node) -> str:
        return beginning_of(self._folder, node.attempts[-1].log)

    def _with_outputs(self, node: Node, outcome: Outcome) -> Outcome:
        if outcome.message:
            outcome = replace(outcome, message=self._world.mask(outcome.message))
        if outcome.state != "succeeded":
            return replace(outcome, outputs={}) if self._world.leaks(outcome.outputs) else outcome
        try:
            if node.task.kind == "run":
                outputs = recordable(read_outputs(Path(f"{self._files(node)}.output"), node.task.outputs))
            else:
                outputs = recordable(outcome.outputs)
            if self._world.leaks(outputs):
                raise ExpressionFailed("one of its outputs holds a secret", next_step="pass the secret by its name instead")
        except ExpressionFailed as error:
            # It quotes what the task wrote.
            return replace(outcome, state="failed", failure="invalid", message=self._world.mask(str(error)), outputs={})
        return replace(outcome, outputs=outputs) if outputs or outcome.outputs else outcome

    def _undo_ended(self, node: Node, outcome: Outcome) -> Draft:
        done = outcome.state == "succeeded"
        again = not done and node.undo_retries < node.task.retry.times and not self._state.cancelling
        state = "undone" if done else "again" if again else "undo_failed"
        body = {"state": state, "counted": True, "message": self._world.mask(outcome.message)}
        return Draft(kind="undo.ended", task=node.address, attempt=node.undo_tries, body=body)

    def _requested(self, request: Requested) -> list[Draft]:
        """What somebody wants; a request that was journalled before the last runner died is only put away."""
        if request.name:
            self._requests.append(request.name)
        if request.name in self._state.requests:
            return []
        source = str(request.body.get("source", ""))
        return [replace(draft, dedupe=request.name, source=source) for draft in self._request_drafts(request)]

    def _request_drafts(self, request: Requested) -> list[Draft]:
        state, body = self._state, request.body
        if request.kind == "cancel" and not state.outcome:
            force = bool(body.get("force")) or bool(state.cancelling)
            told = {"force": force, "reason": str(body.get("reason", "")), "signal": body.get("signal", 2)}
            return [Draft(kind="run.cancelling", actor=request.actor, body=told)]
        if request.kind == "cancel_task":
            self._cancel(str(body["task"]), grace=10)
        if request.kind == "answer":
            task, now = str(body["task"]), self._world.now()
            return [answered(state, task, actor=request.actor, body=body, allows=self._allows, now=now)]
        if request.kind == "acknowledge":
            return acknowledged(state, str(body["key"]), request.actor)
        if request.kind == "lost":
            draft = lost_answered(state, str(body["task"]), request.actor, str(body["answer"]))
            return [draft] if draft else []
        return []

    def _consulted(self, happening: Consulted) -> Draft:
        question = happening.question
        if question.kind == "gate":
            body: dict[str, JSON] = {"opinions": list(happening.opinions)}
            if happening.baselines:
                body["baselines"] = {name: list(values) for name, values in happening.baselines.items()}
            return Draft(kind="gate.opinions", task=question.task, body=body)
        return Draft(kind="failure.decided", task=question.task, body=choose(happening.opinions, question.facts))

    def _key_given(self, address: str, refused: str) -> list[Draft]:
        if self._state.nodes[address].state != "ready":
            self._world.free_key(address)
            return []
        if refused:
            return [Draft(kind="key.refused", task=address, body={"message": refused})]
        return [Draft(kind="key.taken", task=address)]

    # ------------------------------------------------------------ what events intend

    def _start_attempt(self, event: Event) -> None:
        self._launch(event.task, "attempt", attempt_of)

    def _start_probe(self, event: Event) -> None:
        self._launch(event.task, "probe", probe_of)

    def _start_undo(self, event: Event) -> None:
        self._launch(event.task, "undo", undo_of)

    def _launch(self, address: str, part: Part, build: Callable[[State, Node, Path], Attempt]) -> None:
        node = self._state.nodes[address]
        done = partial(self._finish, address, part)
        entry = _Open(execution=None, deadline=None)
        self._open[address, part] = entry
        try:
            attempt = build(self._state, node, self._folder)
        except ExpressionFailed as error:
            done(Outcome(state="failed", failure="invalid", message=str(error)))
            return
        if attempt.timeout is not None:
            entry.deadline = self._world.monotonic() + attempt.timeout
        entry.execution = self._world.start(attempt, done)

    def _finish(self, address: str, part: Part, outcome: Outcome) -> None:
        self._world.post(Ended(address=address, part=part, outcome=outcome))

    def _end_overdue(self) -> None:
        now = self._world.monotonic()
        for entry in self._open.values():
            if entry.deadline is not None and entry.deadline <= now and entry.execution is not None:
                entry.deadline, entry.timed_out = None, True
                entry.execution.cancel(grace=10)

    def _cancel_all(self, event: Event) -> None:
        """An orderly end lets the steps at the end and what is being undone finish."""
        force = event.body["force"]
        for address, part in list(self._open):
            if force or (part != "undo" and self._state.nodes[address].scope.stage == "phases"):
                self._cancel(address, grace=0 if force else 10)

    def _cancel(self, address: str, grace: float) -> None:
        for (other, _part), entry in self._open.items():
            if other == address and entry.execution is not None:
                entry.execution.cancel(grace=grace)

    def _after_end(self, event: Event) -> None:
        node = self._state.nodes[event.task]
        if node.task.concurrency is not None:
            self._world.free_key(event.task)
        if node.failed and self._state.options["fail_fast"]:
            self._call_off()

    def _call_off(self) -> None:
        for address, part in list(self._open):
            if part != "undo" and self._state.nodes[address].called_off:
                self._cancel(address, grace=10)

    def _free_key(self, event: Event) -> None:
        if self._state.nodes[event.task].task.concurrency is not None:
            self._world.free_key(event.task)

    def _consult_gate(self, event: Event) -> None:
        node = self._state.nodes[event.task]
        if node.opinions is None:
            self._consult(node, "gate", node.gate["question"], _gate_facts(node))

    def _consult_failure(self, event: Event) -> None:
        node = self._state.nodes[event.task]
        self._consult(node, "failure", f"{node.address} failed; what now?", event.body["facts"])

    def _consult(self, node: Node, kind: str, text: str, facts: Mapping[str, JSON]) -> None:
        question = Question(
            kind="gate" if kind == "gate" else "failure",
            run=self._state.run,
            task=node.address,
            text=text,
            facts={**facts, "anomalies": known_anomalies(self._state.anomalies)},
        )
        self._world.consult(question)

    def _deliver(self, event: Event) -> None:
        settled = self._state.receipts[event.body["key"]]
        message = message_of(self._state, event, self._world.mask)
        self._world.deliver(message, event.body["to"], frozenset(settled))

    def _want_key(self, event: Event) -> None:
        body = event.body
        self._world.want_key(event.task, body["key"], body["limit"], body["policy"])

    def _compare(self, event: Event) -> None:
        self._world.compare(self._state, self._state.nodes[event.task])


def _gate_facts(node: Node) -> dict[str, JSON]:
    gate = node.task.gate
    return {"baselines": gate.baselines} if gate is not None and gate.baselines else {}
