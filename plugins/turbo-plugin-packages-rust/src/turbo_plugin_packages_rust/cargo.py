"""What ``cargo metadata`` tells: packages, who needs whom, and what the members of the workspace name themselves."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from turbo_core import ActionFailed

from turbo_plugin_packages_rust.running import ask
from turbo_plugin_packages_rust.values import Answer, Inventory

LOCK: Final = "Cargo.lock"
CRATES: Final = "registry+https://github.com/rust-lang/"
"""How cargo writes that a package comes from the registry that it asks by default, whatever stands in for it."""
_GROUPS: Final = ("main", "build", "dev")
"""The strongest first."""

Id: TypeAlias = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A need of a package.

    Attributes:
        target: what it is met by.
        wants: the requirement in the manifest.
        groups: ``main``, ``build`` or ``dev``; one or several of them.
    """

    target: Id
    wants: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crates:
    """All packages of a project, by the ids that cargo gives them."""

    packages: Mapping[Id, Mapping[str, Any]]
    edges: Mapping[Id, list[Edge]]
    root: Id | None

    def foreign(self) -> list[Id]:
        """Those that are not folders of the project."""
        return [name for name, package in self.packages.items() if package["source"]]

    def own(self) -> list[Id]:
        """Those that are: members of the workspace, and what they need by path."""
        return [name for name, package in self.packages.items() if not package["source"]]

    def direct(self) -> dict[Id, frozenset[str]]:
        """What the project itself needs, with its groups."""
        found: dict[Id, frozenset[str]] = {}
        for name in self.own():
            for edge in self.edges[name]:
                if self.packages[edge.target]["source"]:
                    found[edge.target] = found.get(edge.target, frozenset()) | edge.groups
        return found


def crates(folder: Path) -> Crates:
    """Ask cargo.

    Raises:
        ActionFailed: there is no lock file, or it does not fit the manifest.
        ActionUnavailable: cargo is not there.
    """
    if not (folder / LOCK).is_file():
        raise ActionFailed(f"there is no {LOCK}", where=str(folder), next_step="write it: cargo generate-lockfile")
    told = ask("cargo", "metadata", "--format-version", "1", "--locked", folder=folder)
    packages = {package["id"]: package for package in told["packages"]}
    edges = {
        node["id"]: [_edge(packages[node["id"]], need, packages) for need in node["deps"]] for node in told["resolve"]["nodes"]
    }
    return Crates(packages=packages, edges=edges, root=told["resolve"]["root"])


def inventory(folder: Path) -> Inventory:
    """What the lock file says, for all platforms; licences from the manifests of the packages.

    Raises:
        ActionFailed: there is no lock file, or it does not fit the manifest.
        ActionUnavailable: cargo is not there.
    """
    found = crates(folder)
    direct, groups = found.direct(), _groups(found)
    count = Counter(found.packages[name]["name"] for name in found.foreign())
    packages = [_package(found, name, groups.get(name, "main"), name in direct, count) for name in found.foreign()]
    root = found.packages[found.root] if found.root else {"name": "", "version": ""}
    return {
        "packages": sorted(packages, key=lambda one: (str(one["name"]), str(one["version"]))),
        "project": root["name"],
        "version": root["version"],
        "wants": _wants(found.packages[name] for name in found.own()),
        "source": LOCK,
        "unknown": [],
    }


def _edge(owner: Mapping[str, Any], need: Mapping[str, Any], packages: Mapping[Id, Mapping[str, Any]]) -> Edge:
    name = packages[need["pkg"]]["name"]
    stated = [one for one in owner["dependencies"] if one["name"] == name]
    # A package may need two versions of another, one of them by another name.
    called = [one for one in stated if (one["rename"] or one["name"]).replace("-", "_") == need["name"]] or stated
    groups = frozenset(kind["kind"] or "main" for kind in need["dep_kinds"])
    return Edge(target=need["pkg"], wants=called[0]["req"] if called else "", groups=groups)


def _groups(found: Crates) -> dict[Id, str]:
    """The strongest group from which each package is reached."""
    reached: dict[Id, str] = {}
    for group in _GROUPS:
        queue = deque(name for name, groups in found.direct().items() if group in groups)
        while queue:
            name = queue.popleft()
            if name not in reached:
                reached[name] = group
                queue.extend(edge.target for edge in found.edges[name])
    return reached


def _package(found: Crates, name: Id, group: str, direct: bool, count: Counter[str]) -> Answer:
    package = found.packages[name]
    needs = []
    for edge in found.edges[name]:
        target = found.packages[edge.target]
        version = target["version"] if count[target["name"]] > 1 else ""
        needs.append({"name": target["name"], "wants": edge.wants, "version": version, "met": True})
    about = {"direct": direct, "group": group, "licence": package["license"] or ""}
    return {"name": package["name"], "version": package["version"], **about, "needs": needs}


def _wants(members: Iterable[Mapping[str, Any]]) -> list[Answer]:
    stated = {(one["name"], one["req"]) for member in members for one in member["dependencies"] if one["source"]}
    return [{"name": name, "wants": wanted} for name, wanted in sorted(stated)]
