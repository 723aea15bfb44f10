"""Findings as SARIF 2.1.0, and back (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from turbo_core import ActionFailed

from turbo_plugin_quality.values import Finding, Level

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[str, Level]] = {"error": "error", "warning": "warning", "note": "note", "none": "note"}


def written(findings: Sequence[Finding]) -> dict[str, Any]:
    """A log with a run for each tool."""
    by_tool = groupby(sorted(findings, key=lambda finding: finding.tool), key=lambda finding: finding.tool)
    return {"$schema": SCHEMA, "version": VERSION, "runs": [_run(tool, list(members)) for tool, members in by_tool]}


def _run(tool: str, findings: Sequence[Finding]) -> dict[str, Any]:
    rules = sorted({finding.rule for finding in findings if finding.rule})
    return {
        "tool": {"driver": {"name": tool, "rules": [{"id": rule} for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules) for finding in findings],
    }


def _result(finding: Finding, rules: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"level": finding.level, "message": {"text": finding.message}}
    if finding.rule:
        result |= {"ruleId": finding.rule, "ruleIndex": rules.index(finding.rule)}
    if finding.path:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.path)}}
        region = {"startLine": finding.line, "startColumn": finding.column}
        if finding.line:
            place["region"] = {name: number for name, number in region.items() if number}
        result["locations"] = [{"physicalLocation": place}]
    return result | {"partialFingerprints": {"turbo/v1": fingerprint(finding)}}


def fingerprint(finding: Finding) -> str:
    """What stays of a finding when lines move: who says what about which file."""
    return sha256("\0".join((finding.tool, finding.rule, finding.path, finding.message)).encode()).hexdigest()[:32]


def read(log: Any) -> list[Finding]:
    """The findings of a log; what was suppressed, or is no finding at all, is left out.

    Raises:
        ActionFailed: it is no log of this version.
    """
    if not isinstance(log, dict) or log.get("version") != VERSION:
        raise ActionFailed(f"this is no SARIF {VERSION}", next_step="let the tool write that version")
    try:
        return [finding for run in log["runs"] for finding in _findings(run)]
    except (LookupError, TypeError, AttributeError) as error:
        raise ActionFailed("the SARIF log is damaged", why=f"{type(error).__name__}: {error}") from error


def _findings(run: Mapping[str, Any]) -> Iterator[Finding]:
    driver = run["tool"]["driver"]
    rules = {rule["id"]: rule for rule in driver.get("rules", ())}
    for result in run.get("results") or ():
        if result.get("kind", "fail") != "fail" or result.get("suppressions"):
            continue
        index = result.get("ruleIndex", -1)
        rule = result.get("ruleId") or (driver["rules"][index]["id"] if index >= 0 else "")
        default = rules.get(rule, {}).get("defaultConfiguration", {}).get("level", "warning")
        where = (result.get("locations") or [{}])[0].get("physicalLocation", {})
        region = where.get("region", {})
        message = result["message"]
        yield Finding(
            tool=driver["name"],
            rule=rule,
            level=_LEVELS.get(result.get("level", default), "warning"),
            message=message.get("text") or message.get("markdown") or message.get("id", ""),
            path=_path(where.get("artifactLocation", {}).get("uri", "")),
            line=region.get("startLine", 0),
            column=region.get("startColumn", 0),
        )


def _path(uri: str) -> str:
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.scheme in ("", "file") else uri
