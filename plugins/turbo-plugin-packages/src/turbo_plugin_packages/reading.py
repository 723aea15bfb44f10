"""The actions that tell what is there: managers, packages, what needs what, newer versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from turbo_core import ActionFailed, Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.graphs import Graph, graph_of
from turbo_plugin_packages.values import Inventory, Manager, Outdated, Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Who looks after a folder.

    Attributes:
        managers: each with its evidence; empty if no driver knows the folder.
    """

    managers: list[Manager]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The packages of a project.

    Attributes:
        packages: all, of all managers.
        count: how many there are.
        direct: how many of them the project itself names.
        sources: from where each manager's are known: manager → file, or ``installed``.
        unknown: what could not be found out.
    """

    packages: list[Package]
    count: int
    direct: int
    sources: dict[str, str]
    unknown: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What needs what, as text.

    Attributes:
        text: a line for each package, indented below what needs it; ``…`` stands for what was shown above.
        lines: how many there are.
    """

    text: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """For which packages there are newer versions.

    Attributes:
        packages: those.
        count: how many there are.
        direct: how many of them the project itself names.
        unknown: what could not be looked up; not up to date.
    """

    packages: list[Outdated]
    count: int
    direct: int
    unknown: list[str]


@action(risk="read", idempotent=True)
def detect(context: Context, folder: str = ".") -> Detected:
    """Tell which package managers look after a folder, and by which files that is known.

    Args:
        folder: where, relative to the project.
    """
    return Detected(managers=asking.detected(context, asking.place(context, folder)))


@action(risk="read", idempotent=True)
def list_(context: Context, folder: str = ".", manager: str = "", direct: bool = False) -> Listed:
    """List packages with versions, licences and what they need.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
        direct: only packages that the project itself names.
    """
    there = inventories(context, folder, manager)
    packages = [package for told in there.values() for package in told.packages if package.direct or not direct]
    return Listed(
        packages=packages,
        count=len(packages),
        direct=sum(package.direct for package in packages),
        sources={name: told.source for name, told in there.items()},
        unknown=[f"{name}: {one}" for name, told in there.items() for one in told.unknown],
    )


@action(risk="read", idempotent=True)
def tree(context: Context, folder: str = ".", manager: str = "", package: str = "", why: bool = False) -> Tree:
    """Show what needs what, as a tree.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
        package: begin with this package, not with the project.
        why: show what needs the package, and what needs that: why it is there.
    """
    if why and not package:
        raise ActionFailed("'why' is asked of a package", next_step="say which by 'package'")
    lines = [line for told in inventories(context, folder, manager).values() for line in _tree(told, package, why)]
    if not lines:
        raise ActionFailed(f"there is no package {package!r}", next_step="packages.list tells which there are")
    return Tree(text="\n".join(lines), lines=len(lines))


@action(risk="read", idempotent=True)
def outdated(context: Context, folder: str = ".", manager: str = "") -> Newer:
    """Find packages for which there are newer versions: within what the manifest allows, and the newest of all.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
    """
    there = asking.place(context, folder)
    news = {one.manager: asking.outdated(context, there, one) for one in asking.managers(context, there, manager)}
    packages = [package for told in news.values() for package in told.packages]
    return Newer(
        packages=packages,
        count=len(packages),
        direct=sum(package.direct for package in packages),
        unknown=[f"{name}: {one}" for name, told in news.items() for one in told.unknown],
    )


def inventories(context: Context, folder: str, manager: str) -> dict[str, Inventory]:
    """The inventory of each manager, by its name."""
    there = asking.place(context, folder)
    return {one.manager: asking.inventory(context, there, one) for one in asking.managers(context, there, manager)}


def _tree(told: Inventory, package: str, why: bool) -> Iterator[str]:
    graph = graph_of(told)
    roots = [one.id for one in graph.nodes if one.name == package] if package else [graph.nodes[0].id]
    shown: set[str] = set()
    for root in roots:
        yield from _branch(graph, root, shown, "", why)


def _branch(graph: Graph, node: str, shown: set[str], indent: str, why: bool) -> Iterator[str]:
    """A node and what is below it; without recursion, for chains are as long as they are."""
    waiting = [(node, indent)]
    below: dict[str, list[str]] = {}
    for edge in graph.edges:
        upper, lower = (edge.to, edge.of) if why else (edge.of, edge.to)
        below.setdefault(upper, []).append(lower)
    while waiting:
        one, indent = waiting.pop()
        more = below.get(one, [])
        yield f"{indent}{one}{' …' if one in shown and more else ''}"
        if one not in shown:
            shown.add(one)
            waiting += [(next_one, indent + "  ") for next_one in reversed(more)]
