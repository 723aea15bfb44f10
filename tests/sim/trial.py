"""One seed: a random workflow, some runners that meet faults, and a last one that does not.

What happened is a `Trace`, which is the same for the same seed. After every commit the journal is looked at (`Watch`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path
from random import Random
from typing import Any

from tests.sim import workflows
from tests.sim.invariants import CANARY, Broken, Watch
from tests.sim.people import People
from tests.sim.spawner import Spawner
from tests.sim.trace import Trace
from turbo_core import replace
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.state import State
from turbo_core.engine.verdicts import undoable
from turbo_core.engine.view import view
from turbo_core.errors import RunHeld, StorageFailed
from turbo_core.model import Draft, Event
from turbo_core.testing.memory import Crash, CrashPoint, Fault, MemoryJournal
from turbo_core.testing.simulation import Journals, Simulation, Surrounding
from turbo_core.testing.world import SimulatedWorld, Stuck

FAULTS: tuple[Fault, ...] = ("before", "after", "full", "busy", "fsync", "taken")
HOUR = 3600.0
ENDS = {"succeeded": {0}, "failed": {1}, "cancelled": {130, 143}}


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
        self.plain = self.dice.random() < 0.5
        options: dict[str, Any] = {name: not self.plain and self.dice.random() < 0.2 for name in ("fail_fast", "strict")}
        files = workflows.files(self.dice, plain=self.plain)
        self.simulation = Simulation(folder, files, actions=workflows.ACTIONS, journals=journals, **options)
        self.trace = Trace(seed=seed, events=self.simulation.events)
        self.watch = Watch(self.simulation.workflow, self.simulation.events)
        self._people = People(self.dice, self.trace, self.watch, plain=self.plain)
        self._faults = faults
        self._fixed = Surrounding(
            deciders=not self.plain and self.dice.random() < 0.5,
            decide=self._people.decide,
            channels=("terminal", "mail"),
            faults={"mail": "no such box"} if self.dice.random() < 0.3 else {},
            unchanged={f"t{number}": {"o": 1} for number in range(3)},
            secrets=(CANARY,),
        )

    def play(self) -> Trace:
        """From the first fact to the end.

        Raises:
            Broken: something did not hold.
        """
        for _ in range(self.dice.randint(1, 4)):
            if self._live() and not self._goes_on():
                break
        self._last_life()
        self._check_the_end()
        return self.trace

    # ------------------------------------------------------------ lives

    def _live(self, *, failed: bool = False, drafts: Sequence[Draft] = ()) -> bool:
        """One runner that meets faults; tells whether it came to an end of its own."""
        run, crash, around = self.simulation, self._crash(), self._among_faults()
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
            self.trace.note(run.world)
            self.watch.look_at_messages(run.world)
            self._people.see(run.world)
        return True

    def _fell(self, crash: CrashPoint) -> None:
        came = self.simulation.commits >= crash.commit
        self.trace.fired[f"journal: {crash.when}" if came else "runner: killed while it waits"] += 1

    def _goes_on(self) -> bool:
        """Whether something is left of a run that has come to an end: it is parked, or somebody wants more of it."""
        self.watch.look_again()
        state = self.simulation.fold()
        if not state.outcome:
            self.trace.fired["people: parked"] += 1
            return True
        more = "" if self.plain else self.dice.choice(["", "undo", "another round"])
        if more == "undo" and (tasks := undoable(state)):
            self.trace.fired["people: undo"] += 1
            return not self._live(drafts=[Draft(kind="undo.wanted", actor="ann", body={"tasks": tasks, "by": "ann"})])
        if more == "another round" and state.outcome != "succeeded":
            self.trace.fired["people: another round"] += 1
            return not self._live(failed=True)
        return False

    def _last_life(self) -> None:
        """A runner that meets no faults, if anything is left to do."""
        self.watch.look_again()
        run = self.simulation
        if run.events and at_rest(run.fold()):
            return
        spawner = Spawner(self.trace.seed, self.watch, self.trace.fired)
        run.resume(replace(self._fixed, stubs=spawner, wait=True, requests=self._people.still_want(), watch=self._answer))
        self.trace.note(run.world)
        if run.state.open.keys() != {name for name, node in run.state.nodes.items() if not node.final}:
            raise Broken("the open tasks are not those that are not final")
        if view(run.state, run.folder) != view(run.fold(), run.folder):
            raise Broken("the journal tells another run than the runner had in mind")

    # ------------------------------------------------------------ what goes wrong

    def _crash(self) -> CrashPoint:
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
            other.resume(self._among_faults(), crash=CrashPoint(commit=self.dice.randint(1, 4), when="after"))
        self.trace.note(other.world)

    def _among_faults(self) -> Surrounding:
        return replace(
            self._fixed,
            stubs=Spawner(self.trace.seed, self.watch, self.trace.fired, self.dice),
            jobs=self.dice.randint(1, 4),
            thinking=self.dice.choice([0, 1, 60]),
            requests=self._people.want(list(self.simulation.state.nodes)),
            watch=self._jump,
        )

    def _jump(self, world: SimulatedWorld, events: Sequence[Event]) -> None:
        self.watch.look(events)
        if self.dice.random() < 0.02:
            world.skew += self.dice.choice([-24, -1, 1, 24]) * HOUR
            self.trace.fired["clock: jumped"] += 1

    def _answer(self, world: SimulatedWorld, events: Sequence[Event]) -> None:
        self.watch.look(events)
        self._people.answer(world)

    # ------------------------------------------------------------ the end

    def _check_the_end(self) -> None:
        self.watch.look_again()
        state = self.simulation.fold()
        if not at_rest(state) or state.exit_code not in ENDS[state.outcome]:
            raise Broken(f"the run does not come to rest: {state.outcome or 'open'}, exit code {state.exit_code}")
        if left := [node.address for node in state.nodes.values() if node.state in {"ready", "running", "asking"}]:
            raise Broken(f"the run has ended, and its tasks have not: {', '.join(left)}")
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
        spawner = Spawner(self.trace.seed, watch, Counter())
        whole.around = replace(self._fixed, stubs=spawner, watch=lambda _world, events: watch.look(events))
        whole.run()
        return shape(whole.state)


def shape(state: State) -> dict[str, Any]:
    """How each task has ended, but for what depends on the time: which of two failures came first."""
    nodes = state.nodes.items()
    return {name: (node.state, node.failure, node.reason, node.undo, node.outputs) for name, node in nodes}
