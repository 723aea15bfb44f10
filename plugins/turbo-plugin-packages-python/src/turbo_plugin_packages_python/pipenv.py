"""Pipenv: reads ``Pipfile.lock``, asks the index through pip; changes by ``install``, ``uninstall``, ``upgrade``, ``lock``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from turbo_core import ActionFailed

from turbo_plugin_packages_python import newest
from turbo_plugin_packages_python.detecting import toml
from turbo_plugin_packages_python.environment import installed
from turbo_plugin_packages_python.graph import Direct, Edge, Node, completed
from turbo_plugin_packages_python.graph import inventory as inventory_of
from turbo_plugin_packages_python.pip import report
from turbo_plugin_packages_python.settings import PythonSettings
from turbo_plugin_packages_python.wanting import named

_ENV = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1"}
"""The project's own environment counts, whatever is active."""


def inventory(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What ``Pipfile.lock`` holds; needs and licences from what is installed, for the lock file does not tell them."""
    there = installed(folder)
    nodes = []
    for name, version in _locked(folder).items():
        one = there.get(name)
        needs = [Edge(name=canonicalize_name(need.name)) for need in one.requires] if one and one.version == version else []
        nodes.append(Node(name=name, version=version, edges=tuple(needs)))
    unknown = [] if there else ["licences and needs: nothing is installed in .venv"]
    return inventory_of(completed(nodes, there), _direct(folder), source="Pipfile.lock", unknown=unknown)


def outdated(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """What the sources of the ``Pipfile`` have that is newer."""
    sources = [one["url"] for one in toml(folder / "Pipfile").get("source", []) if "url" in one]
    options = [*(["--index-url", sources[0]] if sources else []), *(f"--extra-index-url={url}" for url in sources[1:])]

    def ask(wanted: list[str]) -> dict[str, str]:
        return report([*settings.pip], options, wanted, folder)

    return newest.outdated(_locked(folder), {one.name: one.wants for one in _direct(folder)}, ask)


def plan(folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
    """The commands of Pipenv for a change."""
    pipenv = [*settings.pipenv]
    grouped = [] if group in ("", "main") else ["--categories", "dev-packages" if group == "dev" else group]
    match verb:
        case "install":
            commands = [[*pipenv, "sync", "--dev"]]
        case "add":
            commands = [[*pipenv, "install", *grouped, *named(packages)]]
        case "remove":
            commands = [[*pipenv, "uninstall", *grouped, *packages]]
        case "lock":
            commands = [[*pipenv, "lock"]]
        case _:
            upgrade = [[*pipenv, "upgrade", *named(packages)]] if packages else [[*pipenv, "lock"]]
            commands = [*upgrade, [*pipenv, "sync", "--dev"]]
    return {"commands": commands, "env": _ENV}


def _locked(folder: Path) -> dict[str, str]:
    try:
        told = json.loads((folder / "Pipfile.lock").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ActionFailed("Pipfile.lock cannot be read", why=str(error), next_step="turbo packages lock") from error
    tables = [table for key, table in told.items() if key != "_meta"]
    return {
        canonicalize_name(name): one["version"].removeprefix("==")
        for table in reversed(tables)
        for name, one in table.items()
        if "version" in one
    }


def _direct(folder: Path) -> list[Direct]:
    told = toml(folder / "Pipfile")
    tables = {"main": told.get("packages", {}), "dev": told.get("dev-packages", {})}
    return [
        Direct(name=canonicalize_name(name), wants=_range(wants), group=group)
        for group, table in tables.items()
        for name, wants in table.items()
    ]


def _range(wants: Any) -> str:
    text = str(wants.get("version", "")) if isinstance(wants, Mapping) else str(wants)
    return "" if text == "*" else text
