"""What becomes of a task whose needs are final: it is skipped, expanded, made ready, or invalid. Pure.

The order of checks is fixed (docs/language.md, "Order, needs, skipping"): selection, stopping, needs, ``when``, ``matrix``, then
``when`` for each cell.
"""

from __future__ import annotations

from collections.abc import Mapping

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.values import evaluate, facts_for, fields, title_of, value_at
from turbo_core.errors import ExpressionFailed
from turbo_core.model import Draft
from turbo_core.words import JSON
from turbo_core.workflow.definition import Need, Task
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.matrix import expand


def judge(state: State, node: Node) -> list[Draft]:
    """The next fact about a task whose needs are final, or none if there is nothing to say."""
    if node.final or node.state != "pending":
        return []
    halt = halted(state, node)
    if halt is not None:
        return [halt]
    if node.group is None:
        unmet = first_unmet(node)
        if unmet is not None:
            return [unmet]
    try:
        return _conditions(state, node)
    except ExpressionFailed as error:
        return [invalid(state, node, error)]


def _conditions(state: State, node: Node) -> list[Draft]:
    task = node.task
    if task.when is not None and _judged_here(node, task.when):
        answer = value_at(("when",), task.when, facts_for(state, node, task.when.reads))
        if not answer:
            return [skipped(node, "condition", message=f"its condition {task.when.raw} is false")]
    if task.matrix is not None and node.group is None:
        return [_expanded(state, node)]
    values = evaluate(state, node, fields(task))
    return [Draft(kind="task.ready", task=node.address, body={"values": values, "title": title_of(task, values)})]


def _judged_here(node: Node, when: Value) -> bool:
    """A condition that reads the matrix is judged for each cell, any other once for all of them."""
    return (node.group is not None) == any(path[0] == "matrix" for path in when.reads)


def _expanded(state: State, node: Node) -> Draft:
    """The cells of a matrix; those of an earlier round stay."""
    if node.parts:
        return Draft(kind="task.expanded", task=node.address, body={"cells": [part.cell for part in node.parts]})
    matrix = node.task.matrix
    assert matrix is not None
    values = [value for _name, value in matrix.axes] + [matrix.include, matrix.exclude, matrix.computed]
    reads = frozenset().union(*(value.reads for value in values if value is not None))
    cells = expand(matrix, facts_for(state, node, reads))
    if not cells:
        return skipped(node, "empty")
    return Draft(kind="task.expanded", task=node.address, body={"cells": cells})


def halted(state: State, node: Node) -> Draft | None:
    """Why the task does not start at all: not selected, the run is cancelled, or it is stopping."""
    selected = state.options.get("selected")
    scope = node.scope
    if selected is not None and scope.parent is None and scope.stage == "phases" and node.task.name not in selected:
        return skipped(node, "not_selected")
    if state.cancelling and (scope.stage == "phases" or state.cancelling == "force"):
        return cancelled(node)
    if scope.stage == "phases" and scope.failed_by and not _goes_on(node):
        return skipped(node, "stopped", root=scope.failed_by)
    return None


def _goes_on(node: Node) -> bool:
    """Whether a task still starts while its workflow is stopping."""
    if node.scope.workflow.keep_going or node.serves:
        return True
    handles = [need for need in node.task.needs if need.condition in {"failed", "any"}]
    return any(_satisfied(node.scope.nodes[need.name], need) for need in handles)


def first_unmet(node: Node) -> Draft | None:
    """The skip that follows from the first need that does not satisfy its condition."""
    for need in node.task.needs:
        other = node.scope.nodes[need.name]
        if not _satisfied(other, need):
            return skipped(node, "need", by=other.address, root=other.root or other.address)
    return None


GOES_ON: Mapping[str, Mapping[str, bool]] = {
    "succeeded": {"ok": True, "skip_ok": True, "failed": False, "any": True},
    "tolerated": {"ok": True, "skip_ok": True, "failed": True, "any": True},
    "failed": {"ok": False, "skip_ok": False, "failed": True, "any": True},
    "condition": {"ok": False, "skip_ok": True, "failed": False, "any": True},
    "need": {"ok": False, "skip_ok": False, "failed": False, "any": True},
    "need_of_skip": {"ok": False, "skip_ok": True, "failed": False, "any": True},
    "cancelled": {"ok": False, "skip_ok": False, "failed": False, "any": True},
}
"""How a need ended, against the condition: does the task go on? (docs/language.md, the table of needs)"""


def _satisfied(other: Node, need: Need) -> bool:
    return GOES_ON[_ending(other)][need.condition]


def _ending(other: Node) -> str:
    if other.state == "failed":
        return "tolerated" if other.tolerated else "failed"
    if other.state != "skipped":
        return other.state
    if other.reason in {"condition", "empty"}:
        return "condition"
    if other.reason != "need":
        return "cancelled"
    root = other.scope.nodes.get(other.root.rpartition("/")[2], other)
    return "need_of_skip" if root.reason in {"condition", "empty"} else "need"


# ---------------------------------------------------------------- drafts


def skipped(node: Node, reason: str, *, by: str = "", root: str = "", message: str = "") -> Draft:
    """The fact that a task is skipped, and where that began."""
    body: dict[str, JSON] = {"reason": reason, "by": by, "root": root, "message": message}
    return Draft(kind="task.skipped", task=node.address, body=body)


def ended(
    node: Node,
    state: str,
    *,
    failure: str = "",
    message: str = "",
    tolerated: bool = False,
    unchanged: bool = False,
    outputs: Mapping[str, JSON] | None = None,
    fingerprint: str = "",
) -> Draft:
    """The fact that a task has ended."""
    body: dict[str, JSON] = {
        "state": state,
        "failure": failure,
        "message": message,
        "tolerated": tolerated,
        "unchanged": unchanged,
        "outputs": outputs or {},
        "fingerprint": fingerprint,
    }
    return Draft(kind="task.ended", task=node.address, body=body)


def failed(state: State, node: Node, failure: str, message: str) -> Draft:
    """The fact that a task failed; whether that is tolerated follows from the task and from ``--strict``."""
    return ended(node, "failed", failure=failure, message=message, tolerated=tolerates(state, node.task))


def invalid(state: State, node: Node, error: ExpressionFailed) -> Draft:
    """The fact that a task cannot run because a value is wrong."""
    return failed(state, node, "invalid", str(error))


def cancelled(node: Node, message: str = "") -> Draft:
    """The fact that a task is cancelled."""
    return ended(node, "cancelled", message=message)


def tolerates(state: State, task: Task) -> bool:
    """Whether a failure of this task does not stop the run."""
    return task.allow_failure and not state.options["strict"]
