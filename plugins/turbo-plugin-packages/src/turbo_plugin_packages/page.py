"""A graph of packages as one page of HTML that needs nothing else: a drawing in columns by depth, and a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from turbo_plugin_packages.graphs import Graph, GraphEdge, GraphNode
from turbo_plugin_packages.wording import number_of_packages

_COLUMN, _ROW, _BOX, _HIGH = 250, 34, 190, 24
_LONGEST = 28

_STYLE = """\
:root { color-scheme: light dark; --back: #fff; --ink: #1c2430; --dim: #69758a;
  --line: #b6c0ce; --box: #eef2f7; --own: #2f6fde; --bad: #c8322b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9f0; --dim: #97a3b6; --line: #4a5668; --box: #232b37; --own: #6ea2ff; --bad: #ff7a70; --back: #151a21; } }
body { margin: 2rem; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; } p { color: var(--dim); margin: .2rem 0 1.5rem; } .wide { overflow-x: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } rect { fill: var(--box); stroke: var(--line); }
.direct rect { stroke: var(--own); stroke-width: 1.5; }
.project rect { fill: var(--own); stroke: none; } .project text { fill: #fff; }
.missing rect { stroke: var(--bad); stroke-dasharray: 4 3; }
path { fill: none; stroke: var(--line); } path.unmet { stroke: var(--bad); stroke-dasharray: 5 4; stroke-width: 1.5; }
path:hover { stroke: var(--own); stroke-width: 2.5; }
table { border-collapse: collapse; margin-top: 2rem; }
th, td { text-align: left; padding: .25rem 1.2rem .25rem 0; vertical-align: top; }
th { color: var(--dim); font-weight: 600; border-bottom: 1px solid var(--line); } td { border-bottom: 1px solid var(--box); }
.bad { color: var(--bad); }
"""


def page(graph: Graph) -> str:
    """The page."""
    root = graph.nodes[0]
    unmet = sum(not edge.met for edge in graph.edges)
    told = f"{number_of_packages(len(graph.nodes) - 1)}, {len(graph.edges)} needs"
    if unmet:
        told += f", {unmet} of them not met"
    title = escape(f"Packages of {root.name}")
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n<h1>{title}</h1>\n<p>{escape(told)}</p>\n"
        f'<div class="wide">\n{"".join(_drawing(graph))}</div>\n{"".join(_table(graph))}</html>\n'
    )


def _drawing(graph: Graph) -> Iterator[str]:
    shown = [*graph.nodes, *_missing(graph)]
    columns: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for node in shown:
        row = columns.get(node.depth, 0)
        columns[node.depth] = row + 1
        places[node.id] = (10 + _COLUMN * max(node.depth, 0), 10 + _ROW * row)
    width, height = 20 + _COLUMN * max(columns) + _BOX, 20 + _ROW * max(columns.values())
    yield f'<svg role="img" aria-label="what needs what" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
    yield from (_line(edge, places) for edge in graph.edges)
    yield from (_box(node, *places[node.id]) for node in shown)
    yield "</svg>\n"


def _missing(graph: Graph) -> list[GraphNode]:
    """A box for each package that is needed and not there, beside who needs it first."""
    depths = {node.id: node.depth for node in graph.nodes}
    found = {edge.to: depths[edge.of] + 1 for edge in reversed(graph.edges) if edge.to not in depths}
    return [
        GraphNode(id=name, name=name, version="", direct=False, group="missing", depth=depth) for name, depth in found.items()
    ]


def _line(edge: GraphEdge, places: dict[str, tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = places[edge.of], places[edge.to]
    forward = x2 > x1
    # What does not lead forward comes round on the right side, and not through the boxes.
    left, right = x1 + _BOX, x2 if forward else x2 + _BOX
    bend = max(40, abs(right - left) // 2)
    enter = right - bend if forward else right + bend
    y1, y2 = y1 + _HIGH // 2, y2 + _HIGH // 2
    kind = "" if edge.met else ' class="unmet"'
    told = escape(f"{edge.of} wants {edge.to} {edge.wants}".rstrip())
    return f'<path{kind} d="M{left} {y1} C{left + bend} {y1} {enter} {y2} {right} {y2}"><title>{told}</title></path>\n'


def _box(node: GraphNode, x: int, y: int) -> str:
    kind = node.group if node.group in ("project", "missing") else "direct" if node.direct else "follows"
    text = node.id if len(node.id) <= _LONGEST else f"{node.id[: _LONGEST - 1]}…"
    box = f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HIGH}" rx="5"/>'
    words = f'<text x="{x + 8}" y="{y + 16}">{escape(text)}</text>'
    return f'<g class="{kind}">{box}{words}<title>{escape(f"{node.id} ({node.group})")}</title></g>\n'


def _table(graph: Graph) -> Iterator[str]:
    by: dict[str, list[str]] = {}
    for edge in graph.edges:
        told = escape(f"{edge.of} {edge.wants}".rstrip())
        by.setdefault(edge.to, []).append(told if edge.met else f'<span class="bad">{told}</span>')
    yield "<table>\n<tr><th>package</th><th>version</th><th>group</th><th>needed by</th></tr>\n"
    for node in [*graph.nodes[1:], *_missing(graph)]:
        cells = (
            escape(node.name),
            escape(node.version or "missing"),
            escape(node.group),
            ", ".join(by.get(node.id, ["nothing"])),
        )
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
    yield "</table>\n"
