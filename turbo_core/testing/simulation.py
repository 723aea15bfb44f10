"""A whole run without processes and waiting: a workflow's text, stubs for its tasks, and the real engine between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from turbo_core.engine.answers import Allows
from turbo_core.engine.changing import refuse_started
from turbo_core.engine.heralding import SILENT, Herald
from turbo_core.engine.nodes import Node
from turbo_core.engine.noticing import Noticing
from turbo_core.engine.ports import Requested
from turbo_core.engine.recovery import next_round, recover
from turbo_core.engine.runner import Runner
from turbo_core.engine.state import State
from turbo_core.engine.verdicts import undoable
from turbo_core.engine.view import view
from turbo_core.errors import PluginFailed
from turbo_core.model import ActionInfo, Draft, Event, RunView
from turbo_core.people import asked_about
from turbo_core.settings import Autonomy
from turbo_core.telling.policy import Policy
from turbo_core.testing.memory import CrashPoint, MemoryJournal
from turbo_core.testing.world import BEGIN, Choose, Decide, SimulatedWorld, Stubs, Watch
from turbo_core.tracking.past import NOTHING, Past
from turbo_core.words import JSON, Risk
from turbo_core.workflow.definition import Actions, Workflow
from turbo_core.workflow.given import inputs_from
from turbo_core.workflow.reading import from_texts, load
from turbo_core.workflow.selection import selected, tasks_of

RUN = "simulated"
ACTOR = "starter"

Journals: TypeAlias = Callable[[str, list[Event], CrashPoint | None], MemoryJournal]


class StubAction(Struct, frozen=True, kw_only=True):
    """An action that a simulated workflow may use: what reading asks about it."""

    name: str
    risk: Risk = "change"
    idempotent: bool = False
    undo: bool = False
    probe: bool = False
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def info(self) -> ActionInfo:
        """What the host knows of it."""
        return ActionInfo(
            name=self.name,
            summary="",
            description="",
            risk=self.risk,
            idempotent=self.idempotent,
            parameters={"type": "object", "properties": {name: {} for name in self.parameters}},
            outputs={"type": "object", "properties": {name: {} for name in self.outputs}},
            has_plan=False,
            has_undo=self.undo,
            has_probe=self.probe,
        )


class StubCatalog:
    """Implements `turbo_core.workflow.definition.Actions` over a few `StubAction`."""

    def __init__(self, actions: Sequence[StubAction]) -> None:
        self._actions = {action.name: action.info for action in actions}

    def info(self, name: str) -> ActionInfo:
        """What is known of an action.

        Raises:
            PluginFailed: it is not among those that were given.
        """
        if name not in self._actions:
            raise PluginFailed(f"there is no action {name}", next_step="give the simulation a StubAction")
        return self._actions[name]

    def template(self, _name: str) -> None:
        """There are no plugins, and so no templates but the project's."""

    def check(self, _name: str, _argument: str, _value: JSON) -> str:
        """Every argument fits."""
        return ""


class Surrounding(Struct, frozen=True, kw_only=True):
    """What a simulated run finds around it; see `SimulatedWorld` for the parts that are not explained here.

    ``deciders`` tells whether there are any; ``allows`` who may answer; ``jobs`` how many attempts run at once. ``known`` is what
    earlier runs tell, for anomalies; ``policy`` says what people are told.
    """

    stubs: Stubs | Choose = field(default_factory=dict)
    jobs: int = 4
    wait: bool = False
    deciders: bool = False
    decide: Decide = lambda _question: ()
    thinking: float = 0.0
    baselines: Mapping[str, Sequence[JSON]] = field(default_factory=dict)
    allows: Allows = lambda who, actor: not who or actor in who
    requests: Sequence[tuple[float, Requested]] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    channels: Sequence[str] = ("terminal",)
    faults: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    known: Past = NOTHING
    policy: Policy = SILENT
    watch: Watch = lambda _world, _events: None


