"""What a run would do, as far as it can be told before it: values for ``turbo plan``.

Evaluates what inputs, variables and the project tell; what depends on tasks stays as it is written. Of actions only the plan
part is called, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.app import App
from turbo_core.engine.outline import label_of
from turbo_core.errors import ExpressionFailed, SecretMissing, UsageError
from turbo_core.model import Attempt, Outcome
from turbo_core.report.text import as_text
from turbo_core.words import JSON
from turbo_core.workflow.definition import Phase, Task, Workflow
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.given import inputs_from
from turbo_core.workflow.matrix import expand


class Foreseen(Struct, frozen=True, kw_only=True):
    """One task.

    ``when`` is ``true``, ``false``, or the condition that only the run can judge; ``cells`` is ``None`` without a matrix and -1
    where only the run knows how many. ``would`` is what the action's plan says.
    """

    address: str
    phase: str
    kind: str
    title: str
    risk: str
    needs: tuple[str, ...]
    when: str
    cells: int | None
    would: str = ""


def foresee(app: App, workflow: Workflow, inputs: Mapping[str, JSON]) -> list[Foreseen]:
    """Every task in reading order, the steps at the end included.

    Raises:
        UsageError: an input is unknown, missing or does not fit.
    """
    attempts: dict[str, Attempt] = {}
    foreseen = list(_Foresight(app, workflow, inputs_from(workflow.inputs, inputs), "", attempts).tasks())
    told = dict(zip(attempts, _ask(app, workflow, [*attempts.values()]), strict=True))
    return [replace(task, would=told.get(task.address, "")) for task in foreseen]


def _ask(app: App, workflow: Workflow, attempts: Sequence[Attempt]) -> list[str]:
    try:
        return [_sentence(outcome) for outcome in app.plans(workflow, attempts)]
    except SecretMissing as error:
        return [f"(cannot tell: {error})"] * len(attempts)


def _sentence(outcome: Outcome) -> str:
    return outcome.message if outcome.state == "succeeded" else f"(cannot tell: {outcome.message})"


class _Foresight:
    """One workflow, seen before it runs; ``inputs`` are ``None`` where only the run knows them.

    The plans that can be asked for go into ``attempts``, by the address of their task.
    """

    def __init__(
        self, app: App, workflow: Workflow, inputs: Mapping[str, JSON] | None, prefix: str, attempts: dict[str, Attempt]
    ) -> None:
        self._app = app
        self._attempts = attempts
        self._workflow = workflow
        self._prefix = prefix
        run = {"name": workflow.name, "project": str(app.project), "actor": app.actor, "autonomy": app.settings.autonomy}
        sealed = {name: {"$secret": name} for name in workflow.secrets}
        self._facts: dict[str, dict[str, JSON]] = {"inputs": dict(inputs or {}), "vars": {}, "run": run, "secrets": sealed}
        for name, value in workflow.vars:
            known, found = self._try(value)
            if known:
                self._facts["vars"][name] = found

    def tasks(self) -> Iterator[Foreseen]:
        ends = {"on_failure": self._workflow.on_failure, "finally": self._workflow.finally_}
        for phase in (*self._workflow.phases, *(Phase(name=name, tasks=steps) for name, steps in ends.items())):
            for task in phase.tasks:
                yield self._task(task, phase.name)
                self._prepare(task)
                if task.child is not None:
                    inside = _Foresight(self._app, task.child, self._inputs(task), f"{self._prefix}{task.name}/", self._attempts)
                    yield from inside.tasks()

    def _task(self, task: Task, phase: str) -> Foreseen:
        return Foreseen(
            address=self._prefix + task.name,
            phase=phase,
            kind=task.kind,
            title=self._title(task),
            risk=task.risk if task.kind in {"run", "uses"} and not task.undo_all else "",
            needs=tuple(need.name if need.condition == "ok" else f"{need.name}: {need.condition}" for need in task.needs),
            when=self._when(task),
            cells=self._cells(task),
        )

    def _try(self, value: Value) -> tuple[bool, JSON]:
        """Whether a value is known, and the value; else what is written."""
        if all(len(path) > 1 and path[1] in self._facts.get(path[0], {}) for path in value.reads):
            try:
                return True, value.evaluate(self._facts)
            except ExpressionFailed:
                return False, value.raw
        return False, value.raw

    def _title(self, task: Task) -> str:
        several = task.run if isinstance(task.run, tuple) else ()
        if several:
            return " ".join(as_text(self._try(value)[1]) for value in several)
        single = task.gate.question if task.gate else task.message
        return as_text(self._try(single)[1]) if single is not None else label_of(task)

    def _when(self, task: Task) -> str:
        return "true" if task.when is None else as_text(self._try(task.when)[1])

    def _cells(self, task: Task) -> int | None:
        if task.matrix is None:
            return None
        try:
            return len(expand(task.matrix, self._facts))
        except ExpressionFailed:
            return -1

    def _inputs(self, task: Task) -> Mapping[str, JSON] | None:
        known, arguments = self._try(task.arguments) if task.arguments is not None else (True, {})
        assert task.child is not None
        try:
            return inputs_from(task.child.inputs, arguments) if known else None
        except UsageError:
            return None

    def _prepare(self, task: Task) -> None:
        """Prepare the question what a task would do, if its action has a plan and all that it would be given is known."""
        if not task.uses or task.matrix is not None or not self._app.catalog.info(task.uses).has_plan:
            return
        arguments = self._try(task.arguments) if task.arguments is not None else (True, {})
        env = {name: self._try(value) for name, value in task.env.items()}
        if not all(known for known, _value in (arguments, *env.values())):
            return
        given = {name: value if isinstance(value, dict) else as_text(value) for name, (_known, value) in env.items()}
        address = self._prefix + task.name
        self._attempts[address] = Attempt(
            run="",
            task=address,
            number=0,
            key="",
            action=task.uses,
            mode="plan",
            arguments=arguments[1],
            env={**given, **{name: {"$secret": name} for name in task.secrets}},
            cwd=self._app.project,
        )
