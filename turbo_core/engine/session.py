"""One runner's life: slots, world, observers and signals are set up, the run is taken as far as it goes, all is let go.

It knows plugins and journal, but no settings and no terminal: those come in as values.
"""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from msgspec import Struct, field

from turbo_core.engine.answers import Allows
from turbo_core.engine.courier import Communicate, Courier
from turbo_core.engine.documenting import Desk, document, documented
from turbo_core.engine.earlier import EarlierRuns
from turbo_core.engine.folding import fold
from turbo_core.engine.foreseeing import first_forecast, past_of
from turbo_core.engine.heralding import Herald
from turbo_core.engine.listening import Listeners, Take
from turbo_core.engine.living import Scribe
from turbo_core.engine.noticing import Noticing
from turbo_core.engine.observing import Observer, Track, track_end, tracker
from turbo_core.engine.ports import Requested
from turbo_core.engine.process.containment import end_groups
from turbo_core.engine.process.planting import Planted
from turbo_core.engine.process.slots import Slots
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.runner import Runner
from turbo_core.engine.state import State
from turbo_core.engine.view import view
from turbo_core.engine.world import RealWorld, Surroundings
from turbo_core.errors import RunHeld
from turbo_core.failures import FailureRule
from turbo_core.journal import history
from turbo_core.journal.files import open_private
from turbo_core.journal.lock import Holder
from turbo_core.journal.reader import read
from turbo_core.journal.runs import project_of
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft, RunInfo
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.telling.outbox import Outbox
from turbo_core.telling.policy import Policy
from turbo_core.telling.wording import Wording
from turbo_core.words import JSON

PROCESSES_NAME = "processes.lock"
PROCESSES_PATIENCE = 30.0
"""Seconds that a new runner waits for the processes of the last one to end."""


class Crew(Struct, frozen=True, kw_only=True):
    """What a session works with. ``trackers`` and ``channels`` are this process's own, beside those of plugins;
    ``take`` is where listeners hand over what people answer, ``policy`` says what is sent to whom.
    """

    project: Path
    plugins: Plugins
    catalog: Catalog
    actor: str
    jobs: int
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    weights: Mapping[str, int]
    allows: Allows
    desk: Desk
    rules: Sequence[FailureRule] = ()
    documents: bool = True
    wait: bool = False
    patience: float = 5.0
    trackers: Mapping[str, Track] = field(default_factory=dict)
    channels: Mapping[str, Communicate] = field(default_factory=dict)
    take: Take | None = None
    policy: Policy = field(default_factory=Policy)
    planted: Planted | None = None


