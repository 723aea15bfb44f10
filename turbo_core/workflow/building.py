"""A Source -> a Workflow: every value compiled, every default filled in, every check of the language made.

It must not know files: nested workflows come from a function that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from turbo_core.model import ActionInfo
from turbo_core.words import JSON, Risk
from turbo_core.workflow.arguments import Catalogue, check_inputs
from turbo_core.workflow.checks import (
    check_env_name,
    check_retry,
    check_risk,
    check_undo,
    higher_risk,
    lost_policy,
    shell_text,
    task_kind,
)
from turbo_core.workflow.definition import Concurrency, Gate, Matrix, Phase, Retry, Task, TaskKind, Undo, Workflow
from turbo_core.workflow.expressions import Value, compile_condition, compile_expression, compile_value
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import text_of
from turbo_core.workflow.gate_reading import read_gate
from turbo_core.workflow.inputs import read_inputs
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.needs import read_needs
from turbo_core.workflow.schema import MatrixShape, RetryShape, StepShape, TaskShape
from turbo_core.workflow.scope import ATTEMPT, BASIC, CELL, DECISION_OUTPUTS, TASKS, Readable, Reader, Scope
from turbo_core.workflow.source import Source, TaskSource
from turbo_core.workflow.template_reading import TemplateOf, read_templated
from turbo_core.workflow.units import parse_size

SECRETS = frozenset({"secrets"})
ChildOf = Callable[[str, Spot], Workflow | None]


def build(source: Source, catalogue: Catalogue, child_of: ChildOf, template_of: TemplateOf, findings: Findings) -> Workflow:
    """The workflow that ``source`` describes; usable only if ``findings`` has no problem at the end.

    Args:
        source: what is written.
        catalogue: the actions.
        child_of: gives the workflow that a task names; ``None`` if it cannot be read (already told).
        template_of: gives the text of a decision template; ``None`` if there is none (already told).
        findings: where problems go.
    """
    return _Builder(source, catalogue, child_of, template_of, findings).workflow()


class _Builder:
    def __init__(
        self, source: Source, catalogue: Catalogue, child_of: ChildOf, template_of: TemplateOf, findings: Findings
    ) -> None:
        self.source, self.catalogue, self.findings = source, catalogue, findings
        self.template_of = template_of
        self.inputs = read_inputs(source.named["inputs"], findings)
        self.needs, self.graph = read_needs(source, findings)
        everything = [*source.tasks(), *source.on_failure, *source.finally_]
        self.kinds = {task.name: task_kind(task, findings) for task in everything}
        self.infos = {task.name: self._info(task) for task in everything if task.has("uses")}
        self.children = {
            task.name: child_of(str(task.keys["workflow"]), task.spot.into("workflow"))
            for task in source.tasks()
            if task.has("workflow")
        }
        self.scope = Scope(
            inputs=frozenset(source.named["inputs"]),
            vars=frozenset(source.named["vars"]),
            graph=self.graph,
            readable={task.name: self._readable(task) for task in source.tasks()},
            findings=findings,
        )
        self.env: dict[str, Value] = {}
        self.secrets = self._secrets(source.secrets)

    def _info(self, task: TaskSource) -> ActionInfo | None:
        return self.catalogue.find(str(task.keys["uses"]), task.spot.into("uses"))

    def _readable(self, task: TaskSource) -> Readable:
        kind, shape = self.kinds[task.name], task.shape
        known: frozenset[str] | None = frozenset()
        info, child = self.infos.get(task.name), self.children.get(task.name)
        if kind == "run" and isinstance(shape, TaskShape):
            known = None if task.broken("outputs") else frozenset(shape.outputs)
        elif kind == "decide":
            known = DECISION_OUTPUTS
        elif kind == "uses":
            known = frozenset(info.outputs["properties"]) if info is not None and "properties" in info.outputs else None
        elif kind == "workflow":
            known = frozenset(name for name, _ in child.outputs) if child is not None else None
        return Readable(kind=kind, outputs=known if kind else None, is_matrix="matrix" in task.keys)

    # -- the head

    def workflow(self) -> Workflow:
        """The whole of it."""
        source, shape = self.source, self.source.shape
        variables = self._vars()
        head = Reader()
        for name, spot in source.named["env"].items():
            check_env_name(name, spot.key, self.findings)
            self.env[name] = self._env_value(spot, BASIC | SECRETS, head)
        phases = tuple(
            Phase(name=name, tasks=tuple(self._task(task) for task in tasks.values())) for name, tasks in source.phases.items()
        )
        at_end = Reader(at_end=True)
        outputs = tuple((name, self.scope.value(spot, TASKS, at_end)) for name, spot in source.named["outputs"].items())
        on_failure, finally_ = ([self._task(step) for step in steps] for steps in (source.on_failure, source.finally_))
        children = [child for child in self.children.values() if child is not None]
        return Workflow(
            name=shape.name,
            position=source.spot.into("name").position,
            description=shape.description,
            inputs=self.inputs,
            vars=variables,
            phases=phases,
            outputs=outputs,
            keep_going=shape.keep_going,
            on_failure=tuple(on_failure),
            finally_=tuple(finally_),
            secrets=frozenset(self.scope.secrets).union(*(child.secrets for child in children)),
        )

    def _vars(self) -> tuple[tuple[str, Value], ...]:
        found: dict[str, Value] = {}
        for name, spot in self.source.named["vars"].items():
            found[name] = self.scope.value(spot, BASIC, Reader(vars=frozenset(found)))
        return tuple(found.items())

    def _secrets(self, spots: list[Spot]) -> tuple[str, ...]:
        names = dict.fromkeys(str(spot.raw) for spot in spots)
        for spot in spots:
            check_env_name(str(spot.raw), spot.position, self.findings)
        self.scope.secrets.update(names)
        return tuple(names)

    def _env_value(self, spot: Spot, roots: frozenset[str], reader: Reader) -> Value:
        raw = spot.raw
        if isinstance(raw, str):
            return self.scope.value(spot, roots, reader)
        # Anything but a boolean or a number has been refused, and its text may look like an expression.
        return compile_value(text_of(raw) if isinstance(raw, bool | int | Decimal) else "")

    # -- tasks

    def _task(self, task: TaskSource) -> Task:
        shape, kind = task.shape, self.kinds[task.name]
        info = self.infos.get(task.name)
        risk = self._risk(task, kind, info)
        reader = self._reader(task)
        if kind in {"run", "uses"}:
            check_risk(task, info, self.findings)
            check_retry(task, info, risk, self.findings)
            check_undo(task, kind, info, self.findings)
        commanding = kind in {"run", "uses"}
        return Task(
            name=task.name,
            kind=_task_kind(kind),
            position=task.spot.key,
            needs=self.needs.get(task.name, ()),
            when=self._when(task, reader),
            env=self._env(task, reader) if commanding else {},
            secrets=self._task_secrets(task) if commanding else (),
            cwd=self.scope.value(task.spot.into("cwd"), CELL, reader) if task.has("cwd") else None,
            shell=tuple(shape.shell if task.has("shell") else self.source.shape.shell),
            timeout=shape.timeout,
            retry=_retry(shape.retry),
            risk=risk,
            idempotent=info is not None and info.idempotent,
            on_lost=lost_policy(task, kind, info, risk, self.findings),
            undo_all=kind == "undo",
            run=self._command(task, "run", ATTEMPT, reader) if kind == "run" else None,
            uses=str(task.keys["uses"]) if kind == "uses" and task.has("uses") else "",
            arguments=self._arguments(task, kind, info, reader),
            message=self.scope.value(task.spot.into("communicate"), TASKS, reader) if task.has("communicate") else None,
            level=shape.level,
            to=tuple(shape.to),
            **(self._task_fields(task, shape, kind, reader) if isinstance(shape, TaskShape) else {}),
        )

    def _task_fields(self, task: TaskSource, shape: TaskShape, kind: str, reader: Reader) -> dict[str, JSON]:
        """The fields that a task has and a step has not."""
        return {
            "description": shape.description,
            "matrix": self._matrix(task, shape, reader) if task.has("matrix") else None,
            "allow_failure": shape.allow_failure,
            "probe": self._command(task, "probe", CELL, reader) if task.has("probe") else None,
            "undo": self._undo(task, kind, reader) if task.has("undo") else None,
            "outputs": self._outputs(task, shape, kind),
            "concurrency": self._concurrency(task, shape, reader) if task.has("concurrency") else None,
            "memory": self._limit(task, "memory", reader),
            "processes": self._limit(task, "processes", reader),
            "sources": tuple(shape.sources),
            "produces": tuple(shape.produces),
            "executor": shape.executor,
            "gate": self._gate(task, shape, reader) if task.has("decide") else None,
            "child": self.children.get(task.name),
        }

    def _gate(self, task: TaskSource, shape: TaskShape, reader: Reader) -> Gate | None:
        if isinstance(task.keys["decide"], dict):
            return read_templated(task, shape, reader, self.scope, self.catalogue, self.template_of)
        return read_gate(task, shape, reader, self.scope, self.catalogue)

    def _reader(self, task: TaskSource) -> Reader:
        if isinstance(task.shape, StepShape):
            return Reader(at_end=True, run_ended=True)
        axes: frozenset[str] | None = frozenset()
        if task.broken("matrix") or isinstance(task.keys.get("matrix"), str):
            axes = None
        elif isinstance(task.shape.matrix, MatrixShape):
            axes = _axes(task.shape.matrix)
        return Reader(task=task.name, has_matrix="matrix" in task.keys, axes=axes, needs_broken=task.broken("needs"))

    def _risk(self, task: TaskSource, kind: str, info: ActionInfo | None) -> Risk:
        stated: Risk = task.shape.risk if isinstance(task.shape, TaskShape) else "change"
        if kind == "decide":
            return "read"
        if info is None:
            return stated
        return higher_risk(info.risk, stated) if task.has("risk") else info.risk

    def _when(self, task: TaskSource, reader: Reader) -> Value | None:
        if not task.has("when"):
            return None
        return self.scope.value(task.spot.into("when"), CELL if reader.has_matrix else TASKS, reader, compiler=compile_condition)

    def _env(self, task: TaskSource, reader: Reader) -> Mapping[str, Value]:
        own = {}
        for name in task.shape.env:
            spot = task.spot.into("env", name)
            check_env_name(name, spot.key, self.findings)
            own[name] = self._env_value(spot, ATTEMPT | SECRETS, reader)
        return {**self.env, **own} if own else self.env

    def _task_secrets(self, task: TaskSource) -> tuple[str, ...]:
        own = self._secrets([task.spot.into("secrets", index) for index in range(len(task.shape.secrets))])
        return tuple(dict.fromkeys((*self.secrets, *own)))

    def _command(self, task: TaskSource, key: str, roots: frozenset[str], reader: Reader) -> str | tuple[Value, ...] | None:
        written, spot = task.keys[key], task.spot.into(key)
        if isinstance(written, str):
            if not written.strip():
                self.findings.add("E-type", spot, f"`{key}` is empty", "", "write a command")
            return shell_text(spot, written, key, self.findings)
        if not task.has(key) and key != "undo":
            return None
        if not written:
            self.findings.add("E-type", spot, f"`{key}` is empty", "", "write a command")
        return tuple(self.scope.value(spot.into(index), roots, reader) for index in range(len(written)))

    def _arguments(self, task: TaskSource, kind: str, info: ActionInfo | None, reader: Reader) -> Value | None:
        given: Mapping[str, JSON] = (task.shape.with_ or {}) if task.has("with") else {}
        spot = task.spot.into("with")
        if kind == "uses" and info is not None and not task.broken("with"):
            self.catalogue.check(info, given, spot, task.spot.into("uses"))
        child = self.children.get(task.name)
        if kind == "workflow" and child is not None and not task.broken("with"):
            check_inputs(child.inputs, given, spot, task.spot.into("workflow"), name=child.name, findings=self.findings)
        if kind == "decide" and isinstance(task.keys["decide"], dict):
            written = task.spot.into("decide", "with")
            return self.scope.value(written, TASKS, reader) if "with" in task.keys["decide"] else compile_value({})
        if not task.has("with"):
            return compile_value({}) if kind in {"uses", "workflow"} else None
        return self.scope.value(spot, ATTEMPT | SECRETS if kind == "uses" else CELL, reader)

    # -- parts of a task

    def _matrix(self, task: TaskSource, shape: TaskShape, reader: Reader) -> Matrix:
        spot, matrix = task.spot.into("matrix"), shape.matrix
        if not isinstance(matrix, MatrixShape):
            return Matrix(computed=self.scope.value(spot, TASKS, reader, compiler=compile_expression))
        axes = []
        for name in matrix.model_extra or {}:
            why, next_step = name_fault(name)
            if why:
                self.findings.add("E-name", spot.into(name).key, f"'{name}' cannot name an axis", why, next_step)
            axes.append((name, self.scope.value(spot.into(name), TASKS, reader)))
        if not axes and "include" not in matrix.model_fields_set:
            self.findings.add("E-matrix", spot, "the matrix has no axis", "", "add one, such as `os: [linux, macos]`")
        parts = {key: self.scope.value(spot.into(key), TASKS, reader) for key in ("include", "exclude") if key in spot.raw}
        return Matrix(axes=tuple(axes), max_parallel=matrix.max_parallel, **parts)

    def _undo(self, task: TaskSource, kind: str, reader: Reader) -> Undo | None:
        undo, spot = task.keys["undo"], task.spot.into("undo")
        own = Reader(
            task=task.name, has_matrix=reader.has_matrix, axes=reader.axes, own_outputs=True, needs_broken=reader.needs_broken
        )
        if isinstance(undo, dict):
            info = self.infos.get(task.name)
            if info is not None and kind == "uses":
                self.catalogue.check(info, undo["with"], spot.into("with"), spot)
            return Undo(arguments=self.scope.value(spot.into("with"), CELL | SECRETS, own))
        return Undo() if isinstance(undo, bool) else Undo(command=self._command(task, "undo", CELL, own))

    def _outputs(self, task: TaskSource, shape: TaskShape, kind: str) -> Mapping[str, str]:
        info = self.infos.get(task.name)
        if kind == "uses" and info is not None:
            # Their types are the action's own; they were checked when it returned.
            return dict.fromkeys(info.outputs.get("properties", ()), "json")
        for name in shape.outputs:
            why, next_step = name_fault(name)
            if why:
                self.findings.add(
                    "E-name", task.spot.into("outputs", name).key, f"'{name}' cannot name an output", why, next_step
                )
        return shape.outputs

    def _concurrency(self, task: TaskSource, shape: TaskShape, reader: Reader) -> Concurrency:
        written = shape.concurrency
        key = self.scope.value(task.spot.into("concurrency", "key"), CELL, reader)
        return Concurrency(key=key, limit=written.limit, policy=written.policy)

    def _limit(self, task: TaskSource, key: str, reader: Reader) -> Value | None:
        if not task.has("limits") or key not in task.keys["limits"]:
            return None
        spot = task.spot.into("limits", key)
        value = self.scope.value(spot, ATTEMPT, reader)
        return compile_value(parse_size(value.evaluate({}))) if key == "memory" and value.constant else value


def _axes(matrix: MatrixShape) -> frozenset[str] | None:
    """The names of the axes; ``None`` if only complete cells are given by an expression."""
    names = frozenset(matrix.model_extra or {})
    if names or "include" not in matrix.model_fields_set:
        return names
    if not isinstance(matrix.include, list):
        return None
    return frozenset().union(*(cell for cell in matrix.include if isinstance(cell, dict)))


def _retry(written: int | RetryShape) -> Retry:
    if isinstance(written, int):
        return Retry(times=written)
    return Retry(
        times=written.times,
        on=tuple(written.on),
        delay=written.delay,
        factor=float(written.factor),
        max_delay=written.max_delay,
        jitter=float(written.jitter),
    )


def _task_kind(kind: str) -> TaskKind:
    """The kind; `undo: all` and a task without a kind (which is a problem) are taken for commands."""
    match kind:
        case "uses" | "decide" | "workflow" | "communicate":
            return kind
    return "run"
