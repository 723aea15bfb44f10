"""Poetry: reads ``poetry.lock`` and ``poetry show --outdated``; changes by ``poetry add``, ``remove``, ``update``, ``lock``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from turbo_core import ActionFailed

from turbo_plugin_packages_python.detecting import pyproject, toml
from turbo_plugin_packages_python.environment import installed
from turbo_plugin_packages_python.graph import Direct, Edge, Node, completed, direct, fits
from turbo_plugin_packages_python.graph import inventory as inventory_of
from turbo_plugin_packages_python.running import call, read_json
from turbo_plugin_packages_python.settings import PythonSettings
from turbo_plugin_packages_python.wanting import named

_ENV = {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_NO_INTERACTION": "1", "VIRTUAL_ENV": ""}
"""The project's own environment counts, whatever is active."""


def inventory(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What ``poetry.lock`` holds, for all platforms; licences from what is installed."""
    if not (folder / "poetry.lock").is_file():
        raise ActionFailed("there is no poetry.lock", where=str(folder), next_step="turbo packages lock")
    entries = toml(folder / "poetry.lock").get("package", [])
    there = installed(folder)
    told = pyproject(folder)
    project = told.get("tool", {}).get("poetry", {}) | told.get("project", {})
    return inventory_of(
        completed(map(_node, entries), there),
        _direct(folder),
        project=project.get("name", ""),
        version=str(project.get("version", "")),
        source="poetry.lock",
        unknown=[] if there else ["licences: nothing is installed in .venv"],
    )


def outdated(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What Poetry finds that is newer: the newest version of each package, and no other."""
    text = call(settings.poetry, "show", "--outdated", "--format", "json", folder=folder, env=_ENV)
    wants = {one.name: one.wants for one in _direct(folder)}
    return {"packages": [_outdated(one, wants) for one in read_json("poetry", text) if _is_newer(one)]}


def plan(folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
    """The commands of Poetry for a change."""
    poetry = [*settings.poetry]
    grouped = [] if group in ("", "main") else ["--group", group]
    match verb:
        case "install":
            commands = [[*poetry, "install"]]
        case "add" | "remove":
            commands = [[*poetry, verb, *grouped, *(named(packages) if verb == "add" else packages)]]
        case "lock":
            commands = [[*poetry, "lock"]]
        case _:
            commands = [*_updates(folder, poetry, packages)]
    return {"commands": commands, "env": _ENV}


def _updates(folder: Path, poetry: list[str], packages: Mapping[str, str]) -> Iterator[list[str]]:
    """What the manifest allows is updated; what it does not allow is named anew. Poetry chooses the version within the range."""
    named_here = {one.name: one for one in _direct(folder)}
    allowed = []
    for name, version in packages.items():
        one = named_here.get(canonicalize_name(name))
        if one is None or not version or fits(one.wants, version):
            allowed.append(name)
        else:
            grouped = [] if one.group == "main" else ["--group", one.group]
            yield [*poetry, "add", *grouped, f"{name}@^{version}"]
    if allowed or not packages:
        yield [*poetry, "update", *allowed]


def _node(entry: Mapping[str, Any]) -> Node:
    edges = (
        Edge(name=canonicalize_name(name), wants=_range(told))
        for name, told in entry.get("dependencies", {}).items()
        if not (isinstance(told, Mapping) and told.get("optional"))
    )
    return Node(name=canonicalize_name(entry["name"]), version=entry["version"], edges=tuple(edges))


def _direct(folder: Path) -> list[Direct]:
    told = pyproject(folder)
    poetry = told.get("tool", {}).get("poetry", {})
    found = [direct(Requirement(text)) for text in told.get("project", {}).get("dependencies", [])]
    for group, texts in told.get("dependency-groups", {}).items():
        found += [direct(Requirement(text), group) for text in texts if isinstance(text, str)]
    tables = {"main": poetry.get("dependencies", {}), "dev": poetry.get("dev-dependencies", {})}
    tables |= {group: table.get("dependencies", {}) for group, table in poetry.get("group", {}).items()}
    for group, table in tables.items():
        found += [
            Direct(name=canonicalize_name(name), wants=_range(wants), group=group)
            for name, wants in table.items()
            if name != "python"
        ]
    return list({one.name: one for one in reversed(found)}.values())


def _range(wants: Any) -> str:
    """Poetry's range as others write it: ``^1.2`` is ``>=1.2,<2``, ``~1.2`` is ``>=1.2,<1.3``, ``1.2`` is ``==1.2``.

    Source: https://python-poetry.org/docs/dependency-specification/.
    """
    text = str(wants.get("version", "")) if isinstance(wants, Mapping) else str(wants)
    if text in ("", "*") or "||" in text:
        return ""
    return ",".join(_bound(part.strip()) for part in text.split(","))


def _bound(part: str) -> str:
    if part[0] not in "^~" or part.startswith("~="):
        return part if part[0] in "<>=!~" else f"=={part}"
    release = Version(part[1:]).release
    fixed = (
        next((number for number, one in enumerate(release) if one), len(release) - 1)
        if part[0] == "^"
        else min(1, len(release) - 1)
    )
    upper = (*release[:fixed], release[fixed] + 1)
    return f">={part[1:]},<{'.'.join(map(str, upper))}"


def _is_newer(one: Mapping[str, Any]) -> bool:
    return bool(one.get("latest_version")) and Version(one["latest_version"]) > Version(one["version"])


def _outdated(one: Mapping[str, Any], wants: Mapping[str, str]) -> dict[str, Any]:
    name, current, latest = canonicalize_name(one["name"]), one["version"], one["latest_version"]
    wanted = (latest if fits(wants[name], latest) else "") if name in wants else ""
    return {
        "name": name,
        "current": current,
        "latest": latest,
        "wanted": wanted,
        "versions": [latest],
        "direct": name in wants,
    }
