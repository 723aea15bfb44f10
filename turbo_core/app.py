"""The one place where the parts meet: settings, plugins, journal and engine. No globals: whoever needs one makes an `App`.

Commands, tests and other front ends call this; it prints nothing and knows no terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from turbo_core import __version__
from turbo_core.builtin.matching import check as check_rules
from turbo_core.engine.answers import Said, answered, lost_answered
from turbo_core.engine.documenting import Documents, desk_of, document
from turbo_core.engine.equipping import refuse_settings
from turbo_core.engine.folding import fold, held
from turbo_core.engine.keeping import Bounds, tidy
from turbo_core.engine.pinning import as_it_is_now, pins_of, recorded, refuse_changes
from turbo_core.engine.planning import tell
from turbo_core.engine.recovery import at_rest, next_round, recover
from turbo_core.engine.refusals import nothing_to_resume, nothing_to_undo, refuse_stranger, seen
from turbo_core.engine.sealed import Find, SecretsFile, find_all
from turbo_core.engine.session import Crew, carry_on
from turbo_core.engine.snapshots import Snapshots
from turbo_core.engine.state import State
from turbo_core.engine.terms import Front, Options, Result
from turbo_core.engine.times import iso
from turbo_core.engine.verdicts import undoable
from turbo_core.engine.view import view
from turbo_core.errors import SecretMissing, TurboError, UsageError
from turbo_core.journal import inbox
from turbo_core.journal.bell import ring
from turbo_core.journal.lock import Holder, is_held
from turbo_core.journal.runs import home, look_at, new_id, resolve, run_folder
from turbo_core.journal.takeover import end_holder
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Attempt, Draft, Outcome, RunView
from turbo_core.people import People, asked_about
from turbo_core.plugins import names as plugin_names
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import Selection
from turbo_core.plugins.tables import Tables
from turbo_core.plugins.trials import Trials
from turbo_core.settings import Settings, account, environment, outer_trace, read_settings
from turbo_core.telling.reading import read_policy
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.finding import current_folder, find, project_root
from turbo_core.workflow.given import inputs_from
from turbo_core.workflow.selection import selected


class App:
    """Turbo in one project.

    Args:
        project: the project's root folder; found from the current folder if not given.
        flags: settings from the command line (`turbo_core.settings`).
        selection: which plugins are on; those that settings turn off are off too.
        names: the plugins that there are; those that are installed if not given.
        assigned: settings from the command line, key → text.
        source: where whatever is asked for comes from; the journal names it, and this host.

    Raises:
        UsageError: a setting is wrong.
        PluginFailed: a plugin that was asked for is not installed.
    """

    def __init__(
        self,
        project: Path | None = None,
        *,
        flags: Mapping[str, object] | None = None,
        selection: Selection | None = None,
        names: plugin_names.Names | None = None,
        assigned: Mapping[str, str] | None = None,
        source: str = "a program",
    ) -> None:
        self.project = project_root(current_folder(), project)
        self.settings: Settings = read_settings(self.project, flags, assigned=assigned)
        self.people = People(aliases=self.settings.people, groups=self.settings.groups)
        self.actor = self.people.person(account())
        self.source = f"{source} on {Holder.here('').host}"
        known = names or plugin_names.find(self.settings.cache_folder)
        self.plugins = Plugins(
            known,
            Trials(self.settings.cache_folder, environment=known.environment),
            (selection or Selection()).without(self.settings.disabled),
            Tables(self.settings.plugin_tables, self.settings.plugin_variables, self._secret_of_setting),
        )
        self.desk = desk_of(self.project, self.settings, self.plugins)
        self.policy = read_policy(self.settings.messages, self.settings.origins.get("messages", ""))
        self.catalog = Catalog(self.plugins)
        self.snapshots = Snapshots(self.settings.cache_folder / "workflows")
        self._recorded = partial(recorded, snapshots=self.snapshots)

    # ------------------------------------------------------------ workflows

    def workflow(self, name: str | None = None, file: Path | None = None) -> tuple[Workflow, Path]:
        """Find, read and check a workflow; gives it with the path of its file.

        Raises:
            UsageError: there is no such workflow.
            WorkflowInvalid: with all problems of all its files.
        """
        path = find(self.project, name, file)
        return self.snapshots.load(path.resolve(), self.project, self.catalog), path

    # ------------------------------------------------------------ runs

    def run(
        self,
        workflow: Workflow,
        inputs: Mapping[str, JSON],
        options: Options = Options(),
        front: Front = Front(),
        *,
        place: Path | None = None,
    ) -> Result:
        """Run a workflow to its end, or to where only people can take it further.

        Args:
            workflow: what to run, from `workflow`.
            inputs: values, or text that is read by the declared type.
            options: how.
            front: what to show with.
            place: the folder in whose ``.turbo`` the run is kept; the project if not given.

        Raises:
            UsageError: an input, a task of ``only``, a plugin or a secret is missing or wrong; nothing was started.
        """
        given = inputs_from(workflow.inputs, inputs)
        crew = self._crew(workflow, options, front)
        created = self._created(workflow, given, options)
        now = time.time()
        kept = place or self.project
        home(kept)
        run = new_id(now)
        folder = run_folder(kept, run)
        journal = SqliteJournal.create(folder, run, Holder.here(iso(now)))
        state = State(workflow, self._recorded)
        try:
            start = self._said(kind="run.created", body=created)
            code = carry_on(crew, journal, state, folder, lambda taken: [start, self._said(kind="run.taken", body=taken)])
        finally:
            journal.close()
        tidy(kept, self.bounds, spare=run)
        return Result(code=code, folder=folder, run=view(state, folder))

    @property
    def bounds(self) -> Bounds:
        """What is kept of ended runs."""
        return Bounds(runs=self.settings.keep, days=self.settings.keep_days, gib=self.settings.keep_gib)

    def resume(
        self,
        folder: Path,
        *,
        state: State | None = None,
        failed: bool = False,
        as_recorded: bool = False,
        accept_changes: bool = False,
        wait: bool = False,
        take_over: bool = False,
        reason: str = "",
        drafts: Callable[[State], Sequence[Draft]] = lambda _state: (),
        front: Front = Front(),
    ) -> Result:
        """Go on with a run.

        Args:
            folder: the run's folder.
            state: the run, as far as it has been folded already.
            failed: begin a new round with what did not succeed.
            as_recorded: go on with the recorded definition although the files have changed.
            accept_changes: take the changed definition for tasks that have not been tried yet.
            wait: stay while only people can go on.
            take_over: end the runner that holds the run, if there is one.
            reason: why, for the journal.
            drafts: makes the facts to begin with (a person's answer).
            front: what to show with.

        Raises:
            ResumeRefused: files or plugins have changed, or the run has ended.
            RunHeld: another runner holds the run, or it could not be taken over.
        """
        ended = None
        state = state or self.fold(folder)
        if take_over:
            self._definition(state, as_recorded, accept_changes)  # what is refused ends nobody
            ended = end_holder(folder)
        with held(folder, state) as (journal, state):
            more = [next_round(state)] if failed else [*drafts(state)]
            if not more and at_rest(state):
                raise nothing_to_resume(state.run, state.outcome)
            workflow, changes = self._definition(state, as_recorded, accept_changes)
            crew = self._crew(workflow, Options(wait=wait), front)
            lost = recover(state)
            why = {"reason": reason, "took_over": str(ended or "")}
            begin = (*changes, *lost, *more)
            code = carry_on(
                crew, journal, state, folder, lambda taken: [self._said(kind="run.taken", body={**taken, **why}), *begin]
            )
        return Result(code=code, folder=folder, run=view(state, folder))

    def require_rest_to_do(self, folder: Path) -> None:
        """Refuse a run that has come to rest, if its last event says so; the journal is not read for it.

        Raises:
            ResumeRefused: there is nothing to go on with.
        """
        run = look_at(folder)
        outcome = run.last.body.get("at_rest") if run and run.last and run.last.kind == "documents.written" else ""
        if run and outcome:
            raise nothing_to_resume(run.id, outcome)

    def undo(self, folder: Path, tasks: Iterable[str] = (), front: Front = Front(), *, reason: str = "") -> Result:
        """Take back what a run did, in reverse order of completion; ``reason`` is journalled.

        Raises:
            UsageError: a task has nothing to undo, or none has.
            RunHeld: the run is not at rest.
        """
        state = self.fold(folder)
        wanted = undoable(state, frozenset(tasks))
        stray = [task for task in tasks if task not in wanted]
        if stray or not wanted:
            raise nothing_to_undo(state, *stray[:1])
        draft = self._said(kind="undo.wanted", body={"tasks": wanted, "by": self.actor, "reason": reason})
        result = self.resume(folder, state=state, as_recorded=True, drafts=lambda _state: [draft], front=front)
        left = any(node.undo == "undo_failed" for node in self.fold(folder).nodes.values())
        return Result(code=1 if left else 0, folder=folder, run=result.run)

    def answer(
        self,
        folder: Path,
        task: str,
        body: Mapping[str, JSON],
        *,
        go_on: bool = True,
        front: Front = Front(),
        said: Said | None = None,
    ) -> Result | None:
        """Answer a gate's question.

        Args:
            folder: the run's folder.
            task: the address of the gate.
            body: ``approve``, ``comment`` and ``fields``; with a ``token`` it answers the question with that token only.
            go_on: go on with the run, if nobody else does.
            front: what to show with.
            said: who answers, and where; this account and this host if not given.

        Returns:
            How far the run came; ``None`` if its runner will take the answer, or the answer was only recorded.

        Raises:
            UsageError: the answer is refused; the message says why.
        """
        said = said or Said(actor=self.actor, source=self.source)
        state, body = self.fold(folder), {**body, "source": said.source}
        told = answered(state, task, actor=said.actor, body=body, allows=self.people.allows, now=time.time())
        if not told.body["accepted"]:
            if is_held(folder) is None:
                self.append(folder, told)
            hint = f"turbo why {state.run} {task} tells how it stands"
            raise UsageError("the answer is refused", where=task, why=told.body["why"], next_step=hint)
        # Its runner judges it again: much can happen on the way.
        if self._leave(folder, "answer", {**body, "task": task}, said):
            return None
        if go_on:
            return self.resume(folder, state=state, drafts=lambda _state: [told], front=front)
        self.append(folder, told)
        return None

    def settle(self, folder: Path, answer: str, tasks: Sequence[str], front: Front = Front()) -> Result | None:
        """Say what became of tasks whose end was lost: ``rerun``, ``done`` or ``fail``; all that are held if none is named.

        Raises:
            UsageError: a task is not held.
        """
        state = self.fold(folder)
        held = [node.address for node in state.asking if "due" not in node.asked]
        stray = next((task for task in tasks if task not in held), None)
        if stray is not None or not held:
            raise UsageError(f"{stray or 'no task'} is held", where=state.run, next_step=f"held are: {', '.join(held) or 'none'}")
        wanted = tasks or held
        if all(self._leave(folder, "lost", {"task": task, "answer": answer}) for task in wanted):
            return None
        told = (lost_answered(state, task, self.actor, answer) for task in wanted)
        drafts = [replace(draft, source=self.source) for draft in told if draft]
        return self.resume(folder, state=state, drafts=lambda _state: drafts, front=front)

    def cancel(self, folder: Path, reason: str, front: Front = Front()) -> Result | None:
        """End a run in an orderly way; ``None`` if its runner will do so.

        Raises:
            UsageError: the run has ended.
        """
        if self._leave(folder, "cancel", {"reason": reason}):
            return None
        state = self.fold(folder)
        if state.outcome:
            raise UsageError("the run has ended already", where=folder.name)
        draft = self._said(kind="run.cancelling", body={"force": False, "reason": reason, "signal": 2})
        return self.resume(folder, state=state, as_recorded=True, drafts=lambda _state: [draft], front=front)

    def acknowledge(self, folder: Path, key: str) -> None:
        """Tell that this account has seen a message, by its key.

        Raises:
            UsageError: there is no such message, or somebody was first.
        """
        draft = seen(self.fold(folder), key, self.actor)
        if not self._leave(folder, "acknowledge", {"key": key}):
            self.append(folder, replace(draft, source=self.source))

    def _take(self, folder: Path, kind: str, body: Mapping[str, JSON], *, who: str, channel: str) -> str:
        """Take what a person asks through a channel; gives why it is refused."""
        said = Said(actor=self.people.person(who), source=f"channel {channel}")
        if kind == "answer":
            try:
                if not self.people.knows(who):
                    refuse_stranger(self.fold(folder), str(body["task"]), who)
                self.answer(folder, str(body["task"]), body, go_on=False, said=said)
            except TurboError as error:
                return error.why or error.what
            return ""
        return "" if self._leave(folder, kind, body, said) else f"the run {folder.name} is not waited for"

    def _leave(self, folder: Path, kind: str, body: Mapping[str, JSON], said: Said | None = None) -> bool:
        """Leave a request for the run's runner; false if nobody holds the run."""
        if is_held(folder) is None:
            return False
        said = said or Said(actor=self.actor, source=self.source)
        inbox.leave(folder, {**body, "kind": kind, "actor": said.actor, "source": said.source})
        ring(folder)
        return True

    def append(self, folder: Path, draft: Draft) -> None:
        """Record one fact about a run that nobody holds, and do nothing more."""
        with held(folder, self.fold(folder)) as (journal, state):
            journal.stage(draft, round=state.round, at=iso(time.time()))
            journal.commit()

    def secrets_of(self, workflow: Workflow) -> dict[str, str]:
        """The secrets of a workflow and of the settings of its plugins, by name.

        Raises:
            UsageError, SecretMissing: a setting of a plugin is wrong, or nobody knows one of them.
        """
        refuse_settings(workflow, self.plugins, self.catalog, self.policy)
        return find_all(workflow.secrets, self._providers(environment())) | self.plugins.tables.secrets

    def plans(self, workflow: Workflow, attempts: Sequence[Attempt]) -> list[Outcome]:
        """Ask the actions of a workflow what they would do; acts on nothing.

        Args:
            workflow: whose secrets and settings count.
            attempts: of mode ``plan``.

        Returns:
            An outcome for each; its message is the sentence.

        Raises:
            SecretMissing: nobody knows a secret of the workflow.
        """
        return tell(self._crew(workflow, Options(), Front()), attempts)

    # ------------------------------------------------------------ looking

    def folder(self, prefix: str | None) -> Path:
        """The folder of the run whose id begins so; of the latest run if ``prefix`` is ``None``.

        Raises:
            RunUnknown: there is none, or more than one.
        """
        return resolve(self.project, prefix)

    def fold(self, folder: Path) -> State:
        """The state of a run, from its journal alone.

        Raises:
            JournalDamaged: the journal is not what was written.
        """
        return fold(folder, recorded=self._recorded)

    def view(self, folder: Path) -> RunView:
        """A run as a value."""
        return view(self.fold(folder), folder)

    def report(self, folder: Path) -> Documents:
        """Make the documents of a run anew, in the ``report`` folder of the run."""
        return document(self.plugins, self.view(folder), self.desk)

    # ------------------------------------------------------------ making a run

    def _crew(self, workflow: Workflow, options: Options, front: Front) -> Crew:
        if self.settings.failures:
            check_rules(self.settings.failures)
        inherited = environment()
        secrets = self.secrets_of(workflow)
        return Crew(
            project=self.project,
            plugins=self.plugins,
            catalog=self.catalog,
            actor=self.actor,
            jobs=self.settings.jobs,
            environment={name: value for name, value in inherited.items() if name not in secrets},
            secrets=secrets,
            weights=self.settings.weights,
            rules=self.settings.failures,
            allows=self.people.allows,
            documents=self.settings.report,
            desk=self.desk,
            wait=options.wait,
            patience=self.settings.patience,
            trackers=front.trackers,
            channels=front.channels,
            take=self._take,
            policy=self.policy,
            planted=front.planted,
        )

    def _secret_of_setting(self, setting: str, name: str) -> str:
        try:
            return find_all([name], self._providers(environment()))[name]
        except SecretMissing as error:
            raise SecretMissing(error.what, where=f"the setting {setting}", why=error.why, next_step=error.next_step) from error

    def _providers(self, inherited: Mapping[str, str]) -> dict[str, Find]:
        known: dict[str, Find] = {"env": inherited.get, "file": SecretsFile(self.project / ".turbo" / "secrets.env").find}
        known |= {name: offer.find for name, offer in self.plugins.secret_providers().items()}
        order = [*self.settings.secret_providers, *known]
        return {name: known[name] for name in order if name in known}

    def _created(self, workflow: Workflow, inputs: Mapping[str, JSON], options: Options) -> dict[str, JSON]:
        return {
            **pins_of(workflow, self.plugins, self.catalog),
            "inputs": dict(inputs),
            "options": {
                "selected": selected(workflow, options.only),
                "fail_fast": options.fail_fast,
                "strict": options.strict,
                "force": options.force,
                "autonomy": self.settings.autonomy,
                "ask_before": asked_about(self.settings.autonomy, self.settings.ask_before),
                "approvers": list(self.settings.approvers),
            },
            "core_version": __version__,
            "project": str(self.project),
            "host": Holder.here("").host,
            "reason": options.reason,
            "trace": outer_trace(),
        }

    def _said(self, *, kind: str, body: Mapping[str, JSON]) -> Draft:
        """A fact that somebody is behind."""
        return Draft(kind=kind, actor=self.actor, source=self.source, body=body)

    def _definition(self, state: State, as_recorded: bool, accept_changes: bool) -> tuple[Workflow, list[Draft]]:
        """The definition that the run goes on with, and the fact that it takes the one that the files have now."""
        if accept_changes:
            workflow, body = as_it_is_now(state, self.project, self.plugins, self.catalog, self.snapshots)
            return workflow, [self._said(kind="run.changed", body=body)] if body else []
        if not as_recorded:
            refuse_changes(state, self.project, self.plugins, self.catalog, self.snapshots)
        return state.workflow, []
