"""Packages and their needs become the inventory that `packages.*` reads. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from turbo_plugin_packages_python.environment import Installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A need: of which package, in which versions; ``version`` says which of several is meant."""

    name: str
    wants: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A package in a version."""

    name: str
    version: str
    edges: tuple[Edge, ...] = ()
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """What the project itself names."""

    name: str
    wants: str = ""
    group: str = "main"


def direct(requirement: Requirement, group: str = "main") -> Direct:
    """A requirement of the project."""
    return Direct(name=canonicalize_name(requirement.name), wants=str(requirement.specifier), group=group)


def completed(nodes: Iterable[Node], there: Mapping[str, Installed]) -> list[Node]:
    """The same with licences and wanted versions, as far as the same version is installed."""
    return [_completed(node, there.get(node.name)) for node in nodes]


def nodes_of(there: Mapping[str, Installed]) -> list[Node]:
    """What is installed, as packages."""
    return [Node(name=one.name, version=one.version, licence=one.licence, edges=tuple(_edges(one))) for one in there.values()]


def inventory(nodes: Iterable[Node], named: Iterable[Direct], **more: Any) -> dict[str, Any]:
    """The answer for ``turbo_packages_inventory``.

    Args:
        nodes: the packages.
        named: what the project itself names.
        more: the other fields of the answer.
    """
    all_nodes, all_named = sorted(nodes, key=lambda node: (node.name, node.version)), list(named)
    versions: dict[str, list[str]] = {}
    for node in all_nodes:
        versions.setdefault(node.name, []).append(node.version)
    groups = _groups(all_nodes, all_named)
    direct_names = {one.name for one in all_named}
    packages = [
        {
            "name": node.name,
            "version": node.version,
            "direct": node.name in direct_names,
            "group": groups.get(node.name, "main"),
            "licence": node.licence,
            "needs": [_need(edge, versions) for edge in node.edges],
        }
        for node in all_nodes
    ]
    wants = [_need(Edge(name=one.name, wants=one.wants), versions) for one in all_named]
    return {"packages": packages, "wants": wants} | more


def fits(wants: str, version: str) -> bool:
    """Whether a version is one of those that are wanted; what nobody can read, fits."""
    try:
        return SpecifierSet(wants).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _completed(node: Node, there: Installed | None) -> Node:
    if there is None or there.version != node.version:
        return node
    wants: dict[str, str] = {canonicalize_name(one.name): str(one.specifier) for one in there.requires}
    edges = tuple(replace(edge, wants=edge.wants or wants.get(edge.name, "")) for edge in node.edges)
    return replace(node, edges=edges, licence=node.licence or there.licence)


def _edges(one: Installed) -> Iterable[Edge]:
    for requirement in one.requires:
        yield Edge(name=canonicalize_name(requirement.name), wants=str(requirement.specifier))


def _need(edge: Edge, versions: Mapping[str, list[str]]) -> dict[str, Any]:
    there = [edge.version] if edge.version else versions.get(edge.name, [])
    met = any(fits(edge.wants, version) for version in there)
    version = edge.version if len(versions.get(edge.name, [])) > 1 else ""
    return {"name": edge.name, "wants": edge.wants, "version": version, "met": met}


def _groups(nodes: Iterable[Node], named: Iterable[Direct]) -> dict[str, str]:
    """The group of each package: ``main`` if the main group reaches it, else the first that does."""
    edges: dict[str, set[str]] = {}
    for node in nodes:
        edges.setdefault(node.name, set()).update(edge.name for edge in node.edges)
    groups: dict[str, str] = {}
    for one in sorted(named, key=lambda one: one.group != "main"):
        waiting = [one.name]
        while waiting:
            name = waiting.pop()
            if name not in groups:
                groups[name] = one.group
                waiting += edges.get(name, ())
    return groups
