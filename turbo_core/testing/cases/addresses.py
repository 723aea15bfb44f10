"""What the tasks of a workflow are called, as tests write it: by their addresses, and cells by their values too. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from turbo_core.engine.nodes import Node
from turbo_core.report.text import as_text
from turbo_core.workflow.definition import Criterion, Task, Workflow
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.selection import values_of

_CELL = re.compile(r"(?<!on_failure)(?<!finally)\[[^\]]*\]")
"""The part of an address that tells a cell; the number of a step is no cell."""


def plain(address: str) -> str:
    """The address without its cells: that of the task as the file has it."""
    return _CELL.sub("", address)


def part_of(name: str) -> tuple[str, str]:
    """What a stub is for (``undo``, ``probe``, or empty for attempts), and the address or action."""
    part, colon, rest = name.partition(":")
    return (part, rest) if colon and part in {"undo", "probe"} else ("", name)


class Tested(Struct, frozen=True, kw_only=True):
    """A workflow, and what its tests ask about it.

    ``tasks`` holds every task, step and criterion with an action, of nested workflows too, by its address without cells; ``read``
    which outputs of a task something reads, where an empty name stands for all of them.
    """

    workflow: Workflow
    tasks: Mapping[str, Task]
    read: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, workflow: Workflow) -> Tested:
        """Look through a workflow."""
        found: dict[str, set[str]] = {}
        for prefix, value in _values(workflow, ""):
            for path in value.reads:
                if path[0] == "tasks" and path[2:3] == ("outputs",):
                    found.setdefault(f"{prefix}{path[1]}", set()).add(path[3] if len(path) > 3 else "")
        tasks = dict(_walk(workflow, ""))
        for address in tasks:
            gate = tasks.get(address.rpartition("/")[0])
            if gate is not None and gate.kind == "decide":
                found.setdefault(address, set()).add("score")
        return cls(workflow=workflow, tasks=tasks, read={address: frozenset(names) for address, names in found.items()})


def _walk(workflow: Workflow, prefix: str) -> Iterator[tuple[str, Task]]:
    phases = (task for phase in workflow.phases for task in phase.tasks)
    for task in (*phases, *workflow.on_failure, *workflow.finally_):
        address = f"{prefix}{task.name}"
        yield address, task
        for criterion in task.gate.criteria if task.gate is not None else ():
            if criterion.uses:
                yield f"{address}/{criterion.name}", _asked(task, criterion)
        if task.child is not None:
            yield from _walk(task.child, f"{address}/")


def _asked(gate: Task, criterion: Criterion) -> Task:
    outputs = dict.fromkeys(("score", "confidence", "reason", "evidence"), "json")
    return Task(name=criterion.name, kind="uses", position=gate.position, uses=criterion.uses, outputs=outputs)


def _values(workflow: Workflow, prefix: str) -> Iterator[tuple[str, Value]]:
    phases = (task for phase in workflow.phases for task in phase.tasks)
    for task in (*phases, *workflow.on_failure, *workflow.finally_):
        yield from ((prefix, value) for value in values_of(task))
        if task.child is not None:
            yield from _values(task.child, f"{prefix}{task.name}/")
    yield from ((prefix, value) for _name, value in workflow.outputs)


def is_cell(written: str, node: Node) -> bool:
    """Whether a name such as ``test[3.12]`` or ``test[3.12, linux]`` fits the values of a cell, in any order.

    A number alone is the number of a cell, not one of its values.
    """
    base, bracket, inner = written.partition("[")
    if node.cell is None or node.group is None or base != node.group.address or not bracket or inner[:-1].isdecimal():
        return False
    return {part.strip() for part in inner.removesuffix("]").split(",")} <= {as_text(value) for value in node.cell.values()}


def fitting(names: Iterable[str], node: Node) -> list[str]:
    """The names that mean a task of a run, the closest first: its address, its values, the task without cells."""
    known = list(names)
    cells = [name for name in known if is_cell(name, node)]
    return [name for name in dict.fromkeys([node.address, *cells, plain(node.address)]) if name in known]
