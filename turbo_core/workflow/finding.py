"""Where workflows are: the project root, the file that a name means, and what can be listed. It must not check workflows."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

from turbo_core.errors import UsageError
from turbo_core.workflow.files import absolute, shown
from turbo_core.workflow.fitting import did_you_mean

MAIN_FILE = "turbo.yaml"
FOLDER = "workflows"
TEMPLATES = "decisions"
TESTS = ".test.yaml"
"""How the name of a file of tests ends; it lies beside the workflow that it tests."""
_ROOT_SIGNS = (".turbo", "turbo.toml", MAIN_FILE, ".git")


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
        root = absolute(start / explicit)
        if not root.is_dir():
            raise UsageError("the project root is not a folder", where=str(root), next_step="correct --project")
        return root
    start = absolute(start)
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
        return _existing(absolute(file))
    main = project / MAIN_FILE
    if name is None:
        if main.is_file():
            return main
        if main.is_dir():
            raise _folder(main)
        raise UsageError(
            f"there is no {MAIN_FILE}", where=str(project), next_step=_what_exists(project, "") or "make one with `turbo init`"
        )
    if main.is_file() and _name_in(main) == name:
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


def _name_in(path: Path) -> str:
    # By name: looking into a file costs the reader of YAML, which a path does not need.
    name: str = import_module("turbo_core.workflow.listing").peek(path).name
    return name


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
    names = [_name_in(path) or shown(path, project) for path in workflow_files(project)]
    hint = did_you_mean(name, names)
    return hint if hint or not names else f"known: {', '.join(names[:12])}…"
