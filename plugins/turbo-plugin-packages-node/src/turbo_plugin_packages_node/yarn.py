"""Yarn 1: ``yarn list``, ``yarn outdated``, ``yarn info`` and ``yarn licenses``, each as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_packages_node import manifest
from turbo_plugin_packages_node.graph import Graph, Key
from turbo_plugin_packages_node.planning import flag, specs
from turbo_plugin_packages_node.running import call, lines
from turbo_plugin_packages_node.values import Inventory, News, Outdated, Plan
from turbo_plugin_packages_node.versions import news

_LOCK: Final = "yarn.lock"
_SAVE: Final = {"main": "", "dev": "--dev", "optional": "--optional", "peer": "--peer"}
_QUIET: Final = "--non-interactive"
_DIRECT_ONLY: Final = "Yarn 1 tells of newer versions of the direct needs only"


def inventory(folder: Path) -> Inventory:
    """What the lock file says; licences from what is installed.

    Raises:
        ActionFailed: Yarn 1 is not there, or failed.
    """
    check(folder, modern=False)
    if not (folder / _LOCK).is_file():
        raise ActionFailed(f"there is no {_LOCK}", where=str(folder), next_step="write it: yarn install")
    (tree,) = [one["data"]["trees"] for one in _lines(folder, "list") if one["type"] == "tree"]
    licences, unknown = _licences(folder)
    named = manifest.read(folder)
    graph = Graph()
    scopes: list[dict[str, Key]] = [_real(tree)]
    _collect(graph, tree, scopes, licences)
    for name, (group, _) in named.wants.items():
        if name in scopes[0]:
            graph.name(scopes[0][name], group)
    return graph.answer(named, source=_LOCK, unknown=unknown)


def outdated(folder: Path) -> News:
    """Newer versions of the direct needs.

    Raises:
        ActionFailed: Yarn 1 is not there, or reaches no registry.
    """
    check(folder, modern=False)
    packages: list[Outdated] = []
    unknown = [_DIRECT_ONLY]
    for row in _table(folder, "outdated"):
        name, current, wanted = row["Package"], row["Current"], row["Wanted"]
        versions = [one["data"] for one in _lines(folder, "info", name, "versions") if one["type"] == "inspect"]
        if not versions:
            unknown.append(f"{name}: its versions are not known")
        packages += news(name, current, wanted, [one for found in versions for one in found], True)
    return {"packages": packages, "unknown": unknown}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How Yarn 1 makes a change.

    Raises:
        ActionFailed: it knows no such group, or cannot update a package.
    """
    if verb == "install":
        return {"commands": [["yarn", "install", *(["--frozen-lockfile"] if (folder / _LOCK).is_file() else []), _QUIET]]}
    if verb == "lock":
        return {"commands": [["yarn", "install", _QUIET]]}
    if verb == "add":
        save = flag("Yarn", _SAVE, group)
        return {"commands": [["yarn", "add", *([save] if save else []), _QUIET, *specs(packages)]]}
    if verb == "remove":
        return {"commands": [["yarn", "remove", _QUIET, *packages]]}
    deep = [name for name in packages if name not in manifest.read(folder).wants]
    if deep:
        step = "write the version under 'resolutions' in package.json"
        raise ActionFailed(f"Yarn 1 updates direct needs only, not {', '.join(deep)}", next_step=step)
    return {"commands": [["yarn", "upgrade", _QUIET, *specs(packages)]]}


def check(folder: Path, *, modern: bool) -> None:
    """See that the Yarn that is there is the one that the project wants: 1, or a later one.

    Raises:
        ActionUnavailable: it is not.
    """
    version = call("yarn", "--version", folder=folder).strip()
    if version.startswith(("0.", "1.")) == modern:
        wanted = "2 or later" if modern else "1"
        raise ActionUnavailable(f"the project uses Yarn {wanted}, and {version} is there", next_step=f"install Yarn {wanted}")


def _lines(folder: Path, *arguments: str) -> Iterator[Mapping[str, Any]]:
    return lines("yarn", *arguments, "--json", "--no-progress", _QUIET, folder=folder, good=(0, 1))


def _table(folder: Path, *arguments: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table that Yarn writes.

    Raises:
        ActionFailed: it wrote of an error.
    """
    for one in _lines(folder, *arguments):
        if one["type"] == "error":
            raise ActionFailed(f"yarn {arguments[0]} failed", why=str(one["data"]))
        if one["type"] == "table":
            yield from (dict(zip(one["data"]["head"], row, strict=True)) for row in one["data"]["body"])


def _real(trees: list[Mapping[str, Any]]) -> dict[str, Key]:
    """What lies in one folder of modules; the rest are mentions of what lies further up."""
    keys = [_key(one["name"]) for one in trees if not one.get("shadow")]
    return {key[0]: key for key in keys}


def _collect(graph: Graph, trees: list[Mapping[str, Any]], scopes: list[dict[str, Key]], licences: Mapping[Key, str]) -> None:
    for one in trees:
        if one.get("shadow"):
            continue
        key = _key(one["name"])
        graph.add(key, licences.get(key, ""))
        below: list[Mapping[str, Any]] = one.get("children") or []
        inner = [*scopes, _real(below)]
        wants = dict(_key(child["name"]) for child in below if child.get("shadow"))
        for name in dict.fromkeys(_key(child["name"])[0] for child in below):
            target = next((scope[name] for scope in reversed(inner) if name in scope), None)
            if target:
                graph.need(key, target, wants.get(name, ""))
        _collect(graph, below, inner, licences)


def _key(text: str) -> Key:
    name, _, version = text.rpartition("@")
    return name, version


def _licences(folder: Path) -> tuple[dict[Key, str], list[str]]:
    """What the installed packages say, and what is not known."""
    if not (folder / "node_modules").is_dir():
        return {}, ["licences are not known: nothing is installed here"]
    try:
        rows = list(_table(folder, "licenses", "list"))
    except ActionFailed as error:
        return {}, [f"licences are not known: {error}"]
    return {(row["Name"], row["Version"]): "" if row["License"] == "Unknown" else row["License"] for row in rows}, []
