"""Where workflows are: the project root, the file that a name means, and what can be listed. It must not check workflows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from turbo_core.errors import Problem, UsageError, WorkflowInvalid
from turbo_core.workflow.definition import Input
from turbo_core.workflow.files import read_text, shown
from turbo_core.workflow.findings import Findings, Spot, did_you_mean
from turbo_core.workflow.inputs import read_inputs
from turbo_core.workflow.yaml import compose

MAIN_FILE = "turbo.yaml"
FOLDER = "workflows"
TEMPLATES = "decisions"
TESTS = ".test.yaml"
"""How the name of a file of tests ends; it lies beside the workflow that it tests."""
_ROOT_SIGNS = (".turbo", "turbo.toml", MAIN_FILE, ".git")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What `turbo list` shows of a workflow file. ``problem`` is the first one of a broken file."""

    path: Path
    name: str
    description: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    problem: Problem | None = None


def current_folder() -> Path:
    """The folder that this process stands in.

    Raises:
        UsageError: it was deleted.
    """
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the current folder is gone", next_step="change to a folder that is there") from None


def project_root(start: Path, explicit: Path | None = None) -> Path:
    """The project root: ``explicit``, else the nearest folder from ``start`` upwards that looks like one, else ``start``.

    Raises:
        UsageError: ``explicit`` is no folder.
    """
    if explicit is not None:
        root = _absolute(start / explicit)
        if not root.is_dir():
            raise UsageError("the project root is not a folder", where=str(root), next_step="correct --project")
        return root
    start = _absolute(start)
    for folder in (start, *start.parents):
        if any((folder / sign).exists() for sign in _ROOT_SIGNS):
            return folder
    return start


def find(project: Path, name: str | None = None, file: Path | None = None) -> Path:
    """The workflow file that a person means.

    Args:
        project: the project root.
        name: the workflow's name; ``None`` means `turbo.yaml`.
        file: the path that was given instead of a name, relative to the current folder.

    Raises:
        UsageError: there is none; tells where it was looked for, and which there are.
    """
    if file is not None:
        return _existing(_absolute(file))
    main = project / MAIN_FILE
    if name is None:
        if main.is_file():
            return main
        if main.is_dir():
            raise _folder(main)
        raise UsageError(
            f"there is no {MAIN_FILE}", where=str(project), next_step=_what_exists(project, "") or "make one with `turbo init`"
        )
    if main.is_file() and peek(main).name == name:
        return main
    target = project / FOLDER / f"{name}.yaml"
    # A name is no path: `../x` must not leave the folder.
    if os.sep not in name and target.is_file():
        return target
    why = f"looked for {MAIN_FILE} with `name: {name}`, and for {FOLDER}/{name}.yaml"
    hint = "for a file, write -f FILE" if os.sep in name or name.endswith((".yaml", ".yml")) else _what_exists(project, name)
    raise UsageError(
        f"there is no workflow '{name}'", where=str(project), why=why, next_step=hint or "make one with `turbo init`"
    )


def workflow_files(project: Path) -> list[Path]:
    """All workflow files of a project: `turbo.yaml` first, then those of the folder by name."""
    main = project / MAIN_FILE
    others = (path for path in (project / FOLDER).glob("*.yaml") if not path.name.endswith(TESTS))
    return [*([main] if main.is_file() else []), *sorted(others)]


def peek(path: Path) -> Listed:
    """What a file says of itself, without checking it. Never raises for a broken file."""
    fallback = Listed(path=path, name=path.stem if path.name != MAIN_FILE else "")
    try:
        document = compose(read_text(path), path.name)
    except WorkflowInvalid as error:
        return _with(fallback, problem=error.problems[0])
    except OSError as error:
        return _with(
            fallback, problem=Problem(code="E-file", path=path.name, what="the file cannot be read", why=error.strerror or "")
        )
    findings = Findings()
    findings.opened(document)
    raw = document.value if isinstance(document.value, dict) else {}
    inputs = raw.get("inputs")
    spots = {name: Spot(document, ("inputs", name)) for name in inputs} if isinstance(inputs, dict) else {}
    name, description = raw.get("name"), raw.get("description")
    declared = read_inputs(spots, findings)
    problems = findings.ordered()
    return Listed(
        path=path,
        name=name if isinstance(name, str) else fallback.name,
        description=description if isinstance(description, str) else "",
        inputs=declared,
        problem=problems[0] if problems else None,
    )


def _with(listed: Listed, *, problem: Problem) -> Listed:
    return Listed(path=listed.path, name=listed.name, problem=problem)


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise _folder(path)
    if not path.is_file():
        near = sorted(one.name for one in path.parent.glob("*.y*ml"))
        raise UsageError("there is no such file", where=str(path), next_step=did_you_mean(path.name, near))
    return path


def _folder(path: Path) -> UsageError:
    return UsageError("this is a folder, not a workflow file", where=str(path), next_step="write -f FILE")


def _what_exists(project: Path, name: str) -> str:
    names = [listed.name or shown(listed.path, project) for listed in map(peek, workflow_files(project))]
    hint = did_you_mean(name, names)
    return hint if hint or not names else f"known: {', '.join(names[:12])}…"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - lexical, as the paths of a record are
