"""From a task of the state to an `Attempt` that an executor can start. Pure: secrets stay references."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from turbo_core.engine.nodes import Node
from turbo_core.engine.scheduler import idempotency_key, log_name
from turbo_core.engine.state import State
from turbo_core.engine.values import facts_for, task_facts, text_of
from turbo_core.errors import ExpressionFailed
from turbo_core.journal.reports import ENDING, beginning_of
from turbo_core.model import Attempt
from turbo_core.tracing import VARIABLE
from turbo_core.words import JSON
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.units import parse_size

CANCEL_GRACE = 10.0
"""Seconds between TERM and KILL."""


def attempt_of(state: State, node: Node, folder: Path) -> Attempt:
    """The attempt that ``attempt.started`` announced.

    Raises:
        ExpressionFailed: a value cannot be an argument, a variable or a limit.
    """
    task, values = node.task, node.values
    parts: dict[str, Any] = {
        "memory": _size(values.get("memory")),
        "processes": _whole("processes", values.get("processes")),
    }
    if task.kind == "uses":
        parts |= {"action": task.uses, "arguments": values.get("with") or {}}
    elif isinstance(task.run, str):
        parts["argv"] = (*task.shell, task.run)
    else:
        parts["argv"] = tuple(text_of(item) for item in values["argv"])
    return _attempt(state, node, folder, log_name(node.address, len(node.attempts)), **parts)


def probe_of(state: State, node: Node, folder: Path) -> Attempt:
    """The attempt that asks whether a lost attempt took effect."""
    log = log_name(node.address, len(node.attempts)).removesuffix(".log") + ".probe.log"
    if node.task.kind == "uses":
        arguments = node.values.get("with") or {}
        return _attempt(state, node, folder, log, action=node.task.uses, mode="probe", arguments=arguments, risk="read")
    return _attempt(state, node, folder, log, argv=_command(state, node, node.task.probe), risk="read")


def undo_of(state: State, node: Node, folder: Path) -> Attempt:
    """The attempt that takes a task back."""
    undo = node.task.undo
    assert undo is not None
    parts: dict[str, Any] = {"key": idempotency_key(state.run, node.address, undo=True), "number": node.undo_tries}
    if node.task.kind == "uses":
        arguments = node.values.get("with") or {}
        if undo.arguments is not None:
            arguments = undo.arguments.evaluate(_with_own(state, node, undo.arguments))
        parts |= {"action": node.task.uses, "mode": "undo", "arguments": arguments, "outputs": node.outputs}
    else:
        parts["argv"] = _command(state, node, undo.command)
    return _attempt(state, node, folder, log_name(node.address, node.undo_tries, undo=True), **parts)


def _command(state: State, node: Node, command: str | tuple[Value, ...] | None) -> tuple[str, ...]:
    if isinstance(command, str):
        return (*node.task.shell, command)
    return tuple(text_of(item.evaluate(_with_own(state, node, item))) for item in command or ())


def _with_own(state: State, node: Node, value: Value) -> Mapping[str, JSON]:
    """The facts of a task, its own outputs among them."""
    facts = facts_for(state, node, value.reads)
    facts["tasks"] = {**facts["tasks"], node.task.name: task_facts(node)}
    return facts


def _attempt(state: State, node: Node, folder: Path, log: str, **parts: Any) -> Attempt:
    """What all attempts of a task have in common, and the parts that are one's own."""
    task, values = node.task, node.values
    number = len(node.attempts)
    key = idempotency_key(state.run, node.address)
    files = beginning_of(folder, log)
    env: dict[str, JSON] = {VARIABLE: state.trace.header(log)}
    env |= {name: _variable(name, value) for name, value in (values.get("env") or {}).items()}
    env |= {name: {"$secret": name} for name in task.secrets}
    env |= {
        "TURBO_RUN": state.run,
        "TURBO_TASK": node.address,
        "TURBO_ATTEMPT": str(number),
        "TURBO_IDEMPOTENCY_KEY": key,
        "TURBO_OUTPUT": f"{files}.output",
        "TURBO_MASK": f"{files}.mask",
        "TURBO_PROGRESS": f"{files}{ENDING}",
    }
    common: dict[str, Any] = {
        "run": state.run,
        "task": node.address,
        "number": number,
        "key": key,
        "env": env,
        "cwd": state.project / str(values["cwd"]) if values.get("cwd") else state.project,
        "log": folder / log,
        "executor": task.executor,
        "timeout": task.timeout,
        "grace": CANCEL_GRACE,
        "risk": task.risk,
        "idempotent": task.idempotent,
    }
    return Attempt(**common | parts)


def _variable(name: str, value: JSON) -> JSON:
    if isinstance(value, dict) and set(value) == {"$secret"}:
        return value
    try:
        text = text_of(value)
    except ExpressionFailed as error:
        raise ExpressionFailed(f"env.{name}: {error.what}", next_step=error.next_step) from error
    if len(text.encode(errors="surrogatepass")) > 128 * 1024:
        raise ExpressionFailed(f"env.{name} is longer than 128 KiB", next_step="write a file, and pass its path")
    return text


def _size(value: JSON) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        return parse_size(str(value))
    except ValueError as error:
        raise ExpressionFailed(f"limits.memory: {error}") from error


def _whole(name: str, value: JSON) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ExpressionFailed(f"limits.{name}: {value!r} is not a whole number from 1")
    return value
