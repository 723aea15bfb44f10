"""SARIF out and in."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from turbo_core import ActionFailed, Context

from turbo_plugin_quality import actions, sarif
from turbo_plugin_quality.values import Finding

PLACE = {
    "type": "object",
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "format": "uri-reference"}},
        },
        "region": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn")},
        },
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {"properties": {"driver": {"required": ["name"], "properties": {"rules": {"uniqueItems": True}}}}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {"type": "array", "items": {"properties": {"physicalLocation": PLACE}}},
                                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""The part of the standard that is used here, as strict as the standard itself."""

FINDINGS = [
    Finding(tool="ruff", rule="F401", level="error", message="unused", path="src/a b.py", line=3, column=8),
    Finding(tool="bandit", rule="B101", level="note", message="assert", path="ü.py", line=1),
    Finding(tool="ruff", rule="", level="warning", message="no place"),
]


def test_what_is_written_is_read_back(context: Context) -> None:
    written = actions.write_sarif(context, findings=FINDINGS, file="out/log.sarif")
    log = json.loads((context.project / "out" / "log.sarif").read_text())
    Draft202012Validator(SCHEMA).validate(log)
    assert [run["tool"]["driver"]["name"] for run in log["runs"]] == ["bandit", "ruff"]
    read = actions.read_sarif(context, file="out/log.sarif")
    assert (written.count, read.count) == (3, 3)
    assert sorted(read.findings, key=lambda one: one.message) == sorted(FINDINGS, key=lambda one: one.message)
    assert actions.read_sarif(context, file="out/log.sarif", limit=1).count == 3


def test_a_finding_keeps_its_fingerprint_when_lines_move() -> None:
    moved = Finding(**{**asdict(FINDINGS[0]), "line": 99})
    assert sarif.fingerprint(moved) == sarif.fingerprint(FINDINGS[0]) != sarif.fingerprint(FINDINGS[1])


def test_what_other_tools_write_is_read() -> None:
    rules = [{"id": "A", "defaultConfiguration": {"level": "error"}}, {"id": "B"}]
    place = {"physicalLocation": {"artifactLocation": {"uri": "file:///x/a%20b.c"}, "region": {"startLine": 2}}}
    results = [
        {"ruleId": "A", "message": {"text": "one"}, "locations": [place]},
        {"ruleIndex": 1, "message": {"markdown": "*two*"}},
        {"ruleId": "A", "kind": "pass", "message": {"text": "no finding"}},
        {"ruleId": "A", "suppressions": [{"kind": "inSource"}], "message": {"text": "suppressed"}},
    ]
    found = sarif.read({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": rules}}, "results": results}]})
    assert [(one.rule, one.level, one.message, one.path, one.line) for one in found] == [
        ("A", "error", "one", "/x/a b.c", 2),
        ("B", "warning", "*two*", "", 0),
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"version": "2.0.0"}', '{"version": "2.1.0"}', '{"version": "2.1.0", "runs": [{}]}'])
def test_what_is_no_log_is_refused(context: Context, text: str) -> None:
    (context.project / "log").write_text(text)
    with pytest.raises(ActionFailed, match=r"cannot be read|no SARIF 2\.1\.0|damaged"):
        actions.read_sarif(context, file="log")


def test_files_outside_of_the_project_are_left_alone(context: Context) -> None:
    with pytest.raises(ActionFailed, match="no file of the project"):
        actions.write_sarif(context, findings=[], file="../log.sarif")


def test_the_undo_brings_back_what_was_replaced(context: Context) -> None:
    file, undo = context.project / "log.sarif", actions.write_sarif.undoer
    assert undo is not None
    made = actions.write_sarif(context, findings=FINDINGS, file="log.sarif")
    undo(context, file="log.sarif", outputs=asdict(made))
    assert list(context.project.iterdir()) == []
    file.write_text("mine")
    for _ in range(2):
        made = actions.write_sarif(context, findings=FINDINGS, file="log.sarif")
    undo(context, file="log.sarif", outputs=asdict(made))
    assert (file.read_text(), [path.name for path in context.project.iterdir()]) == ("mine", ["log.sarif"])
    with pytest.raises(ActionFailed, match="left alone"):
        undo(context, file="log.sarif", outputs=asdict(made))
