"""Findings and cases become a result with a score, a confidence and a reason. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from turbo_plugin_quality.values import Case, Check, Finding, Level, Tests

WEIGHTS: Final[Mapping[Level, float]] = {"error": 1.0, "warning": 0.5, "note": 0.1}
"""How much a finding of each level counts."""

_RANK: Final = {"error": 0, "warning": 1, "note": 2}
_EVIDENCE: Final = 10


def judge(tool: str, findings: Sequence[Finding], *, tolerance: float, limit: int, unread: int = 0, read: int = 1) -> Check:
    """The result of a linter.

    The score is ``1 - weight / tolerance``, and never below 0, where ``weight`` is the sum of `WEIGHTS` over all findings.

    Args:
        tool: its name.
        findings: all of them.
        tolerance: the weight at which the score is 0; with 0 any finding makes it 0.
        limit: how many findings are given on.
        unread: how many files it could not read.
        read: how many it did read.
    """
    counts = Counter(finding.level for finding in findings)
    weight = sum(share * counts[level] for level, share in WEIGHTS.items())
    score = 1.0 if not weight else max(0.0, 1 - weight / tolerance) if tolerance else 0.0
    told = ", ".join(_counted(counts[level], level) for level in WEIGHTS if counts[level]) or "nothing"
    rules = Counter(finding.rule for finding in findings).most_common(_EVIDENCE)
    return Check(
        tool=tool,
        findings=sorted(findings, key=lambda finding: (_RANK[finding.level], finding.path, finding.line))[:limit],
        count=len(findings),
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["note"],
        score=round(score, 4),
        confidence=round(read / (read + unread), 4) if read + unread else 0.0,
        reason=f"{tool} found {told}" + (f", and could not read {_counted(unread, 'file')}" if unread else ""),
        evidence=[f"{rule}: {count}" for rule, count in rules],
    )


def judge_tests(tool: str, cases: Sequence[Case], *, limit: int, coverage: float | None = None, wanted: float = 0.0) -> Tests:
    """The result of a run of tests.

    Args:
        tool: its name.
        cases: all tests.
        limit: how many failures are given on.
        coverage: the share that was reached, if it was measured.
        wanted: the share that suffices.
    """
    counts = Counter(case.state for case in cases)
    ran = counts["passed"] + counts["failed"]
    score = counts["passed"] / ran if ran else 0.0
    reason = f"{counts['passed']} of {ran} tests passed" + (f", {counts['skipped']} skipped" if counts["skipped"] else "")
    if coverage is not None:
        reason += f"; they reach {coverage:.1%}"
        score = min(score, coverage / wanted) if wanted else score
    failed = [case for case in cases if case.state == "failed"]
    findings = [
        Finding(tool=tool, rule=case.name, level="error", message=case.message or "it failed", path=case.path) for case in failed
    ]
    return Tests(
        tool=tool,
        findings=findings[:limit],
        passed=counts["passed"],
        failed=counts["failed"],
        skipped=counts["skipped"],
        coverage=None if coverage is None else round(coverage, 4),
        score=round(score, 4),
        confidence=1.0 if ran else 0.0,
        reason=reason if ran else f"{tool} ran no test",
        evidence=[case.name for case in failed[:_EVIDENCE]],
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
