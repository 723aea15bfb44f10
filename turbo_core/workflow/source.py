"""One workflow file with all that it includes, as one: what stands where, and its shape. It must not know what the parts mean.

Here included files are merged, names are judged, and what is defined twice is found.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from turbo_core.words import JSON
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.schema import FileShape, PartShape, StepShape, TaskShape, keys_of
from turbo_core.workflow.structure import read_shape
from turbo_core.workflow.yaml import Document

_NAMED = ("inputs", "vars", "env", "outputs")
_PIECES = ("phases", "tasks", "on_failure", "finally", "inputs")


class TaskSource(Struct, frozen=True, kw_only=True):
    """One task or step as it is written.

    Attributes:
        keys: the raw value of each key that was written, also if it is wrong.
        sound: the keys whose values have the right shape.
    """

    name: str
    spot: Spot
    shape: TaskShape | StepShape
    keys: Mapping[str, JSON]
    sound: frozenset[str]
    phase: int
    phase_name: str

    @classmethod
    def of(cls, name: str, spot: Spot, shape: TaskShape | StepShape, *, phase: int, phase_name: str) -> TaskSource:
        """What stands at ``spot``, whose shape has been read."""
        fields, names, raw = shape.model_fields_set, keys_of(type(shape)), spot.raw
        sound = frozenset([key for key in raw if names.get(key) in fields])
        return cls(name=name, spot=spot, shape=shape, keys=raw, sound=sound, phase=phase, phase_name=phase_name)

    def has(self, key: str) -> bool:
        """Whether ``key`` is written and its value has the right shape."""
        return key in self.sound

    def broken(self, key: str) -> bool:
        """Whether ``key`` is written and its value is wrong."""
        return key in self.keys and key not in self.sound


class Source(Struct, kw_only=True):
    """A workflow as it is written, its included files merged into it."""

    spot: Spot
    shape: FileShape
    named: dict[str, dict[str, Spot]] = field(default_factory=lambda: {key: {} for key in _NAMED})
    secrets: list[Spot] = field(default_factory=list)
    phases: dict[str, dict[str, TaskSource]] = field(default_factory=dict)
    phase_spots: dict[str, Spot] = field(default_factory=dict)
    task_spots: dict[str, Spot] = field(default_factory=dict)
    on_failure: list[TaskSource] = field(default_factory=list)
    finally_: list[TaskSource] = field(default_factory=list)

    def tasks(self) -> Iterator[TaskSource]:
        """All tasks, in order."""
        for phase in self.phases.values():
            yield from phase.values()


def read_source(
    document: Document, path: Path, opened: Callable[[Path, Spot], Document | None], findings: Findings
) -> Source | None:
    """Read a workflow file and what it includes.

    Args:
        document: the file's text, composed.
        path: where the file is.
        opened: reads an included file; the spot is what asks for it. ``None`` if it cannot be read (already told).
        findings: where problems go.
    """
    spot = Spot(document)
    if not isinstance(document.value, dict):
        findings.add("E-type", spot, "a workflow file is an object of keys", "", "begin with `name:` and `tasks:`")
        return None
    if "name" not in document.value:
        findings.add(
            "E-missing",
            spot,
            "the key 'name' is missing",
            "",
            f"add `name: {path.stem if path.stem.isidentifier() else 'build'}`",
        )
    head = {"name": "unnamed"} | _without_pieces(document.value)
    shape = read_shape(FileShape, head, spot, findings)
    if shape is None:
        shape = FileShape(name="unnamed")
    source = Source(spot=spot, shape=shape)
    if "name" in document.value and isinstance(document.value["name"], str):
        _judge_name(document.value["name"], spot.into("name"), "workflow", findings)
    _Merger(source, opened, findings).take(spot, shape, path)
    return source


def _without_pieces(raw: Mapping[str, JSON]) -> dict[str, JSON]:
    return {key: value for key, value in raw.items() if key not in _PIECES}


def _judge_name(name: str, at: Spot, what: str, findings: Findings, *, keys_too: bool = False) -> bool:
    why, next_step = name_fault(name, keys_too=keys_too)
    if why:
        place = at.position if what == "workflow" else at.key
        findings.add("E-name", place, f"'{name}' cannot name a {what}", why, next_step)
    return not why


class _Merger:
    """Adds the parts of one file after the other to a source; a file is taken once."""

    def __init__(self, source: Source, opened: Callable[[Path, Spot], Document | None], findings: Findings) -> None:
        self.source = source
        self.opened = opened
        self.findings = findings
        self.taken: set[Path] = set()

    def take(self, spot: Spot, shape: PartShape, path: Path) -> None:
        """Add one file, then what it includes."""
        self.taken.add(path)
        raw = spot.raw
        for key in _NAMED:
            self._take_named(key, raw.get(key), spot.into(key))
        self.source.secrets += [spot.into("secrets", index) for index in range(len(shape.secrets))]
        self._take_phases(spot, raw)
        self.source.on_failure += self._steps(spot, "on_failure", len(self.source.on_failure))
        self.source.finally_ += self._steps(spot, "finally", len(self.source.finally_))
        for index, included in enumerate(shape.include):
            self._include(included, spot.into("include", index), path)

    def _include(self, text: str, at: Spot, path: Path) -> None:
        if "://" in text:
            self.findings.add(
                "E-include", at, f"'{text}' is no local file", "only local files are included", "copy it into the project"
            )
            return
        target = Path(os.path.normpath(path.parent / text))
        if target in self.taken:
            return
        document = self.opened(target, at)
        if document is None or (document.value is None and document.problems):
            return
        spot = Spot(document)
        if not isinstance(document.value, dict):
            self.findings.add("E-type", spot, "an included file is an object of keys")
            return
        shape = read_shape(PartShape, _without_pieces(document.value), spot, self.findings)
        if shape is not None:
            self.take(spot, shape, target)

    def _take_named(self, key: str, raw: JSON, spot: Spot) -> None:
        if raw is None and key not in spot.document.value:
            return
        if not isinstance(raw, dict):
            if key == "inputs":
                self.findings.add("E-type", spot, "expected an object", "", "write `name: {type: string}`")
            return
        for name in raw:
            self._take_one(self.source.named[key], name, spot.into(name), key)

    def _take_one(self, known: dict[str, Spot], name: str, at: Spot, key: str) -> None:
        if key in {"vars", "outputs"}:
            _judge_name(name, at, key.removesuffix("s").replace("var", "variable"), self.findings)
        if name in known:
            self._twice(name, known[name], at)
        else:
            known[name] = at

    def _twice(self, name: str, first: Spot, second: Spot) -> None:
        where = first.key
        why = f"first at {where.path}:{where.line}:{where.column}"
        self.findings.add("E-duplicate", second.key, f"'{name}' is defined twice", why, "remove or rename one")

    def _take_phases(self, spot: Spot, raw: Mapping[str, JSON]) -> None:
        is_main = spot == self.source.spot
        if is_main and ("phases" in raw) == ("tasks" in raw):
            what = "`phases` and `tasks` exclude each other" if "phases" in raw else "there is no `phases` and no `tasks`"
            place = spot.into("tasks").key if "tasks" in raw else spot.position
            self.findings.add("E-phases", place, what, "a workflow has one of both", "put all tasks below one of them")
        if "tasks" in raw and is_main:
            self._take_phase("main", raw["tasks"], spot.into("tasks"))
        elif "tasks" in raw:
            self.findings.add(
                "E-key", spot.into("tasks").key, "there is no key 'tasks' in an included file", "", "write `phases`"
            )
        phases = raw.get("phases", {})
        if not isinstance(phases, dict):
            self.findings.add("E-type", spot.into("phases"), "expected an object phase: {task: …}")
            return
        if not phases and "phases" in raw and is_main:
            self.findings.add("E-phases", spot.into("phases"), "there is no phase", "", "add one with a task")
        for name, tasks in phases.items():
            at = spot.into("phases", name)
            _judge_name(name, at, "phase", self.findings, keys_too=True)
            self._take_phase(name, tasks, at)

    def _take_phase(self, name: str, tasks: JSON, at: Spot) -> None:
        phase = self.source.phases.setdefault(name, {})
        self.source.phase_spots.setdefault(name, at)
        if not isinstance(tasks, dict) or not tasks:
            what = "there is no task" if isinstance(tasks, dict) else "expected an object task: {…}"
            self.findings.add(
                "E-phases" if isinstance(tasks, dict) else "E-type", at, what, "", "add one, such as `build: {run: make}`"
            )
            return
        number = list(self.source.phases).index(name)
        for task, raw in tasks.items():
            self._take_task(task, raw, at.into(task), phase, number=number, phase_name=name)

    def _take_task(self, name: str, raw: JSON, at: Spot, phase: dict[str, TaskSource], *, number: int, phase_name: str) -> None:
        if not _judge_name(name, at, "task", self.findings, keys_too=True) and not isinstance(raw, dict):
            return
        if name in self.source.task_spots:
            self._twice(name, self.source.task_spots[name], at)
            return
        self.source.task_spots[name] = at
        shape = read_shape(TaskShape, raw, at, self.findings)
        if shape is not None:
            phase[name] = TaskSource.of(name, at, shape, phase=number, phase_name=phase_name)

    def _steps(self, spot: Spot, key: str, before: int) -> list[TaskSource]:
        raw: Sequence[JSON] = spot.raw.get(key, [])
        if not isinstance(raw, list):
            self.findings.add("E-type", spot.into(key), "expected a list of steps", "", "begin each step with `- `")
            return []
        steps = []
        for index, step in enumerate(raw):
            at = spot.into(key, index)
            shape = read_shape(StepShape, step, at, self.findings)
            if shape is not None:
                steps.append(TaskSource.of(f"{key}[{before + index}]", at, shape, phase=-1, phase_name=key))
        return steps
