"""npm: ``npm ls``, ``npm outdated`` and ``npm view``, each as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from turbo_core import ActionFailed

from turbo_plugin_packages_node import manifest
from turbo_plugin_packages_node.graph import Graph, Key
from turbo_plugin_packages_node.planning import flag, specs
from turbo_plugin_packages_node.running import ask
from turbo_plugin_packages_node.values import Inventory, News, Outdated, Plan
from turbo_plugin_packages_node.versions import news

_LOCKS: Final = ("package-lock.json", "npm-shrinkwrap.json")
_QUIET: Final = ("--no-audit", "--no-fund")
_SAVE: Final = {"main": "--save-prod", "dev": "--save-dev", "optional": "--save-optional", "peer": "--save-peer"}
_AT_ONCE: Final = 4


def inventory(folder: Path) -> Inventory:
    """What the lock file says; without one, what is installed.

    Raises:
        ActionFailed: npm is not there, or failed.
    """
    lock = _lock(folder)
    tree = ask("npm", "ls", "--json", "--all", "--long", *(["--package-lock-only"] if lock else []), folder=folder, good=(0, 1))
    _refuse(tree, "npm ls")
    named = manifest.read(folder)
    graph = Graph()
    for name, node in _children(tree):
        _collect(graph, node, name, named)
    return graph.answer(named, source=lock or "installed")


def outdated(folder: Path) -> News:
    """Newer versions of all packages, or of the direct needs where nothing is installed.

    Raises:
        ActionFailed: npm is not there, or reaches no registry.
    """
    told = ask("npm", "outdated", "--json", "--all", folder=folder, good=(0, 1)) or {}
    _refuse(told, "npm outdated")
    direct = manifest.read(folder).wants
    here = _here(folder)
    rows = dict.fromkeys((name, row.get("current") or here.get(name, ""), row["wanted"]) for name, row in _rows(told))
    elsewhere = {name for name, _, wanted in rows if wanted in _ELSEWHERE}
    elsewhere |= {name for name, (_, wanted) in direct.items() if set(":/") & set(wanted)}
    # npm leaves out what the registry does not know or does not give, so direct needs are asked for in any case.
    asked = sorted(({name for name, _, _ in rows} | direct.keys()) - elsewhere)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        versions = dict(zip(asked, pool.map(lambda name: _versions(folder, name), asked), strict=True))
    unknown = [f"{name} comes from no registry" for name in sorted(elsewhere)]
    unknown += [f"{name}: {found}" for name, found in versions.items() if isinstance(found, str)]
    if not (folder / "node_modules").is_dir():
        unknown.append("nothing is installed here: npm tells of newer versions of the direct needs only")
    packages: list[Outdated] = []
    for name, current, wanted in sorted(rows):
        found = versions.get(name, "")
        if not isinstance(found, str):
            packages += news(name, current, wanted, found, name in direct)
    return {"packages": packages, "unknown": unknown}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How npm makes a change.

    Raises:
        ActionFailed: npm knows no such group.
    """
    if verb == "install":
        return {"commands": [["npm", "ci" if _lock(folder) else "install", *_QUIET]]}
    if verb == "lock":
        return {"commands": [["npm", "install", "--package-lock-only", *_QUIET]]}
    if verb == "add":
        return {"commands": [["npm", "install", flag("npm", _SAVE, group), *_QUIET, *specs(packages)]]}
    if verb == "remove":
        return {"commands": [["npm", "uninstall", *_QUIET, *packages]]}
    return {"commands": list(_update(manifest.read(folder).wants, packages))}


def _update(direct: Mapping[str, object], packages: Mapping[str, str]) -> Iterator[list[str]]:
    free = [name for name, version in packages.items() if not version]
    if free or not packages:
        yield ["npm", "update", *_QUIET, *free]
    pinned = {name: version for name, version in packages.items() if version}
    deep = [name for name in pinned if name not in direct]
    if pinned:
        yield ["npm", "install", *_QUIET, *specs(pinned)]
    if deep:
        # They are no needs of the project: the lock file keeps their versions also when the manifest has forgotten them.
        yield ["npm", "pkg", "delete", *(f"dependencies[{name}]" for name in deep)]
        yield ["npm", "install", *_QUIET]


_ELSEWHERE: Final = ("git", "linked", "remote", "file", "directory")
"""What npm writes instead of a version."""


def _lock(folder: Path) -> str:
    return next((name for name in _LOCKS if (folder / name).is_file()), "")


def _refuse(told: Any, what: str) -> None:
    """What is missing or does not fit is an error too, but all is told beside it."""
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict) and "summary" in error and error.get("code") != "ELSPROBLEMS":
        raise ActionFailed(f"{what} failed", why=f"{error.get('code', '')} {error['summary']} {error.get('detail', '')}".strip())


def _here(folder: Path) -> dict[str, str]:
    """The versions that the lock file has of the direct needs."""
    return {str(one["name"]): str(one["version"]) for one in inventory(folder)["packages"] if one["direct"]}


def _rows(told: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A package that lies in several places comes as a list."""
    for name, rows in told.items():
        for row in rows if isinstance(rows, list) else [rows]:
            yield name, row


def _versions(folder: Path, name: str) -> list[str] | str:
    """All versions of a package, or why they are not known."""
    try:
        found = ask("npm", "view", name, "versions", "--json", folder=folder)
    except ActionFailed as error:
        return str(error)
    return [found] if isinstance(found, str) else list(found or ())


def _children(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (node.get("dependencies") or {}).items()


def _local(node: Mapping[str, Any]) -> bool:
    """Whether a package is a folder of the project: a member of its workspace."""
    origin = str(node.get("resolved", ""))
    return origin.startswith("file:") and not origin.endswith((".tgz", ".tar.gz"))


def _collect(graph: Graph, first: Mapping[str, Any], name: str, named: manifest.Manifest) -> None:
    """Add a need of the project, and all below it; what belongs to a member of the workspace is a need of the project."""
    stack = [(name, first, named.wants.get(name, ("main", ""))[0], True)]
    while stack:
        called, node, group, direct = stack.pop()
        if _local(node):
            stack += [(child, below, group, True) for child, below in _children(node)]
            continue
        key = _key(called, node)
        if not key[1]:
            continue
        licence = node.get("license")
        graph.add(key, licence if isinstance(licence, str) else "")
        if direct and not node.get("extraneous"):
            graph.name(key, group)
        wants = {**(node.get("peerDependencies") or {}), **(node.get("_dependencies") or {})}
        for child, below in _children(node):
            graph.need(key, _key(child, below), str(wants.get(child, "")), not (below.get("invalid") or below.get("missing")))
            stack.append((child, below, group, False))


def _key(called: str, node: Mapping[str, Any]) -> Key:
    return str(node.get("name", called)), "" if node.get("missing") else str(node.get("version", ""))
