"""One seed: a random workflow, some runners that meet faults, and a last one that does not.

What happened is a `Trace`, which is the same for the same seed. After every commit the journal is looked at (`Watch`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.sim import workflows
from tests.sim.invariants import CANARY, Broken, Watch
from tests.sim.spawner import Spawner
from turbo_core.engine.ports import Requested
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.state import State
from turbo_core.engine.verdicts import undoable
from turbo_core.engine.view import view
from turbo_core.errors import RunHeld, StorageFailed
from turbo_core.journal.codec import encode
from turbo_core.model import Draft, Event, Question
from turbo_core.testing.memory import Crash, CrashPoint, Fault, MemoryJournal
from turbo_core.testing.simulation import Journals, Simulation, Surrounding
from turbo_core.testing.world import SimulatedWorld, Stuck, opinion

FAULTS: tuple[Fault, ...] = ("before", "after", "full", "busy", "fsync", "taken")
HOUR = 3600.0
ENDS = {"succeeded": {0}, "failed": {1}, "cancelled": {130, 143}}


@dataclass(kw_only=True)
class Trace:
    """What came of a seed: how often each fault fired, what was started, and what is in the journal."""

    seed: int
    fired: Counter[str] = field(default_factory=Counter)
    started: list[str] = field(default_factory=list)
    events: Sequence[Event] = ()

    def lines(self) -> list[str]:
        """All of it, one thing a line, without the name of the folder in which it happened."""
        fired = [f"{name}: {times}" for name, times in sorted(self.fired.items())]
        return [*(_line(event) for event in self.events), *(f"started {name}" for name in self.started), *fired]


def _line(event: Event) -> str:
    body = {name: value for name, value in event.body.items() if name != "project"}
    place = f"{event.seq} {event.epoch} {event.round} {event.at} {event.kind} {event.task} {event.attempt or ''}"
    return f"{place.rstrip()} {encode(body).decode()} {event.dedupe}".rstrip()


class Trial:
    """Plays one seed.

    Args:
        seed: everything follows from it.
        folder: an empty folder.
        journals: makes the journal of each runner.
        faults: what may go wrong with it.
    """

    def __init__(self, seed: int, folder: Path, journals: Journals = MemoryJournal, *, faults: Sequence[Fault] = FAULTS) -> None:
        self.dice = Random(seed)
        self.trace = Trace(seed=seed)
        self._faults = faults
        self.plain = self.dice.random() < 0.5
        options: dict[str, Any] = (
            {} if self.plain else {"fail_fast": self.dice.random() < 0.2, "strict": self.dice.random() < 0.1}
        )
        files = workflows.files(self.dice, plain=self.plain)
        self.simulation = Simulation(folder, files, actions=workflows.ACTIONS, journals=journals, **options)
        self.watch = Watch(self.simulation.workflow, self.simulation.events)
        self.trace.events = self.simulation.events
        self._deciders = not self.plain and self.dice.random() < 0.5
        self._fault = {"mail": "no such box"} if self.dice.random() < 0.3 else {}
        self._unchanged = {f"t{number}": {"o": 1} for number in range(3)}
        self._inbox: dict[str, Requested] = {}
        self._answered: set[int] = set()

    def play(self) -> Trace:
        """From the first fact to the end.

        Raises:
            Broken: something did not hold.
        """
        for _ in range(self.dice.randint(1, 4)):
            if self._live(self._around(faulty=True), self._crash()) and not self._goes_on():
                break
        self._last_life()
        self._check_the_end()
        return self.trace

    # ------------------------------------------------------------ lives

    def _live(self, around: Surrounding, crash: CrashPoint | None, *, failed: bool = False, drafts: Sequence[Draft] = ()) -> bool:
        """One runner; tells whether it came to an end of its own."""
        run = self.simulation
        try:
            run.resume(around, crash=crash, failed=failed, drafts=lambda _state: drafts, after=self.dice.choice([0, 1, HOUR]))
        except (Crash, Stuck):
            self._fell(crash)
            return False
        except (StorageFailed, RunHeld):
            self._fell(crash)
            run.world.happened(0)
            if run.world.running:
                raise Broken(f"{run.world.running} attempts go on after their runner has failed") from None
            return False
        finally:
            self.trace.started += [attempt.log.name for attempt in run.world.started]
            self._put_away()
        return True

    def _fell(self, crash: CrashPoint | None) -> None:
        run = self.simulation
        at = crash is not None and run.commits >= crash.commit
        self.trace.fired[f"journal: {crash.when}" if crash is not None and at else "runner: killed while it waits"] += 1

    def _goes_on(self) -> bool:
        """Whether somebody resumes a run that has come to an end: it is parked, or gets another round."""
        run = self.simulation
        self.watch.look_again()
        state = run.fold()
        if not state.outcome:
            self.trace.fired["people: parked"] += 1
            return True
        if self.plain or (state.outcome == "succeeded" and self.dice.random() < 0.5):
            return False
        if self.dice.random() < 0.5:
            return self._takes_back(state)
        if state.outcome == "succeeded":
            return False
        self.trace.fired["people: another round"] += 1
        return not self._live(self._around(faulty=True), self._crash(), failed=True)

    def _takes_back(self, state: State) -> bool:
        """Somebody says ``turbo undo``; gives whether the run goes on after it."""
        if not (tasks := undoable(state)):
            return False
        self.trace.fired["people: undo"] += 1
        draft = Draft(kind="undo.wanted", actor="ann", body={"tasks": tasks, "by": "ann"})
        return not self._live(self._around(faulty=True), self._crash(), drafts=[draft])

    def _last_life(self) -> None:
        self.watch.look_again()
        run = self.simulation
        if not run.events or not at_rest(run.fold()):
            run.resume(self._around(faulty=False))
            self.trace.started += [attempt.log.name for attempt in run.world.started]

    # ------------------------------------------------------------ what goes wrong

    def _crash(self) -> CrashPoint | None:
        dice, when = self.dice, self.dice.choice(self._faults)
        return CrashPoint(
            commit=dice.randint(1, 12),
            when=when,
            reserve=dice.random() < 0.7,
            kept=dice.random() < 0.5,
            meanwhile=self._takeover if when == "taken" else lambda: None,
        )

    def _takeover(self) -> None:
        """Another runner takes the run while this one is stopped, and is killed at some time."""
        other = copy(self.simulation)
        with suppress(Crash, Stuck):
            other.resume(self._around(faulty=True), crash=CrashPoint(commit=self.dice.randint(1, 4), when="after"))
        self.trace.started += [f"other {attempt.log.name}" for attempt in other.world.started]

    def _around(self, *, faulty: bool) -> Surrounding:
        spawner = Spawner(self.trace.seed, self.watch, self.trace.fired, self.dice if faulty else None)
        return Surrounding(
            stubs=spawner,
            jobs=self.dice.randint(1, 4),
            wait=not faulty,
            deciders=self._deciders,
            decide=self._decide,
            thinking=self.dice.choice([0, 1, 60]),
            channels=("terminal", "mail"),
            faults=self._fault,
            unchanged=self._unchanged,
            secrets=(CANARY,),
            requests=self._requests() if faulty else [(1, request) for request in self._inbox.values()],
            watch=self._jump if faulty else self._answer,
        )

    def _requests(self) -> list[tuple[float, Requested]]:
        """What people want in this life: new requests, and what the last runner did not put away."""
        if not self.plain and self.dice.random() < 0.4:
            request = self._request(f"request{len(self.trace.started)}-{len(self._inbox)}-{self.dice.randint(0, 10**9)}")
            self._inbox[request.name] = request
        return [(self.dice.randint(0, 30), request) for request in self._inbox.values()]

    def _request(self, name: str) -> Requested:
        kind, task = self.dice.choice(["cancel", "cancel_task", "answer"]), f"t{self.dice.randint(0, 2)}"
        told: dict[str, Any] = {"force": self.dice.random() < 0.3, "reason": "enough", "signal": 2}
        if kind != "cancel":
            task = self.dice.choice([name for name in self.simulation.state.nodes if "[" not in name] or [task])
            told = {"task": task, "approve": self.dice.random() < 0.5, "comment": "", "fields": {}}
        return Requested(kind=kind, actor="ann", name=name, body=told)

    def _put_away(self) -> None:
        """Requests that are done are gone from the inbox; what asked for a fact has got it."""
        for name in self.simulation.world.done:
            request = self._inbox.pop(name)
            self.trace.fired[f"people: {request.kind}"] += 1
            self.watch.look()
            if request.kind == "answer" and not self.watch.handled(name):
                raise Broken(f"the request {name} is put away, and the journal does not know of it")

    def _jump(self, world: SimulatedWorld, events: Sequence[Event]) -> None:
        self.watch.look(events)
        if self.dice.random() < 0.02:
            world.skew += self.dice.choice([-24, -1, 1, 24]) * HOUR
            self.trace.fired["clock: jumped"] += 1

    def _decide(self, question: Question) -> Sequence[Any]:
        own = Random(f"{self.trace.seed}/{question.task}/{self.watch.known.get(question.task, 0)}")
        answer = own.choice(["", "retry", "skip", "ask", "undo", "stop"]) if question.kind == "failure" else ""
        self.trace.fired[f"deciders: {answer or ('scores' if question.kind == 'gate' else 'nothing')}"] += 1
        return [opinion("oracle", answer=answer, score=own.choice([0, 0.5, 1, None]), confidence=own.choice([0.5, 1]))]

    def _answer(self, world: SimulatedWorld, events: Sequence[Event]) -> None:
        """In the last life a person answers every question."""
        self.watch.look(events)
        for task, event in self.watch.asked.items():
            if event.seq not in self._answered:
                self._answered.add(event.seq)
                self._say(world, task, gate=event.kind == "gate.asked")

    def _say(self, world: SimulatedWorld, task: str, *, gate: bool) -> None:
        body: dict[str, Any] = {"task": task, "approve": self.dice.random() < 0.5, "comment": "", "fields": {}}
        if not gate:
            body = {"task": task, "answer": "rerun" if self.plain else self.dice.choice(["rerun", "done", "fail"])}
        request = Requested(kind="answer" if gate else "lost", actor="ann", body=body)
        world.later(1, lambda: world.post(request))

    # ------------------------------------------------------------ the end

    def _check_the_end(self) -> None:
        self.watch.look_again()
        run = self.simulation
        state = run.fold()
        if not at_rest(state) or state.exit_code not in ENDS[state.outcome]:
            raise Broken(f"the run does not come to rest: {state.outcome or 'open'}, exit code {state.exit_code}")
        if left := [node.address for node in state.nodes.values() if node.state in {"ready", "running", "asking"}]:
            raise Broken(f"the run has ended, and its tasks have not: {', '.join(left)}")
        if view(state, run.folder) != view(run.fold(), run.folder):
            raise Broken("the same journal gives two views")
        if self.plain:
            self._compare(shape(state), self._without_faults())

    def _compare(self, ends: dict[str, Any], others: dict[str, Any]) -> None:
        differ = {task: (ends.get(task), others.get(task)) for task in {**ends, **others} if ends.get(task) != others.get(task)}
        if differ:
            raise Broken(f"it ends otherwise than without faults (first with, then without): {differ}")

    def _without_faults(self) -> dict[str, Any]:
        """How each task of the same workflow ends in a run in which nothing goes wrong."""
        whole = Simulation(self.simulation.folder, self.simulation.workflow, actions=workflows.ACTIONS)
        watch = Watch(whole.workflow, whole.events)
        around = self._around(faulty=False)
        spawner = Spawner(self.trace.seed, watch, Counter())
        whole.around = replace(around, stubs=spawner, watch=lambda _world, events: watch.look(events))
        whole.run()
        return shape(whole.state)


def shape(state: State) -> dict[str, Any]:
    """How each task has ended, but for what depends on the time: which of two failures came first."""
    nodes = state.nodes.items()
    return {name: (node.state, node.failure, node.reason, node.undo, node.outputs) for name, node in nodes}
