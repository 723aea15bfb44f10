"""What all tools come to: findings, and what the actions give. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a tool has to say.

    Attributes:
        tool: who says it.
        rule: the tool's name for it; of a test the name of the test.
        level: `error`, `warning` or `note`.
        message: what it says; never a secret.
        path: the file, relative to the project where it lies in it; empty if it is about none.
        line: from 1 on; 0 if it is about no line.
        column: likewise.
    """

    tool: str
    rule: str
    level: Level
    message: str
    path: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a linter, type checker or scanner found.

    Attributes:
        tool: its name.
        findings: the first of them, worst first.
        count: how many there are.
        errors: how many of them are errors.
        warnings: likewise.
        notes: likewise.
        score: from 0 to 1: 1 without a finding.
        confidence: from 0 to 1: how much of what was asked for was looked at.
        reason: one sentence.
        evidence: the rules that were broken most often, with their number.
    """

    tool: str
    findings: list[Finding]
    count: int
    errors: int
    warnings: int
    notes: int
    score: float
    confidence: float
    reason: str
    evidence: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """What a run of tests came to.

    Attributes:
        tool: its name.
        findings: the tests that failed, the first of them.
        passed: how many did.
        failed: how many did not.
        skipped: how many were left out.
        coverage: the share of lines or statements that they reached, from 0 to 1; null if it was not measured.
        score: from 0 to 1: the share of tests that passed, and no more than the share of the coverage that is wanted.
        confidence: 0 if no test was run.
        reason: one sentence.
        evidence: the names of tests that failed.
    """

    tool: str
    findings: list[Finding]
    passed: int
    failed: int
    skipped: int
    coverage: float | None
    score: float
    confidence: float
    reason: str
    evidence: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test, as a tool told of it. ``message`` is why it failed."""

    name: str
    state: Literal["passed", "failed", "skipped"]
    message: str = ""
    path: str = ""
