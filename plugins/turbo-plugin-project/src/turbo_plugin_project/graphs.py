"""Directed graphs: cycles and layers. Pure, without recursion, and linear in nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TypeAlias

Graph: TypeAlias = Mapping[str, Set[str]]
"""Each node, and those that it needs. Every node has an entry."""


def components(graph: Graph) -> list[list[str]]:
    """The strongly connected components, those that others need first (Tarjan, 1972, https://doi.org/10.1137/0201010)."""
    index, low, on, stack, found = dict[str, int](), dict[str, int](), set[str](), list[str](), list[list[str]]()
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, iter(sorted(graph[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, needs = work[-1]
            for need in needs:
                if need not in index:
                    index[need] = low[need] = len(index)
                    stack.append(need)
                    on.add(need)
                    work.append((need, iter(sorted(graph[need]))))
                    break
                if need in on:
                    low[node] = min(low[node], index[need])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = [stack.pop()]
                    while component[-1] != node:
                        component.append(stack.pop())
                    on.difference_update(component)
                    found.append(sorted(component))
    return found


def cycles(graph: Graph) -> list[list[str]]:
    """The components of more than one node, the largest first."""
    return sorted((one for one in components(graph) if len(one) > 1), key=lambda one: (-len(one), one))


def way_around(graph: Graph, component: list[str]) -> list[str]:
    """A shortest way in a component from its first node back to it; that node stands at both ends."""
    start, inside = component[0], set(component)
    before: dict[str, str] = {}
    edge = [start]
    while edge:
        after = []
        for node in edge:
            for need in sorted(graph[node] & inside):
                if need not in before:
                    before[need] = node
                    after.append(need)
        if start in before:
            break
        edge = after
    way = [start]
    while before[way[-1]] != start:
        way.append(before[way[-1]])
    return [start, *reversed(way)]


def layers(graph: Graph) -> dict[str, int]:
    """The layer of each node: 0 needs no other; else one more than the highest that it needs. A cycle shares one layer."""
    level: dict[str, int] = {}
    for component in components(graph):
        inside = set(component)
        needed = [level[need] for node in component for need in graph[node] if need not in inside]
        for node in component:
            level[node] = max(needed, default=-1) + 1
    return level
