"""Yarn 2 and later: ``yarn info`` and ``yarn npm info``, each as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from turbo_plugin_packages_node import manifest
from turbo_plugin_packages_node.graph import Graph
from turbo_plugin_packages_node.planning import flag, specs
from turbo_plugin_packages_node.running import lines
from turbo_plugin_packages_node.values import Inventory, News, Outdated, Plan
from turbo_plugin_packages_node.versions import news
from turbo_plugin_packages_node.yarn import check

_LOCK: Final = "yarn.lock"
_SAVE: Final = {"main": "", "dev": "--dev", "optional": "--optional", "peer": "--peer"}


def inventory(folder: Path) -> Inventory:
    """What the lock file says, and the manifests of the packages.

    Raises:
        ActionFailed: Yarn 2 or later is not there, or failed.
    """
    check(folder, modern=True)
    found = list(lines("yarn", "info", "--all", "--recursive", "--manifest", "--json", folder=folder))
    keys = {one["value"]: (_name(one["value"]), str(one["children"]["Version"])) for one in found}
    named = manifest.read(folder)
    graph = Graph()
    for one in found:
        key, children = keys[one["value"]], one["children"]
        own = _own(one["value"])
        if not own:
            graph.add(key, str((children.get("Manifest") or {}).get("License") or ""))
        for need in children.get("Dependencies") or ():
            target = keys.get(need["locator"])
            if target is None or _own(need["locator"]):
                continue
            if own:
                graph.name(target, named.wants.get(target[0], ("main", ""))[0])
            else:
                graph.need(key, target, _range(need["descriptor"]))
    return graph.answer(named, source=_LOCK)


def outdated(folder: Path) -> News:
    """Newer versions of all packages; which of them the manifest allows is known of the direct needs.

    Raises:
        ActionFailed: Yarn 2 or later is not there, or reaches no registry.
    """
    here = [(str(one["name"]), str(one["version"]), bool(one["direct"])) for one in inventory(folder)["packages"]]
    direct = manifest.read(folder).wants
    versions = {one["name"]: one["versions"] for one in _infos(folder, {name for name, _, _ in here})}
    ranges = {f"{name}@{direct[name][1]}" for name, _, named in here if named and name in direct}
    fitting = {one["name"]: str(one["version"]) for one in _infos(folder, ranges)}
    packages: list[Outdated] = []
    for name, current, named in here:
        packages += news(name, current, fitting.get(name, "") if named else "", versions.get(name, ()), named)
    return {"packages": packages, "unknown": [f"{name} is in no registry" for name, _, _ in here if name not in versions]}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How Yarn makes a change.

    Raises:
        ActionFailed: it knows no such group.
    """
    if verb == "install":
        return {"commands": [["yarn", "install", *(["--immutable"] if (folder / _LOCK).is_file() else [])]]}
    if verb == "lock":
        return {"commands": [["yarn", "install", "--mode=update-lockfile", "--no-immutable"]]}
    if verb == "add":
        save = flag("Yarn", _SAVE, group)
        return {"commands": [["yarn", "add", *([save] if save else []), *specs(packages)]]}
    if verb == "remove":
        return {"commands": [["yarn", "remove", *packages]]}
    return {"commands": list(_update(folder, packages)), "changes": _manifests(folder)}


def _manifests(folder: Path) -> list[str]:
    """Those of the members of the workspace: `yarn up` changes them too, and an undo has to know them."""
    found = lines("yarn", "workspaces", "list", "--json", folder=folder)
    return sorted((Path(one["location"]) / "package.json").as_posix() for one in found)


def _update(folder: Path, packages: Mapping[str, str]) -> Iterator[list[str]]:
    direct = manifest.read(folder).wants
    free = [name for name, version in packages.items() if not version] if packages else ["*"]
    if free:
        yield ["yarn", "up", "--recursive", *free]
    named = {name: version for name, version in packages.items() if version and name in direct}
    if named:
        yield ["yarn", "up", *specs(named)]
    deep = {name: version for name, version in packages.items() if version and name not in direct}
    for descriptor, name in _descriptors(folder) if deep else ():
        if name in deep:
            yield ["yarn", "set", "resolution", descriptor, f"npm:{deep[name]}"]


def _descriptors(folder: Path) -> list[tuple[str, str]]:
    """Each need of a package as Yarn writes it, and the name in it."""
    found = lines("yarn", "info", "--all", "--recursive", "--json", folder=folder)
    needs = [need for one in found if not _own(one["value"]) for need in one["children"].get("Dependencies") or ()]
    return sorted({(f"{_name(one['descriptor'])}@npm:{_range(one['descriptor'])}", _name(one["descriptor"])) for one in needs})


def _infos(folder: Path, names: set[str]) -> Iterator[Mapping[str, Any]]:
    if names:
        yield from lines("yarn", "npm", "info", *sorted(names), "--fields", "name,version,versions", "--json", folder=folder)


def _own(locator: str) -> bool:
    return "@workspace:" in locator


def _name(text: str) -> str:
    """Of ``@scope/name@npm:1.0.0`` the name."""
    return text[: text.index("@", 1)]


def _range(descriptor: str) -> str:
    """Of ``name@virtual:…#npm:^1.0.0`` the range."""
    return descriptor[descriptor.index("@", 1) + 1 :].rpartition("#")[2].removeprefix("npm:")
