"""pip with ``requirements.txt``: reads ``pip inspect`` and the report of a dry run of ``pip install``, changes the list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from turbo_core import ActionFailed

from turbo_plugin_packages_python import newest, requirements
from turbo_plugin_packages_python.environment import Installed, installed, licence, python_of, required
from turbo_plugin_packages_python.graph import Direct, Node, completed, direct, nodes_of
from turbo_plugin_packages_python.graph import inventory as inventory_of
from turbo_plugin_packages_python.running import call, read_json
from turbo_plugin_packages_python.settings import PythonSettings
from turbo_plugin_packages_python.wanting import named

ENV = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_NO_COLOR": "1"}
TOOLS = frozenset({"pip", "setuptools", "wheel"})
"""What environments hold of their own accord; it counts only if the project names it."""


def inventory(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What is installed in ``.venv``, else what ``requirements.txt`` pins."""
    wanted = _direct(folder)
    if python_of(folder) is None:
        return inventory_of(_pinned(folder), wanted, source="requirements.txt", unknown=_not_pinned(folder))
    told = read_json("pip", call(_pip(folder, settings), "inspect", "--local", folder=folder, env=ENV))
    metadata = [one["metadata"] for one in told["installed"]]
    there = {one.name: one for one in map(_installed, metadata)}
    names = {one.name for one in wanted}
    nodes = nodes_of({name: one for name, one in there.items() if name in names or name not in TOOLS})
    # An older pip does not tell licences that are SPDX expressions.
    return inventory_of(completed(nodes, installed(folder)), wanted, source="installed")


def outdated(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What the index of the list has that is newer."""
    told = inventory(folder, settings)
    there = {one["name"]: one["version"] for one in told["packages"]}

    def ask(wanted: list[str]) -> dict[str, str]:
        pip = _pip(folder, settings) if python_of(folder) else [*settings.pip]
        return report(pip, requirements.options(_text(folder), folder), wanted, folder)

    return newest.outdated(there, {one.name: one.wants for one in _direct(folder)}, ask)


def report(pip: list[str], options: list[str], wanted: list[str], folder: Path) -> dict[str, str]:
    """Which versions pip would install, by normal name, without what they need."""
    arguments = ("install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--report", "-")
    told = read_json("pip", call(pip, *arguments, *options, "--", *wanted, folder=folder, env=ENV))
    metadata = (one["metadata"] for one in told["install"])
    return {canonicalize_name(one["name"]): one["version"] for one in metadata}


def plan(folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
    """A new text of ``requirements.txt``, and the commands of pip that install it."""
    if verb == "lock":
        raise ActionFailed("pip keeps no lock file", next_step="pin the versions in requirements.txt, or use uv")
    if group not in ("", "main"):
        raise ActionFailed(f"requirements.txt has no group {group!r}", next_step="leave 'group' out")
    text = _text(folder)
    make = [] if python_of(folder) else [[*settings.python, "-m", "venv", ".venv"]]
    pip = _pip(folder, settings)
    install = [*pip, "install", "-r", "requirements.txt"]
    match verb:
        case "install":
            new, commands = text, [install]
        case "add":
            new, commands = requirements.added(text, named(packages)), [install]
        case "remove":
            new, commands = requirements.removed(text, set(packages)), [[*pip, "uninstall", "--yes", *packages]]
        case _:
            new, commands = requirements.updated(text, packages), [_update(install, packages)]
    writes = {"requirements.txt": new} if new != text else {}
    return {"commands": [*make, *commands], "writes": writes, "env": ENV}


def _update(install: list[str], packages: Mapping[str, str]) -> list[str]:
    return [*install, "--upgrade-strategy", "only-if-needed", *(named(packages) or ["--upgrade"])]


def _text(folder: Path) -> str:
    return (folder / "requirements.txt").read_text(encoding="utf-8")


def _direct(folder: Path) -> list[Direct]:
    return [direct(one) for one in requirements.read(_text(folder))]


def _pinned(folder: Path) -> list[Node]:
    found = []
    for one in requirements.read(_text(folder)):
        exact = [spec.version for spec in one.specifier if spec.operator in ("==", "===") and not spec.version.endswith("*")]
        if exact:
            found.append(Node(name=canonicalize_name(one.name), version=exact[0]))
    return found


def _not_pinned(folder: Path) -> list[str]:
    pinned = {node.name for node in _pinned(folder)}
    loose = [one.name for one in _direct(folder) if one.name not in pinned]
    return ["licences and needs: nothing is installed in .venv", *(f"{name}: which version is not said" for name in loose)]


def _installed(told: Mapping[str, Any]) -> Installed:
    needs = tuple(required(told.get("requires_dist", [])))
    return Installed(name=canonicalize_name(told["name"]), version=told["version"], licence=licence(told), requires=needs)


def _pip(folder: Path, settings: PythonSettings) -> list[str]:
    """The environment's own pip, else another that works on the environment. Where there is none yet, it will have one."""
    python = python_of(folder)
    if python is None:
        return [".venv/bin/python", "-m", "pip"]
    own = python.relative_to(folder).as_posix()
    return [own, "-m", "pip"] if (python.parent / "pip").exists() else [*settings.pip, "--python", own]
