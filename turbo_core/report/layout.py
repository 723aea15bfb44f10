"""Where the nodes of the graph stand: phases side by side, wrapped when they grow too wide, inside them levels by needs.

Pure geometry in pixels over model values; drawing is the template's work. Matrix cells and nested workflows are one node each.
Beyond ``CAP`` nodes each phase shows those that matter most and one node that counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.model import PhaseView, TaskView
from turbo_core.report.looks import words
from turbo_core.report.tree import counted, counts, leaves, shown_state

CAP: Final = 600
ROWS: Final = 16
WIDTH: Final = 172
HEIGHT: Final = 44
GAP_X: Final = 32
GAP_Y: Final = 12
TOP: Final = 44
PAD: Final = 12
WIDEST: Final = 1900
_MATTERS: Final = ("failed", "cancelled", "asking", "running", "allowed")


class Node(Struct, frozen=True, kw_only=True):
    """One box. ``task`` is ``None`` for the box that counts what is not drawn; ``inside`` is how many leaves it holds."""

    x: int
    y: int
    label: str
    state: str
    note: str
    task: TaskView | None = None
    inside: int = 0
    parts: tuple[tuple[str, float, float], ...] = ()


class Column(Struct, frozen=True, kw_only=True):
    """One phase: a lane with its name."""

    x: int
    y: int
    width: int
    height: int
    name: str
    note: str


class Picture(Struct, frozen=True, kw_only=True):
    """The whole graph. Edges are SVG paths."""

    width: int
    height: int
    columns: tuple[Column, ...]
    nodes: tuple[Node, ...]
    edges: tuple[str, ...]


def layout(phases: Sequence[PhaseView]) -> Picture:
    """Place every phase, task and need."""
    total = sum(len(phase.tasks) for phase in phases)
    cap = max(CAP // max(len(phases), 1), 1) if total > CAP else total
    columns: list[Column] = []
    nodes: list[Node] = []
    edges: list[str] = []
    for row in _rows(_lane(phase, cap) for phase in phases):
        top = columns[-1].y + columns[-1].height + PAD if columns else 0
        height = max(lane.height for lane in row)
        x = 0
        for lane in row:
            columns.append(Column(x=x, y=top, width=lane.width, height=height, name=lane.phase.name, note=lane.note))
            placed = [replace(node, x=node.x + x, y=node.y + top) for node in lane.nodes]
            nodes += placed
            edges += _edges(placed)
            x += lane.width + PAD
    width = max((column.x + column.width for column in columns), default=1)
    bottom = max((column.y + column.height for column in columns), default=TOP)
    return Picture(width=width, height=bottom, columns=tuple(columns), nodes=tuple(nodes), edges=tuple(edges))


class _Lane(Struct, frozen=True, kw_only=True):
    """One phase, placed as if it stood alone."""

    phase: PhaseView
    nodes: tuple[Node, ...]
    width: int
    height: int
    note: str


def _lane(phase: PhaseView, cap: int) -> _Lane:
    placed = _place(_chosen(phase.tasks, cap), PAD)
    nodes = (*placed, *_rest(phase.tasks, placed, cap))
    right = max((node.x for node in nodes), default=PAD) + WIDTH + PAD
    bottom = max((node.y for node in nodes), default=TOP) + HEIGHT + PAD
    return _Lane(phase=phase, nodes=nodes, width=right, height=bottom, note=counted(leaves([phase])))


def _rows(lanes: Iterable[_Lane]) -> list[list[_Lane]]:
    """The phases in rows, each at most so wide, unless it is a single phase that is wider."""
    rows: list[list[_Lane]] = []
    room = 0
    for lane in lanes:
        if not rows or lane.width > room:
            rows.append([])
            room = WIDEST
        rows[-1].append(lane)
        room -= lane.width + PAD
    return rows


def _chosen(tasks: Sequence[TaskView], cap: int) -> list[TaskView]:
    """At most ``cap`` tasks, the ones that matter first, in file order."""
    if len(tasks) <= cap:
        return list(tasks)
    ranked = sorted(range(len(tasks)), key=lambda index: (shown_state(tasks[index]) not in _MATTERS, index))
    return [tasks[index] for index in sorted(ranked[: cap - 1])]


def _place(tasks: Sequence[TaskView], x: int) -> list[Node]:
    nodes: list[Node] = []
    for level in _levels(tasks):
        for index, task in enumerate(level):
            column, row = divmod(index, ROWS)
            nodes.append(_node(task, x + column * (WIDTH + GAP_X), TOP + row * (HEIGHT + GAP_Y)))
        x += -(-len(level) // ROWS) * (WIDTH + GAP_X)
    return nodes


def _levels(tasks: Sequence[TaskView]) -> list[list[TaskView]]:
    """The tasks by their distance from the start, each level in the order of what it needs."""
    depths = _depths(tasks)
    levels: list[list[TaskView]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for task in tasks:
        levels[depths[task.address]].append(task)
    places: dict[str, float] = {}
    for level in levels:
        level.sort(key=lambda task: _pull(task, places))
        places.update({task.address: float(index) for index, task in enumerate(level)})
    return levels


def _depths(tasks: Sequence[TaskView]) -> Mapping[str, int]:
    """How many tasks stand one behind another before each."""
    named = _named(tasks)
    needs = {task.address: _needed(task, named) for task in tasks}
    depths: dict[str, int] = {}
    for address in TopologicalSorter(needs).static_order():
        depths[address] = max((depths[need] + 1 for need in needs[address]), default=0)
    return depths


def _named(tasks: Sequence[TaskView]) -> Mapping[str, str]:
    """Addresses, by what needs may call them: names of tasks of the same phase, and addresses."""
    return {task.name: task.address for task in tasks} | {task.address: task.address for task in tasks}


def _needed(task: TaskView, named: Mapping[str, str]) -> list[str]:
    """The addresses of the tasks of the same phase that are needed."""
    return [address for address in dict.fromkeys(named[need] for need in task.needs if need in named) if address != task.address]


def _pull(task: TaskView, places: Mapping[str, float]) -> float:
    """The average row of what a task needs; its needs are names or addresses."""
    nest = task.address.rpartition("/")[0]
    rows = [places[need] for name in task.needs for need in (name, f"{nest}/{name}") if need in places]
    return sum(rows) / len(rows) if rows else 0.0


def _node(task: TaskView, x: int, y: int) -> Node:
    inner = list(leaves([PhaseView(name="", tasks=(task,))])) if task.cells or task.phases else []
    undo = f" · {words(task.undo)}" if task.undo else ""
    tries = f" · {len(task.attempts)} attempts" if len(task.attempts) > 1 else ""
    held = f" · {len(task.cells)} cells" if task.cells else f" · {len(inner)} tasks" if inner else ""
    state = shown_state(task)
    return Node(
        x=x, y=y, label=task.name, state=state, note=undo or tries or held, task=task, inside=len(inner), parts=_parts(inner)
    )


def _parts(inner: Sequence[TaskView]) -> tuple[tuple[str, float, float], ...]:
    """Of what is inside: state, start and length as parts of one."""
    start, parts = 0, []
    for state, count in counts(inner).items():
        parts.append((state, start / len(inner), count / len(inner)))
        start += count
    return tuple(parts)


def _rest(tasks: Sequence[TaskView], placed: Sequence[Node], cap: int) -> list[Node]:
    """The box that counts what is not drawn, below the first level."""
    if len(tasks) <= cap:
        return []
    drawn = {node.task.address for node in placed if node.task}
    hidden = [task for task in tasks if task.address not in drawn]
    left = min((node.x for node in placed), default=PAD)
    bottom = max((node.y for node in placed), default=TOP - HEIGHT - GAP_Y) + HEIGHT + GAP_Y
    return [Node(x=left, y=bottom, label=f"{len(hidden):,} more", state="pending", note=counted(hidden))]


def _edges(nodes: Sequence[Node]) -> Iterator[str]:
    tasks = [node.task for node in nodes if node.task]
    places = {node.task.address: node for node in nodes if node.task}
    named = _named(tasks)
    for task in tasks:
        for need in _needed(task, named):
            yield _curve(places[need], places[task.address])


def _curve(before: Node, after: Node) -> str:
    x1, y1, x2, y2 = before.x + WIDTH, before.y + HEIGHT // 2, after.x, after.y + HEIGHT // 2
    bend = GAP_X // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
