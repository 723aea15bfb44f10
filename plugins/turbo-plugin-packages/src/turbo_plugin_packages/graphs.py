"""What needs what, as a graph: nodes and edges, and the same as Mermaid. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_plugin_packages.values import Inventory, Need


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A package, or the project.

    Attributes:
        id: name and version; of the project its name.
        name: of the package.
        version: of the package.
        direct: whether the project itself names it.
        group: ``main``, ``dev``, or another; ``project`` for the project.
        depth: how many steps it is from the project; -1 if no step leads there.
    """

    id: str
    name: str
    version: str
    direct: bool
    group: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """A need.

    Attributes:
        of: the id of the package that needs.
        to: the id of the package that is needed.
        wants: in which versions; empty for any.
        met: whether it is there in one of them.
    """

    of: str
    to: str
    wants: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What needs what.

    Attributes:
        nodes: the project, then its packages by depth and name.
        edges: sorted; also those to packages that are missing, which have no node.
    """

    nodes: list[GraphNode]
    edges: list[GraphEdge]


def graph_of(told: Inventory) -> Graph:
    """The graph of an inventory."""
    ids: dict[str, list[str]] = {}
    for package in told.packages:
        ids.setdefault(package.name, []).append(f"{package.name} {package.version}")
    root = told.project or "project"
    direct = told.wants or tuple(Need(name=package.name) for package in told.packages if package.direct)
    edges = {edge for need in direct for edge in _edges(root, need, ids)}
    for package in told.packages:
        edges |= {edge for need in package.needs for edge in _edges(f"{package.name} {package.version}", need, ids)}
    depths = _depths(root, edges)
    nodes = [
        GraphNode(
            id=f"{package.name} {package.version}",
            name=package.name,
            version=package.version,
            direct=package.direct,
            group=package.group,
            depth=depths.get(f"{package.name} {package.version}", -1),
        )
        for package in told.packages
    ]
    start = GraphNode(id=root, name=root, version=told.version, direct=False, group="project", depth=0)
    return Graph(
        nodes=[start, *sorted(nodes, key=lambda node: (node.depth, node.name, node.version))],
        edges=sorted(edges, key=lambda edge: (edge.of, edge.to)),
    )


def mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart; needs that are not met are dotted, what is missing is a circle."""
    numbers = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {numbers[node.id]}["{_plain(node.id)}"]' for node in graph.nodes]
    for edge in graph.edges:
        if edge.to not in numbers:
            numbers[edge.to] = f"n{len(numbers)}"
            lines.append(f'  {numbers[edge.to]}(("{_plain(edge.to)}"))')
        arrow = "-->" if edge.met else "-.->"
        label = f'|"{_plain(edge.wants)}"|' if edge.wants and not edge.met else ""
        lines.append(f"  {numbers[edge.of]} {arrow}{label} {numbers[edge.to]}")
    return "\n".join(lines) + "\n"


def _edges(of: str, need: Need, ids: dict[str, list[str]]) -> list[GraphEdge]:
    there = [f"{need.name} {need.version}"] if need.version else ids.get(need.name, [need.name])
    return [GraphEdge(of=of, to=to, wants=need.wants, met=need.met) for to in there]


def _depths(root: str, edges: set[GraphEdge]) -> dict[str, int]:
    below: dict[str, set[str]] = {}
    for edge in edges:
        below.setdefault(edge.of, set()).add(edge.to)
    depths, level = {root: 0}, {root}
    while level:
        level = {to for of in level for to in below.get(of, ())} - depths.keys()
        depths |= dict.fromkeys(level, max(depths.values()) + 1)
    return depths


def _plain(text: str) -> str:
    """Text that means nothing to Mermaid."""
    return "".join(f"#{ord(letter)};" if letter in '"#<>&;`' else letter for letter in text)
