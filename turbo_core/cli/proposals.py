"""What a project is, read off its files, and the tasks that such a project has. Writes nothing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

_PHASES: Final = {"lint": "verify", "test": "verify", "build": "build"}


class Proposal(Struct, frozen=True, kw_only=True):
    """``phases`` maps a phase to its tasks, and a task to its command, which is plain text in YAML."""

    what: str
    description: str
    phases: Mapping[str, Mapping[str, str]]


def propose(folder: Path) -> Proposal:
    """The tasks for the project in a folder; a greeting if nothing is known of it."""
    found = {name: tasks for name, look in _KINDS.items() if (tasks := look(folder))}
    # A Makefile usually only calls the tools that are found anyway.
    found = found if len(found) == 1 else {name: tasks for name, tasks in found.items() if name != "Make"}
    if not found:
        return Proposal(what="a first try", description="Say hello.", phases={"greet": {"hello": "echo hello"}})
    phases: dict[str, dict[str, str]] = {}
    for kind, tasks in found.items():
        for task, command in tasks.items():
            name = task if len(found) == 1 else f"{kind.lower()}_{task}"
            phases.setdefault(_PHASES[task], {})[name] = command
    what = " and ".join(found)
    doing = [task for task in _PHASES if any(task in tasks for tasks in found.values())]
    return Proposal(what=f"a {what} project", description=f"{', '.join(doing).capitalize()} this {what} project.", phases=phases)


def _python(folder: Path) -> dict[str, str]:
    if not any((folder / name).exists() for name in ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")):
        return {}
    project = _toml(folder / "pyproject.toml")
    tools = project.get("tool", {})
    text = _text(folder / "pyproject.toml") + _text(folder / "requirements.txt") + _text(folder / "tox.ini")
    tasks = {}
    if "ruff" in tools or (folder / "ruff.toml").exists() or "ruff" in text:
        tasks["lint"] = "ruff check ."
    elif "flake8" in text or (folder / ".flake8").exists():
        tasks["lint"] = "flake8"
    tasks["test"] = _python_test(folder, tools, text)
    if "build-system" in project or (folder / "setup.py").exists():
        tasks["build"] = "python -m build"
    return tasks


def _python_test(folder: Path, tools: Mapping[str, Any], text: str) -> str:
    if (folder / "tox.ini").exists() or "tox" in tools:
        return "tox"
    return "python -m pytest" if "pytest" in text or (folder / "conftest.py").exists() else "python -m unittest"


def _node(folder: Path) -> dict[str, str]:
    try:
        scripts = json.loads(_text(folder / "package.json") or "{}").get("scripts", {})
    except (ValueError, AttributeError):
        return {}
    locks = {"yarn.lock": "yarn", "pnpm-lock.yaml": "pnpm"}
    tool = next((tool for lock, tool in locks.items() if (folder / lock).exists()), "npm")
    return {task: f"{tool} run {task}" for task in _PHASES if isinstance(scripts, dict) and task in scripts}


def _go(folder: Path) -> dict[str, str]:
    known = {"lint": "go vet ./...", "test": "go test ./...", "build": "go build ./..."}
    return known if (folder / "go.mod").exists() else {}


def _rust(folder: Path) -> dict[str, str]:
    known = {"lint": "cargo clippy --all-targets", "test": "cargo test", "build": "cargo build --release"}
    return known if (folder / "Cargo.toml").exists() else {}


def _make(folder: Path) -> dict[str, str]:
    texts = (_text(folder / name) for name in ("GNUmakefile", "makefile", "Makefile"))
    targets = set(re.findall(r"^([a-z][\w-]*)\s*:(?!=)", next((text for text in texts if text), ""), re.MULTILINE))
    return {task: f"make {task}" for task in _PHASES if task in targets}


_KINDS: Final[Mapping[str, Callable[[Path], dict[str, str]]]] = {
    "Python": _python,
    "Node": _node,
    "Go": _go,
    "Rust": _rust,
    "Make": _make,
}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}
