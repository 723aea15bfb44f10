"""uv: reads ``uv.lock``, asks the index through ``uv pip compile``, changes by ``uv add``, ``remove``, ``lock``, ``sync``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from turbo_core import ActionFailed

from turbo_plugin_packages_python import newest
from turbo_plugin_packages_python.detecting import pyproject, toml
from turbo_plugin_packages_python.environment import installed
from turbo_plugin_packages_python.graph import Direct, Edge, Node, completed
from turbo_plugin_packages_python.graph import direct as direct_of
from turbo_plugin_packages_python.graph import inventory as inventory_of
from turbo_plugin_packages_python.running import call
from turbo_plugin_packages_python.settings import PythonSettings
from turbo_plugin_packages_python.wanting import changed, named

_ENV = {"VIRTUAL_ENV": "", "UV_NO_PROGRESS": "1"}
"""The project's own environment counts, whatever is active."""


def inventory(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What ``uv.lock`` holds, for all platforms; licences and ranges from what is installed."""
    entries = _entries(folder)
    there = installed(folder)
    nodes = completed((_node(entry) for entry in entries if not _is_project(entry)), there)
    unknown = [] if there else ["licences and wanted versions: nothing is installed in .venv"]
    project = pyproject(folder).get("project", {})
    return inventory_of(
        nodes,
        _direct(folder),
        project=project.get("name", ""),
        version=str(project.get("version", "")),
        source="uv.lock",
        unknown=unknown,
    )


def outdated(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What the index has that is newer than ``uv.lock``."""
    there = {entry["name"]: entry["version"] for entry in _entries(folder) if "registry" in entry.get("source", {})}

    def ask(requirements: list[str]) -> dict[str, str]:
        arguments = ("pip", "compile", "-", "--no-deps", "--no-header", "--quiet", "--format", "pylock.toml")
        text = call(settings.uv, *arguments, folder=folder, env=_ENV, given="\n".join(requirements))
        return {one["name"]: one["version"] for one in tomllib.loads(text).get("packages", [])}

    return newest.outdated(there, {one.name: one.wants for one in _direct(folder)}, ask)


def plan(folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
    """The commands of uv for a change."""
    uv = [*settings.uv]
    grouped = [] if group in ("", "main") else ["--group", group]
    match verb:
        case "install":
            frozen = ["--frozen"] if (folder / "uv.lock").is_file() else []
            commands = [[*uv, "sync", *frozen]]
        case "add" | "remove":
            commands = [[*uv, verb, *grouped, *(named(packages) if verb == "add" else packages)]]
        case "lock":
            commands = [[*uv, "lock"]]
        case _:
            commands = [*_widened(folder, uv, packages), _locked(uv, packages), [*uv, "sync", "--frozen"]]
    return {"commands": commands, "env": _ENV}


def _entries(folder: Path) -> list[dict[str, Any]]:
    if not (folder / "uv.lock").is_file():
        raise ActionFailed("there is no uv.lock", where=str(folder), next_step="turbo packages lock")
    found: list[dict[str, Any]] = toml(folder / "uv.lock").get("package", [])
    return [entry for entry in found if "version" in entry or _is_project(entry)]


def _is_project(entry: Mapping[str, Any]) -> bool:
    source = entry.get("source", {})
    return "." in (source.get("virtual"), source.get("editable"), source.get("directory"))


def _node(entry: Mapping[str, Any]) -> Node:
    needs = [*entry.get("dependencies", []), *(one for extra in entry.get("optional-dependencies", {}).values() for one in extra)]
    edges = {(one["name"], one.get("version", "")): Edge(name=one["name"], version=one.get("version", "")) for one in needs}
    return Node(name=entry["name"], version=entry["version"], edges=tuple(edges.values()))


def _requirements(folder: Path) -> Iterator[tuple[str, Requirement]]:
    """What ``pyproject.toml`` names, each with its group."""
    told = pyproject(folder)
    project = told.get("project", {})
    groups = {"main": project.get("dependencies", []), **project.get("optional-dependencies", {})}
    groups |= told.get("dependency-groups", {})
    for group, texts in groups.items():
        for text in texts:
            if isinstance(text, str):  # else it includes another group, which is here too
                yield group, Requirement(text)


def _direct(folder: Path) -> list[Direct]:
    found: dict[str, Direct] = {}
    for group, requirement in _requirements(folder):
        found.setdefault(canonicalize_name(requirement.name), direct_of(requirement, group))
    return list(found.values())


def _widened(folder: Path, uv: list[str], packages: Mapping[str, str]) -> Iterator[list[str]]:
    """Changes of the manifest, for versions that it does not allow."""
    extras = pyproject(folder).get("project", {}).get("optional-dependencies", {})
    for group, requirement in _requirements(folder):
        version = packages.get(canonicalize_name(requirement.name), "")
        new = changed(requirement, version) if version else requirement
        if new != requirement:
            where = [] if group == "main" else ["--optional" if group in extras else "--group", group]
            yield [*uv, "add", "--no-sync", *where, str(new)]


def _locked(uv: list[str], packages: Mapping[str, str]) -> list[str]:
    chosen = [f"--upgrade-package={one}" for one in named(packages)]
    return [*uv, "lock", *(chosen or ["--upgrade"])]
