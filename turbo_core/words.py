"""The words of the house as types: what states, risks and levels there are. It loads nothing, for who needs no values.

JSON values are ``None``, ``bool``, ``int``, ``Decimal`` (never a binary float), ``str``, ``list`` and ``dict`` with string keys.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

JSON: TypeAlias = Any
"""A JSON value as described in the module's docstring."""

Risk: TypeAlias = Literal["read", "change", "destroy"]
RISKS: tuple[Risk, ...] = ("read", "change", "destroy")
Level: TypeAlias = Literal["debug", "info", "warning", "error", "alert"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error", "alert")
MessageKind: TypeAlias = Literal[
    "note", "started", "progress", "question", "decision", "failure", "recovery", "anomaly", "finished", "digest"
]
KINDS: tuple[MessageKind, ...] = (
    "note",
    "started",
    "progress",
    "question",
    "decision",
    "failure",
    "recovery",
    "anomaly",
    "finished",
    "digest",
)

TaskState: TypeAlias = Literal["pending", "ready", "running", "asking", "succeeded", "failed", "skipped", "cancelled"]
FINAL: frozenset[str] = frozenset({"succeeded", "failed", "skipped", "cancelled"})
FailureClass: TypeAlias = Literal[
    "exit", "signal", "timeout", "oom", "error", "infra", "lost", "child", "invalid", "rejected", "expired"
]
SkipReason: TypeAlias = Literal["condition", "empty", "need", "stopped", "not_selected"]
OutcomeState: TypeAlias = Literal["succeeded", "failed", "cancelled", "lost"]
RunOutcome: TypeAlias = Literal["running", "parked", "succeeded", "failed", "cancelled"]

FORMAT = 1
"""The version of the journal's event format."""
