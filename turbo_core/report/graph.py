"""A graph as text: a tree for the terminal, Mermaid, DOT. What ``turbo graph`` prints.

Input are plain values; this module knows neither workflows nor runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

from msgspec import Struct

from turbo_core.report.text import one_line


class GraphNode(Struct, frozen=True, kw_only=True):
    """One task of a graph. ``needs`` are addresses; nodes of one phase stand together, phases in their order.

    ``kind`` is a task's kind (``run``, ``uses``, ``decide``, ``workflow``, ``communicate``).
    """

    address: str
    label: str
    kind: str
    needs: tuple[str, ...] = ()
    phase: str = ""


_SHAPES: Final = {"decide": ("{{", "}}"), "workflow": ("[[", "]]"), "communicate": ("(", ")")}
_DOT_SHAPES: Final = {"decide": "diamond", "workflow": "box3d", "communicate": "ellipse"}
_MERMAID_ESCAPES: Final = str.maketrans({mark: f"#{ord(mark)};" for mark in '#"<>&;`|{}[]()\\'})


def phases(nodes: Sequence[GraphNode]) -> list[tuple[str, list[GraphNode]]]:
    """The nodes by phase, in their order."""
    return [(name, list(group)) for name, group in groupby(nodes, key=lambda node: node.phase)]


def text(nodes: Sequence[GraphNode], *, unicode: bool = True) -> str:
    """A tree: each phase, its tasks, and after a task the ones that it needs."""
    branch, last, arrow = ("├── ", "└── ", "←") if unicode else ("|-- ", "`-- ", "<-")
    lines: list[str] = []
    for name, members in phases(nodes):
        lines.append(one_line(name))
        lines += [(last if node is members[-1] else branch) + _leaf(node, arrow) for node in members]
    return "\n".join(lines)


def _leaf(node: GraphNode, arrow: str) -> str:
    label = f"  {one_line(node.label, 60)}" if node.label and node.label != node.address else ""
    needs = f"  {arrow} {', '.join(one_line(need) for need in node.needs)}" if node.needs else ""
    return f"{one_line(node.address)}  [{node.kind}]{label}{needs}"


def mermaid(nodes: Sequence[GraphNode]) -> str:
    """A Mermaid flowchart: one subgraph for each phase, an arrow for each need, dotted arrows between phases."""
    names = {node.address: f"t{index}" for index, node in enumerate(nodes)}
    lines = ["flowchart LR"]
    grouped = phases(nodes)
    for index, (phase, members) in enumerate(grouped):
        lines.append(f'  subgraph p{index}["{_mermaid(phase)}"]')
        lines += [f"    {names[node.address]}{_shape(node)}" for node in members]
        lines.append("  end")
    lines += [f"  {names[need]} --> {names[node.address]}" for node in nodes for need in node.needs if need in names]
    lines += [f"  p{index} -.-> p{index + 1}" for index in range(len(grouped) - 1)]
    return "\n".join(lines)


def _shape(node: GraphNode) -> str:
    before, after = _SHAPES.get(node.kind, ("[", "]"))
    return f'{before}"{_mermaid(node.address)}"{after}'


def _mermaid(name: str) -> str:
    return one_line(name).translate(_MERMAID_ESCAPES)


def dot(nodes: Sequence[GraphNode]) -> str:
    """A DOT digraph: one cluster for each phase, an edge for each need, invisible edges that keep the phases in order."""
    known = {node.address for node in nodes}
    lines = [
        "digraph workflow {",
        "  rankdir=LR;",
        "  compound=true;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    grouped = phases(nodes)
    for index, (phase, members) in enumerate(grouped):
        lines += [f"  subgraph cluster_{index} {{", f"    label={_quoted(phase)};"]
        lines += [f"    {_quoted(node.address)}{_dot_shape(node)};" for node in members]
        lines.append("  }")
    lines += [f"  {_quoted(need)} -> {_quoted(node.address)};" for node in nodes for need in node.needs if need in known]
    lines += [_order(before[-1], after[0]) for (_, before), (_, after) in pairwise(grouped)]
    return "\n".join([*lines, "}"])


def _dot_shape(node: GraphNode) -> str:
    return f" [shape={_DOT_SHAPES[node.kind]}]" if node.kind in _DOT_SHAPES else ""


def _order(before: GraphNode, after: GraphNode) -> str:
    return f"  {_quoted(before.address)} -> {_quoted(after.address)} [style=invis];"


def _quoted(name: str) -> str:
    return '"' + one_line(name).replace("\\", "\\\\").replace('"', '\\"') + '"'
