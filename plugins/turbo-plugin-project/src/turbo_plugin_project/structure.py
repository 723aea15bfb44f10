"""The architecture of a project: modules, what they need of each other, layers, cycles, and where programs begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from turbo_plugin_project.graphs import Graph, cycles, layers, way_around
from turbo_plugin_project.resolving import Names
from turbo_plugin_project.survey import Source
from turbo_plugin_project.values import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part of a project: a file, or a folder where there are too many files to be seen at once.

    Attributes:
        name: its path.
        files: how many.
        lines: of code.
        needs: how many other modules it needs.
        needed_by: how many need it.
        layer: 0 if it needs no other; else one more than the highest that it needs.
        in_cycle: it needs itself, by way of others.
    """

    name: str
    files: int
    lines: int
    needs: int
    needed_by: int
    layer: int
    in_cycle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One module needs another.

    Attributes:
        source: the one.
        target: the other.
        imports: in how many imports between files.
        path: the file with the first of them.
        line: where in it.
    """

    source: str
    target: str
    imports: int
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What the imports of a project come to.

    Attributes:
        modules: the lowest layer first.
        needs: what they need of each other.
        cycles: of files (of folders, in languages that compile folders): the shortest way around each.
        entries: where programs begin.
        unresolved: how many imports name nothing in the project: packages of others, mostly.
    """

    modules: list[Module]
    needs: list[Need]
    cycles: list[list[str]]
    entries: list[Evidence]
    unresolved: int


def structure(sources: Sequence[Source], names: Names, *, most: int) -> Structure:
    """Find the architecture.

    Args:
        sources: the files that are looked at.
        names: by what they know each other.
        most: how many modules there may be; folders are joined until there are no more.
    """
    edges, unresolved = _edges(sources, names)
    units = {one.file.path: _unit(one) for one in sources}
    by_unit = _graph(set(units.values()), ((units[source], units[target]) for source, target in edges))
    grouped = _grouped(list(units.values()), most)
    groups = {path: grouped[unit] for path, unit in units.items()}
    graph = _graph(set(groups.values()), ((groups[source], groups[target]) for source, target in edges))
    return Structure(
        modules=_modules(sources, groups, graph),
        needs=_needs(edges, groups),
        cycles=[way_around(by_unit, component) for component in cycles(by_unit)],
        entries=[
            _entry(one) for one in sources if one.facts.entry and (one.language.name != "Go" or one.facts.package == "main")
        ],
        unresolved=unresolved,
    )


def _edges(sources: Sequence[Source], names: Names) -> tuple[dict[tuple[str, str], Evidence], int]:
    """Which file needs which, with the first line that says so; and how many needs are met elsewhere."""
    inside = {one.file.path for one in sources}
    found, elsewhere = dict[tuple[str, str], Evidence](), 0
    for one in sources:
        for need in one.facts.imports:
            target = names.resolve(one, need.text)
            if target is None or target not in inside:
                elsewhere += 1
            elif target != one.file.path:
                found.setdefault((one.file.path, target), Evidence(path=one.file.path, line=need.line, what=need.text[:120]))
    return found, elsewhere


def _unit(source: Source) -> str:
    return (source.file.folder or ".") if source.language.by_folder else source.file.path


def _graph(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> Graph:
    graph: dict[str, set[str]] = {node: set() for node in nodes}
    for source, target in edges:
        if source != target:
            graph[source].add(target)
    return graph


def _grouped(units: Sequence[str], most: int) -> Mapping[str, str]:
    """Units as they are if they are few enough; else their folders, cut at a depth where these are."""
    if len(set(units)) <= most:
        return {unit: unit for unit in units}
    deepest = max(unit.count("/") for unit in units)
    for depth in range(deepest, 0, -1):
        found = {unit: _cut(unit, depth) for unit in units}
        if len(set(found.values())) <= most:
            return found
    return {unit: _cut(unit, 1) for unit in units}


def _cut(unit: str, depth: int) -> str:
    folder = unit.rpartition("/")[0] if "." in unit.rpartition("/")[2] else unit
    return "/".join(folder.split("/")[:depth]) or "."


def _modules(sources: Sequence[Source], groups: Mapping[str, str], graph: Graph) -> list[Module]:
    level, needed = layers(graph), Counter(need for needs in graph.values() for need in needs)
    circling = {node for component in cycles(graph) for node in component}
    files = Counter(groups.values())
    lines = Counter[str]()
    for one in sources:
        lines[groups[one.file.path]] += one.facts.code
    found = [
        Module(
            name=name,
            files=files[name],
            lines=lines[name],
            needs=len(graph[name]),
            needed_by=needed[name],
            layer=level[name],
            in_cycle=name in circling,
        )
        for name in graph
    ]
    return sorted(found, key=lambda one: (one.layer, one.name))


def _needs(edges: Mapping[tuple[str, str], Evidence], groups: Mapping[str, str]) -> list[Need]:
    count, first = Counter[tuple[str, str]](), dict[tuple[str, str], Evidence]()
    for (source, target), why in edges.items():
        pair = groups[source], groups[target]
        if pair[0] != pair[1]:
            count[pair] += 1
            first.setdefault(pair, why)
    return [
        Need(source=pair[0], target=pair[1], imports=count[pair], path=first[pair].path, line=first[pair].line)
        for pair in sorted(count)
    ]


def _entry(source: Source) -> Evidence:
    return Evidence(path=source.file.path, line=source.facts.entry, what=f"a {source.language.name} program begins here")
