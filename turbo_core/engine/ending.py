"""How a workflow goes from phase to phase, to its steps at the end, and to its end. Pure."""

from __future__ import annotations

from typing import Any

from turbo_core.engine.judging import cancelled, ended, tolerates
from turbo_core.engine.nodes import Scope
from turbo_core.engine.state import State
from turbo_core.engine.values import identity, outcome_of, scope_facts, summary_of, value_at
from turbo_core.errors import ExpressionFailed
from turbo_core.model import Draft
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.fitting import misfit


def advance(state: State, scope: Scope) -> list[Draft]:
    """The next fact about a workflow none of whose tasks in the current phase is open."""
    if scope.stage == "done":
        return [_end(state, scope)] if _is_running(state, scope) else []
    if scope.opened:
        return [] if scope.open_nodes else [_closed(scope)]
    if scope.stage == "phases":
        return [_next_phase(state, scope)]
    skip_steps = not scope.current().tasks or state.cancelling == "force"
    if scope.stage == "on_failure":
        skip_steps = skip_steps or outcome_of(state, scope) != "failed"
    return [_closed(scope) if skip_steps else _opened(scope)]


def _is_running(state: State, scope: Scope) -> bool:
    return not state.outcome if scope.parent is None else not scope.parent.final


def _next_phase(state: State, scope: Scope) -> Draft:
    if scope.phase >= len(scope.workflow.phases):
        return Draft(kind="phases.done", task=scope.prefix)
    if state.halted(scope) or outcome_of(state, scope) == "cancelled":
        return Draft(
            kind="phase.skipped",
            task=scope.prefix,
            body={"phase": scope.current().name, "because": scope.failed_by or "cancel"},
        )
    return _opened(scope)


def _opened(scope: Scope) -> Draft:
    return Draft(kind="phase.opened", task=scope.prefix, body={"phase": scope.current().name, "stage": scope.stage})


def _closed(scope: Scope) -> Draft:
    return Draft(kind="phase.closed", task=scope.prefix, body={"phase": scope.current().name, "stage": scope.stage})


def _end(state: State, scope: Scope) -> Draft:
    outcome, outputs = outcome_of(state, scope), {}
    summary = summary_of(state, scope)
    if outcome == "succeeded":
        try:
            outputs = _outputs(state, scope)
        except ExpressionFailed as error:
            outcome, summary = "failed", f"{scope.workflow.name} failed: {error}"
    if scope.parent is not None:
        return _end_nested(state, scope, outcome, outputs, summary)
    code = {"succeeded": 0, "failed": 1, "cancelled": 128 + (state.cancel_signal or 2)}[outcome]
    body: dict[str, JSON] = {"outcome": outcome, "exit_code": code, "summary": summary, "outputs": outputs}
    return Draft(kind="run.ended", body=body)


def _end_nested(state: State, scope: Scope, outcome: str, outputs: dict[str, JSON], summary: str) -> Draft:
    node: Any = scope.parent
    if outcome == "succeeded":
        return ended(node, "succeeded", outputs=outputs)
    if outcome == "cancelled":
        return cancelled(node)
    return ended(node, "failed", failure="child", message=summary, tolerated=tolerates(state, node.task))


def _outputs(state: State, scope: Scope) -> dict[str, JSON]:
    named = scope.workflow.outputs
    return {name: value_at(("outputs", name), value, scope_facts(state, scope, value.reads)) for name, value in named}


def begin(state: State, prefix: str, workflow: Workflow, inputs: dict[str, JSON]) -> Draft:
    """The fact that a workflow's inputs and vars are set; vars may read earlier ones.

    Raises:
        ExpressionFailed: an input of a nested workflow does not fit, or a var has no value.
    """
    given = {name: inputs.get(name, declared.default) for name, declared in workflow.inputs.items()}
    for name, value in inputs.items():
        why, next_step = misfit(workflow.inputs[name], value)
        if why:
            raise ExpressionFailed(f"with.{name}: {why}", next_step=next_step)
    known: dict[str, JSON] = {}
    facts = {"inputs": given, "vars": known, "run": identity(state)}
    for name, value in workflow.vars:
        known[name] = value_at(("vars", name), value, facts)
    return Draft(kind="vars.set", task=prefix, body={"inputs": given, "vars": known})
