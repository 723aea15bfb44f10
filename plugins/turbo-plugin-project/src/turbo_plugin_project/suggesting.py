"""A ready workflow for a project: prepare, check, test, build, and a gate that says whether it is fit for release. Pure."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from turbo_plugin_project.values import Command, Project, Purpose

ENVIRONMENT: Final = ".turbo/env"
"""Where a suggested workflow puts packages of Python, so that it changes nothing else on the machine."""

_PHASES: Final[tuple[tuple[str, tuple[Purpose, ...]], ...]] = (
    ("prepare", ("install",)),
    ("check", ("format", "lint", "types")),
    ("prove", ("test",)),
    ("make", ("build",)),
    ("release", ("package",)),
)
_WEIGHTS: Final[Mapping[str, int]] = {"test": 5, "build": 4, "package": 2, "lint": 2, "types": 2, "format": 1}
_MUST: Final = frozenset({"install", "test", "build"})
_TIMEOUT: Final = "30m"
_ROOT_COVERS: Final = frozenset({"bazel", "cmake", "dotnet", "gradle", "maven", "rust", "sbt"})
"""Types whose command in the root does what is to be done in the projects below it."""

_VERIFIED: Final = 0.03
"""A dry run that passed says a little more for a command than one that could not be made."""

_WIDTH: Final = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of the workflow: its name, its phase, the command that it stands for, and how that is written."""

    name: str
    phase: str
    command: Command
    run: str


def chosen(commands: Sequence[Command], projects: Sequence[Project]) -> list[Command]:
    """One command for each purpose of each project: the surest of those that did not fail when they were tried dry.

    Examples and fixtures have none, nor have projects that the root's command covers.
    """
    own = {project.path: {trait.name for trait in project.types} for project in projects if project.role == "project"}
    purposes = {purpose for _, inside in _PHASES for purpose in inside}
    found: dict[tuple[str, str, str], Command] = {}
    for one in sorted(commands, key=lambda one: -(one.confidence + _VERIFIED * (one.state == "verified"))):
        if one.project not in own or one.state == "failed" or one.purpose not in purposes or _covered(one, own):
            continue
        # Several ecosystems can be in one folder, and each is prepared for itself.
        family = one.argv[0] if one.purpose == "install" else ""
        found.setdefault((one.project, one.purpose, family), one)
    return list(found.values())


def _covered(command: Command, own: Mapping[str, set[str]]) -> bool:
    above = set[str]()
    folder = command.project
    while folder != ".":
        folder = posixpath.dirname(folder) or "."
        above |= own.get(folder, set())
    types = own[command.project]
    installs_above = command.purpose == "install" and "node" in types & above
    return bool(types & above & _ROOT_COVERS) or installs_above


def written(name: str, commands: Sequence[Command], packages: Mapping[str, Sequence[str]]) -> str:
    """The text of the workflow.

    Args:
        name: what the project is called.
        commands: those that were chosen.
        packages: the folder of a Python project → what pip is told to install there, for its tests and tools.
    """
    tasks = list(_tasks(commands, packages))
    lines = [
        "# Suggested by `turbo project suggest`. Read it before you run it: the commands are the project's own.",
        f"name: {_word(name) or 'project'}",
        f"description: {_text(f'Check, test and build {name}, and say whether it is fit for release.')}",
        "",
        "phases:",
    ]
    for phase, _ in _PHASES:
        inside = [task for task in tasks if task.phase == phase]
        if inside or phase == "release":
            lines += [f"  {phase}:", *(line for task in inside for line in _written(task))]
    return "\n".join([*lines, *_gate(tasks)]) + "\n"


def _tasks(commands: Sequence[Command], packages: Mapping[str, Sequence[str]]) -> Iterator[Task]:
    several = len({one.project for one in commands}) > 1
    used = set[str]()
    for phase, purposes in _PHASES:
        for purpose in purposes:
            for one in sorted((one for one in commands if one.purpose == purpose), key=lambda one: (one.project, one.argv)):
                stem = f"{purpose}_{_word(one.project)}" if several and one.project != "." else purpose
                name = stem if stem not in used else next(f"{stem}_{n}" for n in range(2, 1000) if f"{stem}_{n}" not in used)
                used.add(name)
                yield Task(name=name, phase=phase, command=one, run=_run(one, packages.get(one.project)))


def _run(command: Command, packages: Sequence[str] | None) -> str:
    """As argv; in a project of Python as text, because what is installed for it is found by ``PATH``."""
    if packages is None:
        return f"[{', '.join(map(_text, command.argv))}]"
    place = posixpath.relpath(_environment(command.project), command.project)
    if command.purpose == "install" and command.argv[:1] == ["python3"]:
        lines = (
            f"python3 -m venv {place}",
            f"{place}/bin/python -m pip install --quiet --upgrade pip",
            f"{place}/bin/python -m pip install --quiet {shlex.join(packages)}",
        )
        return "|\n" + "\n".join(f"        {line.replace('${{', '$${{')}" for line in lines)
    return _text(f'PATH="$PWD/{place}/bin:$PATH" {shlex.join(command.argv)}')


def _environment(project: str) -> str:
    return ENVIRONMENT if project == "." else f"{ENVIRONMENT}-{_word(project)}"


def _written(task: Task) -> Iterator[str]:
    command = task.command
    place = f"{command.path}:{command.line}" if command.line else command.path
    state = "verified" if command.state == "verified" else f"not verified: {command.said}" if command.said else "not tried"
    yield f"    # {_printable(f'{place}: {command.what}')}"
    yield f"    # {_printable(f'{state}')}"
    yield f"    {task.name}:"
    yield f"      run: {task.run}"
    if command.project != ".":
        yield f"      cwd: {_text(command.project)}"
    yield f"      timeout: {_TIMEOUT}"
    if command.purpose not in _MUST:
        yield "      allow_failure: true"


def _printable(text: str) -> str:
    return re.sub(r"[^\x20-\x7e\u00a0-\u2027\u202f-\ud7ff]", " ", text)[:_WIDTH].rstrip()


def _gate(tasks: Sequence[Task]) -> Iterator[str]:
    weighed = [task for task in tasks if task.command.purpose in _WEIGHTS]
    yield "    fit:"
    yield "      decide: Is it fit for release?"
    last = [task.name for task in weighed if task.phase == "release"]
    if last:
        yield f"      needs: [{', '.join(last)}]"
    if not weighed:
        # Nothing is known that could be weighed, so a person has to say.
        yield "      ask: {message: 'Nothing is known that checks, tests or builds it.'}"
        return
    yield "      criteria:"
    for task in weighed:
        veto = ", veto: true" if task.command.purpose in _MUST else ""
        yield f'        {task.name}: {{weight: {_WEIGHTS[task.command.purpose]}, score: "${{{{ tasks.{task.name}.ok }}}}"{veto}}}'
    yield "      accept: 0.6"


def _text(text: str) -> str:
    """A text as YAML takes it, in which nothing is an expression."""
    return json.dumps(text.replace("${{", "$${{"), ensure_ascii=False)


def _word(text: str) -> str:
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].strip("_")
    return word if word[:1].isalpha() else f"p_{word}" if word else ""