def carry_on(crew: Crew, journal: SqliteJournal, state: State, folder: Path, first: Callable[[JSON], Sequence[Draft]]) -> int:
    """Take the run as far as it goes; gives its exit code.

    Args:
        crew: what to work with.
        journal: the run's writer, taken by this process.
        state: the run, folded so far.
        folder: the run's folder.
        first: makes the first facts from the body of ``run.taken``.

    Raises:
        RunHeld, StorageFailed: see `turbo_core.engine.runner.Runner.run`.
    """
    with ExitStack() as stack:
        guard = stack.enter_context(_processes(folder))
        name = _name(guard)
        if state.seq:
            # Nursery and supervisors of the last runner are gone. If somebody killed them together, their tasks are not.
            end_groups(name)
        slots = Slots(crew.jobs, environment=crew.environment, keep=(guard,), name=name, planted=crew.planted)
        outbox = Outbox(project_of(folder), crew.policy)
        wording = Wording(crew.project / crew.policy.templates)
        around = Surroundings(
            project=crew.project,
            folder=folder,
            run=journal.run,
            workflow=state.workflow.name,
            holder=Holder.here(""),
            secrets=crew.secrets,
            weights=crew.weights,
            rules=crew.rules,
            patience=crew.patience,
            courier=Courier(crew.plugins, crew.channels, outbox, wording),
        )
        earlier = EarlierRuns(project_of(folder), partial(fold, recorded=state.recorded))
        scribe = Scribe(crew.desk.documents, crew.project, crew.desk.own, state.workflow, crew.catalog, earlier)
        world = RealWorld(
            around,
            slots=slots,
            plugins=crew.plugins,
            catalog=crew.catalog,
            observers=_observers(crew, state, journal.run, folder, scribe),
        )
        stack.callback(world.close)
        known = past_of(earlier.project, state.workflow.name)
        foretold = [] if state.seq else first_forecast(state.workflow, known, crew.jobs, crew.project)
        runner = Runner(
            state=state,
            journal=journal,
            world=world,
            folder=folder,
            allows=crew.allows,
            wait=crew.wait,
            noticing=Noticing(known),
            herald=Herald(crew.policy, wording, outbox.open_threads()),
        )
        if crew.policy.quiet is not None:
            world.watch_digests()
        if crew.wait and crew.take is not None:
            listeners = Listeners(crew.plugins, folder, crew.take, world.post)
            stack.callback(listeners.close)
            listeners.start(crew.plugins.channels())
        with _signals(world, crew.actor):
            code = runner.run([*first(_taken(crew, slots)), *foretold])
        if crew.documents:
            rest = state.outcome if at_rest(state) else ""
            runner.record(documented(crew.plugins, state, folder, earlier=earlier, desk=crew.desk, rest=rest, scribe=scribe))
        elif scribe.wanted:
            scribe.close(view(state, folder))
        if late := world.settle():
            runner.note(late)
            if crew.documents:  # what observers did wrong while they saw the end belongs into the report, too
                document(crew.plugins, view(state, folder), crew.desk)
        history.record(project_of(folder), read(folder))
        if state.outcome:  # a thousand ended runs would keep a gigabyte that none of them needs
            journal.release_reserve()
        return code


def _taken(crew: Crew, slots: Slots) -> JSON:
    return {
        "pid": os.getpid(),
        "host": Holder.here("").host,
        "containment": slots.containment,
        "jobs": crew.jobs,
        "deciders": bool(crew.plugins.implementers("turbo_decide")),
        "channels": list(crew.plugins.channels()),
    }


def _observers(crew: Crew, state: State, run: str, folder: Path, scribe: Scribe) -> list[Observer]:
    info = RunInfo(id=run, workflow=state.workflow.name, project=crew.project, folder=folder, live=True)
    trackers = {**crew.trackers, **({"living documents": scribe.track} if scribe.wanted else {})}
    own = [Observer(name, track, info, durable=False) for name, track in trackers.items()]
    plugins = [name for name in crew.plugins.implementers("turbo_track") if name not in crew.trackers]
    return own + [Observer(name, tracker(crew.plugins, name), info, end=track_end(crew.plugins, name)) for name in plugins]


@contextmanager
def _processes(folder: Path) -> Iterator[int]:
    """A lock that every process of the run's slots shares: whoever gets it knows that none of the last runner is left.

    Raises:
        RunHeld: they do not end.
    """
    descriptor = open_private(folder / PROCESSES_NAME, os.O_RDWR)
    try:
        until = time.monotonic() + PROCESSES_PATIENCE
        while not _locked(descriptor):
            if time.monotonic() > until:
                raise RunHeld(
                    "processes of the last runner are still there",
                    where=folder.name,
                    next_step="see turbo doctor; end them, then resume again",
                )
            time.sleep(0.02)
        yield descriptor
    finally:
        os.close(descriptor)


def _name(guard: int) -> str:
    """What the control groups of the run are called: the same for each of its runners, and another one in a copy of the run."""
    status = os.fstat(guard)
    return f"turbo-{status.st_dev:x}-{status.st_ino:x}"


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _signals(world: RealWorld, actor: str) -> Iterator[None]:
    """Ctrl-C once asks for an orderly end, twice for one at once; SIGTERM and SIGHUP ask for an orderly one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        told: dict[str, JSON] = {"signal": number, "reason": f"{name} was received", "source": "signal", "force": False}
        world.post(Requested(kind="cancel", actor=actor, body=told))

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
