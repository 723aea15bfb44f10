"""What the actions give to a workflow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of a command before it runs.

    Attributes:
        command: its name in the catalogue; empty if it is not there.
        category: what kind of command it is; empty if it is not known.
        risk: read, change or destroy.
        reasons: what made the risk what it is.
        answer: allow, ask or deny.
        rule: the rule of the policy that says so; empty if none does.
    """

    command: str
    category: str
    risk: str
    reasons: list[str]
    answer: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it was.

    Attributes:
        exit_code: 128 + N if signal N ended it.
        output: the end of what it printed, at most 64 KiB; the task's log has all of it.
        category: what kind of command it is.
        risk: what it could do: read, change or destroy.
        seconds: how long it ran.
        cpu_seconds: processor time that it took.
        peak_mib: the most memory that one of its processes held.
        snapshot: the copy that an undo puts back; empty without one.
    """

    exit_code: int
    output: str
    category: str
    risk: str
    seconds: float
    cpu_seconds: float
    peak_mib: float
    snapshot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One command of the catalogue.

    Attributes:
        name: the command.
        category: what kind of command it is.
        risk: what it can do if nothing raises it.
        verbs: its subcommands that are known.
    """

    name: str
    category: str
    risk: str
    verbs: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The catalogue, or a part of it."""

    commands: list[Listed]
    count: int
