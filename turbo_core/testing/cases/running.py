"""One case, run: the workflow in the simulated world, with people who answer when the case says so.

A run that parks is taken further when its next answer is due, as `turbo approve` does it. It must not know what is expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.builtin.decide import turbo_decide
from turbo_core.engine.answers import answered, lost_answered
from turbo_core.engine.consulting import Context
from turbo_core.engine.nodes import Node
from turbo_core.engine.ports import Requested
from turbo_core.engine.runner import PARKED
from turbo_core.engine.state import State
from turbo_core.errors import UsageError
from turbo_core.model import Draft, Event, Question
from turbo_core.testing.cases.addresses import fitting
from turbo_core.testing.cases.case import Case
from turbo_core.testing.cases.result import SimulatedRun, result_of
from turbo_core.testing.cases.shape import AnswerShape, OpinionShape
from turbo_core.testing.cases.stubbing import Stubbing
from turbo_core.testing.simulation import Simulation, Surrounding
from turbo_core.testing.world import BEGIN, SimulatedWorld, Stuck, opinion
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.expressions import Value

_CANCEL = Requested(kind="cancel", actor="somebody", body={"reason": "the test cancels it"})


def run_case(case: Case, folder: Path) -> SimulatedRun:
    """Run a case.

    Args:
        case: the case.
        folder: an empty folder for what commands would write; no other file is touched.

    Raises:
        UsageError: the case cannot be run: a stub is missing, or the run would wait for ever.
    """
    return _Rehearsal(case, folder).run()


class _Due(Struct, frozen=True, order=True):
    """An answer that somebody will give. The time is in milliseconds since the epoch."""

    at: int
    number: int
    request: Requested


class _Rehearsal:
    """One case under way."""

    def __init__(self, case: Case, folder: Path) -> None:
        given = case.given
        self._case = case
        self._due: list[_Due] = []
        self._numbers = count()
        self._asked: set[str] = set()
        secrets = {name: f"secret-{name}" for name in case.tested.workflow.secrets} | dict(case.secrets)
        self._simulation = Simulation(
            folder,
            _with_vars(case.tested.workflow, case.vars),
            Surrounding(
                stubs=Stubbing(case, self._node).choose,
                jobs=given.jobs,
                wait=given.wait,
                deciders=True,
                decide=self._decide,
                secrets=list(secrets.values()),
                watch=self._watch,
            ),
            inputs=case.inputs,
            only=given.only,
            strict=given.strict,
            fail_fast=given.fail_fast,
            autonomy=given.autonomy,
            actions=case.actions,
        )
        if "cancel" in given.model_fields_set:
            self._add(BEGIN, given.cancel, _CANCEL)

    def _node(self, address: str) -> Node:
        return self._simulation.task(address)

    def run(self) -> SimulatedRun:
        simulation = self._simulation
        try:
            code = simulation.run()
            while code == PARKED and self._due:
                code = self._take_further()
        except Stuck as stuck:
            raise UsageError(str(stuck), why="nobody answers", next_step="add `answers`, or leave `wait` out") from stuck
        seconds = (simulation.world.milliseconds - BEGIN) / 1000
        return result_of(simulation.state, tuple(simulation.events), simulation.view(), code, seconds)

    def _take_further(self) -> int:
        """Let somebody answer the parked run, and go on with it."""
        due = min(self._due)
        self._due.remove(due)
        after = (due.at - self._simulation.world.milliseconds) / 1000
        return self._simulation.resume(drafts=partial(self._wanted, due), after=max(after, 0.0))

    def _wanted(self, due: _Due, state: State) -> Sequence[Draft]:
        """The fact that somebody wants something of a run that nobody holds."""
        body, actor = due.request.body, due.request.actor
        if due.request.kind == "cancel":
            return [Draft(kind="run.cancelling", actor=actor, body={"force": False, "signal": 2, **body})]
        task = body["task"]
        if due.request.kind == "lost":
            draft = lost_answered(state, task, actor, body["answer"])
            return [draft] if draft is not None else []
        allows = self._simulation.around.allows
        return [answered(state, task, actor=actor, body=body, allows=allows, now=due.at / 1000)]

    # ------------------------------------------------------------ people

    def _watch(self, world: SimulatedWorld, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind == "run.taken":
                self._plan(world, self._due)
            if event.kind in {"gate.asked", "task.asking"} and event.task not in self._asked:
                self._asked.add(event.task)
                self._plan(world, [self._answer(world, event, answer) for answer in self._answers(event.task)])

    def _plan(self, world: SimulatedWorld, dues: Sequence[_Due]) -> None:
        for due in dues:
            world.later(max(due.at - world.milliseconds, 0) / 1000, partial(self._give, world, due))

    def _give(self, world: SimulatedWorld, due: _Due) -> None:
        self._due.remove(due)
        world.post(due.request)

    def _answer(self, world: SimulatedWorld, event: Event, answer: AnswerShape) -> _Due:
        who = event.body.get("who") or ["somebody"]
        return self._add(world.milliseconds, answer.after, _request(event, answer, answer.by or who[0]))

    def _add(self, since: int, after: float, request: Requested) -> _Due:
        due = _Due(since + round(after * 1000), next(self._numbers), request)
        self._due.append(due)
        return due

    def _answers(self, task: str) -> Sequence[AnswerShape]:
        names = fitting(self._case.answers, self._node(task))
        return self._case.answers[names[0]] if names else ()

    # ------------------------------------------------------------ plugins

    def _decide(self, question: Question) -> Sequence[Mapping[str, JSON]]:
        names = fitting(self._case.opinions, self._node(question.task))
        given = self._case.opinions[names[0]] if names else ()
        built_in = turbo_decide(question, Context(self._simulation.folder))
        return [*map(_opinion, given), *([opinion(built_in.name, answer=built_in.answer)] if built_in is not None else [])]


def _with_vars(workflow: Workflow, values: Mapping[str, JSON]) -> Workflow:
    return replace(
        workflow, vars=tuple((name, _constant(values[name]) if name in values else value) for name, value in workflow.vars)
    )


def _constant(value: JSON) -> Value:
    return Value(raw=value, constant=True, reads=frozenset(), build=lambda _scope: value)


def _request(event: Event, answer: AnswerShape, actor: str) -> Requested:
    if event.kind == "task.asking":
        return Requested(kind="lost", actor=actor, body={"task": event.task, "answer": answer.answer})
    body = {"approve": answer.answer == "approve", "comment": answer.comment, "fields": answer.fields, "source": "test"}
    return Requested(kind="answer", actor=actor, body={"task": event.task, **body})


def _opinion(given: OpinionShape) -> Mapping[str, JSON]:
    told = opinion(given.name, answer=given.answer or "", score=given.score, confidence=given.confidence, weight=given.weight)
    return {**told, "reason": given.reason or told["reason"]}
