"""What expressions see, and what they make of a task: pure functions from the state to JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from turbo_core.engine.nodes import Node, Scope
from turbo_core.engine.state import State
from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.definition import Gate, Task
from turbo_core.workflow.exact import is_number, number_text
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.fitting import misfit

Fields = Mapping[str, "Value | tuple[Value, ...] | Mapping[str, Value]"]

GATE_OUTPUTS = ("decision", "score", "confidence", "by", "comment", "fields")


def fields(task: Task) -> Fields:
    """The parts of a task that are evaluated when it becomes ready, by name."""
    found: dict[str, Value | tuple[Value, ...] | Mapping[str, Value]] = {}
    if isinstance(task.run, tuple):
        found["argv"] = task.run
    if task.env:
        found["env"] = task.env
    single = {
        "with": task.arguments,
        "cwd": task.cwd,
        "memory": task.memory,
        "processes": task.processes,
        "message": task.message,
        "concurrency": task.concurrency.key if task.concurrency else None,
        # The question of a template reads what ``with`` gives.
        "question": task.gate.question if task.gate and not task.gate.template else None,
    }
    found.update({name: value for name, value in single.items() if value is not None})
    return found


def evaluate(state: State, node: Node, wanted: Fields, *, attempt: int = 0) -> dict[str, JSON]:
    """Evaluate fields of a task. With ``attempt`` 0 those that read ``attempt`` are left out; else only those are evaluated.

    Raises:
        ExpressionFailed: an expression could not give a value; its message names the field.
    """
    done: dict[str, JSON] = {}
    for name, field in wanted.items():
        reads = _reads(field)
        if any(path[0] == "attempt" for path in reads) != bool(attempt):
            continue
        done[name] = _evaluate(name, field, facts_for(state, node, reads, attempt=attempt) if reads else {})
    return done


def _evaluate(name: str, field: Value | tuple[Value, ...] | Mapping[str, Value], facts: Mapping[str, JSON]) -> JSON:
    if isinstance(field, tuple):
        return [value_at((name, index), item, facts) for index, item in enumerate(field)]
    if isinstance(field, Mapping):
        return {key: value_at((name, key), value, facts) for key, value in field.items()}
    return value_at((name,), field, facts)


def value_at(place: tuple[str | int, ...], value: Value, facts: Mapping[str, JSON]) -> JSON:
    """The value of what stands at a place of the definition.

    Raises:
        ExpressionFailed: there is none; its message and its ``path`` begin with the place.
    """
    try:
        return value.evaluate(facts)
    except ExpressionFailed as error:
        path = (*place, *error.path)
        what = f"{'.'.join(map(str, path))}: {error.what}"
        raise ExpressionFailed(what, why=error.why, next_step=error.next_step, offset=error.offset, path=path) from error


def _leaves(field: Value | tuple[Value, ...] | Mapping[str, Value]) -> Iterable[Value]:
    if isinstance(field, tuple):
        return field
    if isinstance(field, Mapping):
        return field.values()
    return (field,)


def _reads(field: Value | tuple[Value, ...] | Mapping[str, Value]) -> frozenset[tuple[str, ...]]:
    return frozenset().union(*(value.reads for value in _leaves(field)))


def facts_for(state: State, node: Node, reads: Iterable[tuple[str, ...]], *, attempt: int = 0) -> dict[str, JSON]:
    """The names that an expression of this task may use, with just those tasks that it reads."""
    facts = scope_facts(state, node.scope, reads)
    if node.cell is not None:
        facts["matrix"] = node.cell
    gate = node.group if node.serves and node.group is not None else node
    if gate.task.gate is not None and gate.task.gate.template and "with" in gate.values:
        facts["inputs"] = given_to(gate.task.gate, gate.values["with"])
    if attempt:
        facts["attempt"] = {"number": attempt}
    return facts


def given_to(gate: Gate, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """What the expressions of a template read as ``inputs``.

    Raises:
        ExpressionFailed: a value does not fit.
    """
    given = {one.name: values.get(one.name, one.default) for one in gate.parameters}
    for one in gate.parameters:
        fault, next_step = misfit(one, given[one.name]) if one.name in values else ("", "")
        if fault:
            raise ExpressionFailed(f"decide.with.{one.name}: {fault}", next_step=next_step)
    return given


def scope_facts(state: State, scope: Scope, reads: Iterable[tuple[str, ...]]) -> dict[str, JSON]:
    """The same for what belongs to no task: ``outputs`` of a workflow."""
    names = {path[1] for path in reads if path[0] == "tasks" and len(path) > 1}
    return {
        "inputs": scope.inputs,
        "vars": scope.vars,
        "run": run_facts(state, scope),
        "tasks": {name: task_facts(scope.nodes[name]) for name in names if name in scope.nodes},
    }


def identity(state: State) -> dict[str, JSON]:
    """What ``run`` holds everywhere."""
    return {
        "id": state.run,
        "name": state.workflow.name,
        "project": state.created["project"],
        "actor": state.actor,
        "started": state.created_at,
        "autonomy": state.options["autonomy"],
    }


def run_facts(state: State, scope: Scope) -> dict[str, JSON]:
    """What ``run`` holds; the outcome only in the steps at the end."""
    facts = identity(state)
    if scope.stage != "phases":
        failed = [node.address for node in scope.nodes.values() if node.failed]
        facts["outcome"] = outcome_of(state, scope)
        facts["failed"] = failed
        facts["summary"] = summary_of(state, scope)
    return facts


def outcome_of(state: State, scope: Scope) -> str:
    """How this workflow ends if nothing more goes wrong."""
    if state.cancelling:
        return "cancelled"
    if scope.failed_by or (state.rejected and scope.parent is None):
        return "failed"
    # Another run can take the key of a task, and with it the task's end.
    return "cancelled" if any(node.state == "cancelled" for node in scope.nodes.values()) else "succeeded"


def summary_of(state: State, scope: Scope, outcome: str = "") -> str:
    """One sentence: what happened and, if it failed, where and why. ``outcome`` is how it stands; how it ends, if not given."""
    counts: dict[str, int] = {}
    for phase in scope.workflow.phases:
        for task in phase.tasks:
            name = scope.nodes[task.name].state
            counts[name] = counts.get(name, 0) + 1
    told = ", ".join(f"{counts[name]} {name}" for name in ("succeeded", "failed", "cancelled", "skipped") if name in counts)
    head = f"{scope.workflow.name} {outcome or outcome_of(state, scope)}: {told or 'nothing to do'}"
    if not scope.failed_by:
        return head
    culprit = state.nodes[scope.failed_by]
    return f"{head}. {culprit.address} failed ({culprit.failure}): {culprit.message}"


def task_facts(node: Node) -> dict[str, JSON]:
    """What ``tasks.T`` holds."""
    facts: dict[str, JSON] = {
        "state": node.state,
        "ok": node.state == "succeeded",
        "class": node.failure or None,
        "attempts": len(node.attempts),
        "outputs": outputs_of(node),
    }
    if node.task.matrix is not None and node.group is None:
        facts["cells"] = [
            {"matrix": part.cell, "state": part.state, "ok": part.state == "succeeded", "outputs": outputs_of(part)}
            for part in node.parts
        ]
    return facts


def outputs_of(node: Node) -> dict[str, JSON]:
    """The declared outputs: the values, or ``null`` for each if the task did not succeed; lists for a matrix."""
    if node.task.matrix is not None and node.group is None:
        return {name: [outputs_of(part).get(name) for part in node.parts] for name in declared(node.task)}
    if node.state == "succeeded" or node.task.kind == "decide":
        return {**dict.fromkeys(declared(node.task)), **node.outputs}
    return dict.fromkeys(declared(node.task))


def declared(task: Task) -> Iterable[str]:
    """The names of the outputs that a task declares."""
    if task.kind == "decide":
        return GATE_OUTPUTS
    if task.kind == "workflow":
        return (name for name, _value in task.child.outputs) if task.child else ()
    return task.outputs


def text_of(value: JSON) -> str:
    """A scalar as the text of an environment variable or argument.

    Raises:
        ExpressionFailed: it is ``null``, a list, an object, or no number that JSON could hold.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    kind = "null" if value is None else "a list" if isinstance(value, list) else "an object"
    raise ExpressionFailed(f"{kind} cannot stand in text", next_step="write json(…) to make it text")


def title_of(task: Task, values: Mapping[str, JSON]) -> str:
    """What a task does, in one line."""
    if task.undo_all:
        return "undo: all"
    if isinstance(task.run, str):
        lines = [line.strip() for line in task.run.splitlines() if line.strip()]
        return lines[0] + (" …" if len(lines) > 1 else "")
    if task.kind == "run":
        return " ".join(str(item) for item in values.get("argv", ()))
    if task.kind == "workflow":
        return f"workflow {task.child.name}" if task.child else ""
    template = f"template {task.gate.template}" if task.gate and task.gate.template else ""
    return str(task.uses or values.get("question") or values.get("message") or template)
