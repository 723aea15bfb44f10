"""The actions over the graph: as data and Mermaid, and drawn into a file."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_core import ActionFailed, Context, action

from turbo_plugin_packages import files
from turbo_plugin_packages.graphs import Graph, GraphEdge, GraphNode, graph_of, mermaid
from turbo_plugin_packages.page import page
from turbo_plugin_packages.reading import inventories


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphed:
    """What needs what.

    Attributes:
        nodes: the project, then its packages by depth and name.
        edges: also those to packages that are missing, which have no node.
        mermaid: the same as a Mermaid flowchart.
    """

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    mermaid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawing: its `path`, and how many packages (`nodes`) and needs (`edges`) it shows."""

    path: str
    nodes: int
    edges: int


@action(risk="read", idempotent=True)
def graph(context: Context, folder: str = ".", manager: str = "") -> Graphed:
    """Tell what needs what, as nodes and edges, and as a Mermaid flowchart.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
    """
    told = _graph(context, folder, manager)
    return Graphed(nodes=told.nodes, edges=told.edges, mermaid=mermaid(told))


@action(risk="change", idempotent=True)
def draw(context: Context, file: str = "packages.html", folder: str = ".", manager: str = "") -> Drawn:
    """Draw what needs what into a file: a page that stands alone, or Mermaid. The undo brings back what was there.

    Args:
        file: where to, relative to the project; ``.html`` becomes a page, ``.mmd`` Mermaid.
        folder: where, relative to the project.
        manager: only this package manager.
    """
    told = _graph(context, folder, manager)
    if not file.endswith((".html", ".mmd")):
        raise ActionFailed(f"{file!r} is neither a page nor Mermaid", next_step="end its name with .html or .mmd")
    files.write(context, file, page(told) if file.endswith(".html") else mermaid(told))
    return Drawn(path=file, nodes=len(told.nodes), edges=len(told.edges))


@draw.plan
def _(context: Context, file: str) -> str:
    return f"draw what needs what into {file}"


@draw.undo
def _(context: Context, file: str) -> None:
    files.take_back(context, file)


def _graph(context: Context, folder: str, manager: str) -> Graph:
    """One graph of all managers; the first project is the root."""
    told = [graph_of(one) for one in inventories(context, folder, manager).values()]
    nodes = {node.id: node for one in told for node in one.nodes}
    return Graph(nodes=[*nodes.values()], edges=[edge for one in told for edge in one.edges])
