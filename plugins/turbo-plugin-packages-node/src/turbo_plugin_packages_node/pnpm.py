"""pnpm: its lock file, ``pnpm outdated``, ``pnpm view`` and ``pnpm licenses``, each as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from turbo_core import ActionFailed

from turbo_plugin_packages_node import manifest
from turbo_plugin_packages_node.graph import Graph, Key
from turbo_plugin_packages_node.manifest import GROUPS
from turbo_plugin_packages_node.planning import flag, specs
from turbo_plugin_packages_node.running import ask
from turbo_plugin_packages_node.values import Inventory, News, Outdated, Plan
from turbo_plugin_packages_node.versions import news

_LOCK: Final = "pnpm-lock.yaml"
_SAVE: Final = {"main": "--save-prod", "dev": "--save-dev", "optional": "--save-optional", "peer": "--save-peer"}
_DIRECT_ONLY: Final = "pnpm tells of newer versions of the direct needs only"


def inventory(folder: Path) -> Inventory:
    """What the lock file says; licences from what is installed.

    Raises:
        ActionFailed: there is no lock file, or it is older than pnpm 8.
    """
    lock = _read(folder / _LOCK)
    licences, unknown = _licences(folder)
    # Until pnpm 8 the names begin with a slash, and there was one part for what are `packages` and `snapshots` now.
    parts = lock.get("snapshots") or lock.get("packages") or {}
    graph = Graph()
    for name, part in parts.items():
        key = _key(name)
        graph.add(key, licences.get(key, ""))
        for target, _ in _targets(part, parts):
            graph.need(key, _key(target))
    for importer in (lock.get("importers") or {".": lock}).values():
        for kind, group in GROUPS.items():
            for target, _ in _targets({"dependencies": _plain(importer.get(kind))}, parts):
                graph.name(_key(target), group)
    return graph.answer(manifest.read(folder), source=_LOCK, unknown=unknown)


def outdated(folder: Path) -> News:
    """Newer versions of the direct needs.

    Raises:
        ActionFailed: pnpm is not there, or reaches no registry.
    """
    told = _ask(folder, "outdated", "--json") or {}
    fitting = _ask(folder, "outdated", "--compatible", "--json") or {}
    packages: list[Outdated] = []
    unknown = [_DIRECT_ONLY]
    for name, row in sorted(told.items()):
        # What is not installed has no current version, but the lock file has one: the wanted one.
        current = str(row.get("current") or row["wanted"])
        try:
            versions = _ask(folder, "view", name, "versions", "--json") or []
        except ActionFailed as error:
            unknown.append(f"{name}: {error}")
            continue
        wanted = str(fitting.get(name, {}).get("latest", current))
        packages += news(name, current, wanted, [versions] if isinstance(versions, str) else versions, True)
    return {"packages": packages, "unknown": unknown}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How pnpm makes a change.

    Raises:
        ActionFailed: pnpm knows no such group, or cannot give a package that version.
    """
    if verb == "install":
        return {"commands": [["pnpm", "install", *(["--frozen-lockfile"] if (folder / _LOCK).is_file() else [])]]}
    if verb == "lock":
        return {"commands": [["pnpm", "install", "--lockfile-only", "--no-frozen-lockfile"]]}
    if verb == "add":
        return {"commands": [["pnpm", "add", flag("pnpm", _SAVE, group), *specs(packages)]]}
    if verb == "remove":
        return {"commands": [["pnpm", "remove", *packages]]}
    direct = manifest.read(folder).wants
    deep = [name for name, version in packages.items() if version and name not in direct]
    if deep:
        step = "say no version, or write it under 'overrides' in pnpm-workspace.yaml"
        raise ActionFailed(f"pnpm gives no exact version to what is no direct need: {', '.join(deep)}", next_step=step)
    return {"commands": [["pnpm", "update", *specs(packages)]]}


def _ask(folder: Path, *arguments: str) -> Any:
    told = ask("pnpm", *arguments, folder=folder, good=(0, 1))
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict) and "code" in error:
        raise ActionFailed(f"pnpm {arguments[0]} failed", why=f"{error['code']}: {error.get('message', '')}")
    return told


def _read(file: Path) -> dict[str, Any]:
    try:
        # pnpm 11 and later may write a document about itself before that of the project.
        *_, lock = yaml.safe_load_all(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        step = "write it: pnpm install --lockfile-only"
        raise ActionFailed(f"{file.name} cannot be read", where=str(file), why=str(error), next_step=step) from error
    if not isinstance(lock, dict):
        raise ActionFailed(f"{file.name} is no object", where=str(file))
    version = str(lock.get("lockfileVersion", ""))
    if version.partition(".")[0] not in ("6", "9"):
        step = "write it anew with pnpm 8 or later"
        raise ActionFailed(f"{file.name} has a version that is not known: {version}", where=str(file), next_step=step)
    return lock


def _plain(part: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: one["version"] if isinstance(one, dict) else str(one) for name, one in (part or {}).items()}


def _targets(part: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of what is needed, and the names by which it is; what lies in the project itself is left out."""
    needs = {**(part.get("dependencies") or {}), **(part.get("optionalDependencies") or {})}
    for name, version in needs.items():
        for key in (f"{name}@{version}", f"/{name}@{version}", str(version)):
            if key in parts:
                yield key, name
                break


def _key(name: str) -> Key:
    """Of ``/@scope/name@1.0.0(peer@2.0.0)`` the name and the version."""
    bare, _, version = name.removeprefix("/").partition("(")[0].rpartition("@")
    return bare, version


def _licences(folder: Path) -> tuple[dict[Key, str], list[str]]:
    """What the installed packages say, and what is not known."""
    try:
        told = _ask(folder, "licenses", "list", "--json") or {}
    except ActionFailed as error:
        return {}, [f"licences are not known: {error}"]
    found = {
        (one["name"], version): "" if licence == "Unknown" else licence
        for licence, group in told.items()
        for one in group
        for version in one["versions"]
    }
    return found, []
