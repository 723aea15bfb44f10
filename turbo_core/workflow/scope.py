"""Which names an expression may read where it stands, and whether they exist. It must not know how expressions are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.definition import Position
from turbo_core.workflow.expressions import Value, compile_value
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean
from turbo_core.workflow.graph import Graph

RUN_NAMES: Final = frozenset({"id", "name", "project", "actor", "started", "autonomy"})
RUN_NAMES_AT_END: Final = RUN_NAMES | {"outcome", "summary", "failed"}
TASK_NAMES: Final = frozenset({"state", "ok", "class", "attempts", "outputs", "cells"})
CRITERION_NAMES: Final = frozenset({"score", "confidence", "missing"})
DECISION_OUTPUTS: Final = frozenset({"decision", "score", "confidence", "by", "comment", "fields"})

BASIC: Final = frozenset({"inputs", "run", "vars"})
TASKS: Final = BASIC | {"tasks"}
CELL: Final = TASKS | {"matrix"}
ATTEMPT: Final = CELL | {"attempt"}

_READABLE_IN: Final = {
    "matrix": "a task with `matrix` reads its own cell",
    "tasks": "tasks are read by tasks, steps and `outputs`",
    "attempt": "it is known in `env`, `with`, `limits` and the list form of `run`",
    "criteria": "it is known in `ask.message`",
    "secrets": "secrets are read in `env` and `with` only",
    "vars": "inputs are known before vars",
}


class Readable(Struct, frozen=True, kw_only=True):
    """What can be read of one task. ``None`` for ``outputs`` means that they are not known before it runs."""

    kind: str
    outputs: frozenset[str] | None
    is_matrix: bool


class Reader(Struct, frozen=True, kw_only=True):
    """Who reads: a task (``task``), a step or the workflow's outputs (``at_end``), or the head of the workflow (neither).

    ``axes`` are the names of the matrix, ``None`` if they are computed. ``own_outputs`` lets a task read itself (its undo).
    """

    task: str = ""
    at_end: bool = False
    run_ended: bool = False
    has_matrix: bool = False
    axes: frozenset[str] | None = frozenset()
    criteria: frozenset[str] = frozenset()
    own_outputs: bool = False
    vars: frozenset[str] | None = None
    needs_broken: bool = False


class Scope(Struct, kw_only=True):
    """The names of one workflow. ``secrets`` gathers those that its expressions read."""

    inputs: frozenset[str]
    vars: frozenset[str]
    graph: Graph
    readable: Mapping[str, Readable]
    findings: Findings
    secrets: set[str] = field(default_factory=set)

    def value(
        self,
        spot: Spot,
        roots: frozenset[str],
        reader: Reader,
        *,
        raw: JSON = None,
        compiler: Callable[[JSON], Value] = compile_value,
    ) -> Value:
        """The value at ``spot``, compiled and checked.

        Args:
            spot: where it stands.
            roots: the names that may be read there.
            reader: who reads.
            raw: the value, if it is not what stands at ``spot`` word by word.
            compiler: what makes a value of it.
        """
        written = spot.raw if raw is None else raw
        try:
            value = compiler(written)
        except ExpressionFailed as error:
            at = spot.into(*error.path)
            text = _scalar(written, error.path)
            place = at.inside(text, error.offset) if isinstance(text, str) else at.position
            self.findings.add("E-expression", place, error.what, error.why, error.next_step)
            return compile_value(None)
        for path in sorted(value.reads):
            self._check(path, roots, reader, spot, written)
        return value

    def _check(self, path: tuple[str, ...], roots: frozenset[str], reader: Reader, spot: Spot, raw: JSON) -> None:
        root, *names = path

        def told(code: str, what: str, why: str = "", next_step: str = "") -> None:
            self.findings.add(code, _place_of(path, spot, raw), what, why, next_step)

        if root not in roots:
            known = ", ".join(sorted(roots))
            told("E-scope", f"'{root}' cannot be read here", _READABLE_IN.get(root, ""), f"known here: {known}" if known else "")
        elif root == "secrets":
            self.secrets.add(names[0])
        elif root == "tasks":
            self._check_task(names, reader, told)
        elif names:
            self._check_name(root, names, reader, told)

    def _check_name(self, root: str, names: list[str], reader: Reader, told: Callable[..., None]) -> None:
        if root == "matrix" and not reader.has_matrix:
            told("E-scope", "'matrix' cannot be read here", "the task has no `matrix`", "add one")
            return
        known: frozenset[str] | None = {
            "inputs": self.inputs,
            "vars": self.vars if reader.vars is None else reader.vars,
            "run": RUN_NAMES_AT_END if reader.run_ended else RUN_NAMES,
            "matrix": reader.axes,
            "attempt": frozenset({"number"}),
            "criteria": reader.criteria,
        }[root]
        name = names[0]
        if known is not None and name not in known:
            why = ""
            if root == "vars" and name in self.vars:
                why = "a variable reads only those above it"
            if root == "run" and name in RUN_NAMES_AT_END:
                why = "it is known in `on_failure` and `finally`"
            told("E-undeclared", f"there is no '{root}.{name}' here", why, did_you_mean(name, known) if not why else "")
        elif root == "criteria" and len(names) > 1 and names[1] not in CRITERION_NAMES:
            told("E-undeclared", f"a criterion has no '{names[1]}'", "", did_you_mean(names[1], CRITERION_NAMES))

    # -- tasks

    def _check_task(self, names: list[str], reader: Reader, told: Callable[..., None]) -> None:
        if not names:
            told("E-tasks", "which task is read must be written out", "it is checked before the run starts", "write tasks.NAME")
            return
        name = names[0]
        if name not in self.graph.phase_of:
            told("E-undeclared", f"there is no task '{name}'", "", did_you_mean(name, self.graph.phase_of))
            return
        if not self._may_read(name, reader, told):
            return
        self._check_part(name, names[1:], told)

    def _may_read(self, name: str, reader: Reader, told: Callable[..., None]) -> bool:
        if reader.at_end or (name == reader.task and reader.own_outputs):
            return True
        if name == reader.task:
            told("E-tasks", f"'{name}' reads itself", "its outputs are not there before it ran", "")
            return False
        own, other = self.graph.phase_of[reader.task], self.graph.phase_of[name]
        if other > own:
            told("E-tasks", f"'{name}' runs later than this", "its phase comes after this one", "read a task of an earlier phase")
            return False
        if other == own and not reader.needs_broken and not self.graph.reaches(reader.task, name):
            told(
                "E-tasks",
                f"'{name}' may not be done when this is read",
                f"'{reader.task}' does not need it",
                f"add '{name}' to `needs`",
            )
            return False
        return True

    def _check_part(self, name: str, parts: list[str], told: Callable[..., None]) -> None:
        readable = self.readable.get(name)
        known = TASK_NAMES if readable is None or readable.is_matrix else TASK_NAMES - {"cells"}
        if not parts:
            told(
                "E-tasks",
                f"which part of '{name}' is read must be written out",
                "",
                f"write tasks.{name}.ok or tasks.{name}.outputs.NAME",
            )
        elif parts[0] not in known:
            why = "only a task with `matrix` has cells" if parts[0] == "cells" else ""
            told("E-undeclared", f"a task has no '{parts[0]}'", why, did_you_mean(parts[0], known))
        elif readable is not None and parts[0] == "outputs" and len(parts) > 1:
            self._check_output(name, readable, parts[1], told)

    def _check_output(self, name: str, readable: Readable, output: str, told: Callable[..., None]) -> None:
        if readable.outputs is None or output in readable.outputs:
            return
        hint = did_you_mean(output, readable.outputs)
        if not hint and readable.kind == "run":
            hint = f"declare it: `outputs: {{{output}: string}}`"
        told("E-undeclared", f"the task '{name}' has no output '{output}'", "", hint)


def _scalar(raw: JSON, path: tuple[str | int, ...]) -> JSON:
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else raw[step]
    return raw


def _place_of(path: tuple[str, ...], spot: Spot, raw: JSON) -> Position:
    """Where the first expression stands that reads ``path``."""
    for width in (len(path), 2, 1):
        wanted = ".".join(path[:width])
        for at, text in _strings(spot, raw):
            offset = text.find(wanted, text.find("${{"))
            if offset >= 0:
                return at.inside(text, offset)
    return spot.position


def _strings(spot: Spot, raw: JSON) -> Iterator[tuple[Spot, str]]:
    if isinstance(raw, str):
        yield spot, raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from _strings(spot.into(key), value)
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _strings(spot.into(index), value)