class Simulation:
    """One run in a simulated world; it can crash, be resumed, and be looked at.

    Args:
        folder: an empty folder for the workflow's files and the outputs of commands.
        files: the text of ``turbo.yaml``, or path → text with ``turbo.yaml`` among them; or a workflow that is read already.
        around: the world, until another is given to `resume`.
        inputs: values of the workflow's inputs.
        only: as ``--only``.
        strict: as ``--strict``.
        fail_fast: as ``--fail-fast``.
        force: as ``--force``.
        autonomy: the autonomy in force.
        ask_before: as the setting.
        actions: what `uses:` may name; a whole catalogue, where the plugins are there.
        journals: makes the journal of each runner, where it is not to live in memory alone.

    Raises:
        WorkflowInvalid: the text is wrong.
    """

    def __init__(
        self,
        folder: Path,
        files: str | Mapping[str, str] | Workflow,
        around: Surrounding = Surrounding(),
        *,
        inputs: Mapping[str, JSON] | None = None,
        only: Sequence[str] = (),
        strict: bool = False,
        fail_fast: bool = False,
        force: bool = False,
        autonomy: Autonomy = "supervised",
        ask_before: Sequence[Risk] = (),
        actions: Sequence[StubAction] | Actions = (),
        journals: Journals = MemoryJournal,
    ) -> None:
        self.folder = folder
        self._journals = journals
        self.around = around
        self.events: list[Event] = []
        self.commits = 0
        self._catalog: Actions = StubCatalog(actions) if isinstance(actions, Sequence) else actions
        self.workflow = files if isinstance(files, Workflow) else self._load(files)
        self.state = self._pending()
        self.world = SimulatedWorld({})
        self._milliseconds = BEGIN
        self._created: dict[str, JSON] = {
            "workflow": self.workflow.name,
            "path": self.workflow.position.path,
            "plugins": {},
            **_definition(self.workflow),
            "inputs": inputs_from(self.workflow.inputs, inputs or {}),
            "options": {
                "selected": selected(self.workflow, only),
                "fail_fast": fail_fast,
                "strict": strict,
                "force": force,
                "autonomy": autonomy,
                "ask_before": asked_about(autonomy, ask_before),
                "approvers": [],
            },
            "core_version": "0",
            "project": str(folder),
            "host": "simulated",
        }

    def _load(self, files: str | Mapping[str, str]) -> Workflow:
        for name, text in ({"turbo.yaml": files} if isinstance(files, str) else files).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return load(self.folder / "turbo.yaml", self.folder, self._catalog)

    def _recorded(self, created: Mapping[str, JSON]) -> Workflow:
        return from_texts(created["texts"], created["path"], self.folder, self._catalog)

    def _pending(self) -> State:
        return State(self.workflow, self._recorded)

    def run(self, *, crash: CrashPoint | None = None) -> int:
        """Take the run from its beginning as far as it goes; gives its exit code (3: parked).

        Raises:
            Crash, StorageFailed: at the point that was asked for.
            Stuck: it waits for what will never happen.
        """
        self.state = self._pending()
        created = Draft(kind="run.created", actor=ACTOR, body=self._created)
        return self._carry_on([created, self._taken()], crash)

    def resume(
        self,
        around: Surrounding | None = None,
        *,
        failed: bool = False,
        files: str | Mapping[str, str] | None = None,
        drafts: Callable[[State], Sequence[Draft]] = lambda _state: (),
        after: float = 0.0,
        crash: CrashPoint | None = None,
    ) -> int:
        """Go on with the run from its journal, as a new runner would.

        Args:
            around: another world than before.
            failed: begin a new round.
            files: another text of the workflow, to be taken as ``--accept-changes`` does.
            drafts: makes the facts to begin with.
            after: seconds that have passed meanwhile.
            crash: what goes wrong.

        Raises:
            ResumeRefused: ``failed`` is asked, and there is nothing to do again; a task that has begun is another one now.
            Crash, StorageFailed, Stuck: as `run`.
        """
        self.around = around or self.around
        self._milliseconds += round(after * 1000)
        if not self.events:
            return self.run(crash=crash)
        self.state = self.fold()
        changes = [] if files is None else [self._changed(self._load(files))]
        more = [next_round(self.state)] if failed else [*drafts(self.state)]
        return self._carry_on([self._taken(), *changes, *recover(self.state), *more], crash)

    def _changed(self, workflow: Workflow) -> Draft:
        refuse_started(self.state, workflow)
        return Draft(kind="run.changed", actor=ACTOR, body=_definition(workflow))

    def undo(self, *tasks: str) -> int:
        """Take back what the run did, as ``turbo undo`` does."""
        body = {"tasks": undoable(self.fold(), frozenset(tasks)), "by": ACTOR}
        return self.resume(drafts=lambda _state: [Draft(kind="undo.wanted", actor=ACTOR, body=body)])

    def _carry_on(self, first: Sequence[Draft], crash: CrashPoint | None) -> int:
        around = self.around
        journal = self._journals(RUN, self.events, crash)
        self.world = SimulatedWorld(
            around.stubs,
            past=tuple(self.events),
            requests=around.requests,
            decide=around.decide,
            thinking=around.thinking,
            baselines=around.baselines,
            held=around.held,
            unchanged=around.unchanged,
            faults=around.faults,
            secrets=around.secrets,
            watch=around.watch,
            milliseconds=self._milliseconds,
        )
        runner = Runner(
            state=self.state,
            journal=journal,
            world=self.world,
            folder=self.folder,
            allows=around.allows,
            wait=around.wait,
            noticing=Noticing(around.known),
            herald=Herald(around.policy),
        )
        try:
            return runner.run(first)
        finally:
            self.commits = journal.commits
            self._milliseconds = self.world.milliseconds

    def _taken(self) -> Draft:
        around = self.around
        body: dict[str, JSON] = {"pid": 1, "host": "simulated", "containment": "none", "jobs": around.jobs}
        body |= {"deciders": around.deciders, "channels": list(around.channels)}
        return Draft(kind="run.taken", actor=ACTOR, body=body)

    # ------------------------------------------------------------ looking

    def fold(self) -> State:
        """A new state, from the journal alone."""
        state = self._pending()
        for event in self.events:
            state.apply(event)
        return state

    def view(self) -> RunView:
        """The run as a value."""
        return view(self.state, self.folder)

    def task(self, address: str) -> Node:
        """One task of the run."""
        return self.state.nodes[address]

    def states(self) -> dict[str, str]:
        """The state of every task."""
        return {address: node.state for address, node in self.state.nodes.items()}

    def kinds(self, task: str = "") -> list[str]:
        """The kinds of the events of a task, in order; of all events if none is named."""
        return [event.kind for event in self.events if not task or event.task == task]

    def of_kind(self, kind: str) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if event.kind == kind]

    def started(self) -> list[str]:
        """The addresses of all attempts, in the order in which they started."""
        return [event.task for event in self.of_kind("attempt.started")]


def _definition(workflow: Workflow) -> dict[str, JSON]:
    actions = sorted({task.uses for task in tasks_of(workflow) if task.uses})
    return {"texts": dict(workflow.texts), "digest": workflow.digest, "actions": actions}


def simulate(folder: Path, files: str | Mapping[str, str], stubs: Stubs | None = None, *, jobs: int = 4) -> Simulation:
    """Run a workflow with stubs, and give the run to look at.

    Args:
        folder: an empty folder.
        files: as `Simulation` takes them.
        stubs: how attempts end.
        jobs: how many run at once.
    """
    run = Simulation(folder, files, Surrounding(stubs=stubs or {}, jobs=jobs))
    run.run()
    return run
