"""What Turbo promises of every plugin with actions, checked with this one.

Here it matters how the actions behave towards Turbo, so each tool is a file with what the real one has once written; the other
tests ask the real ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from turbo_core.testing import ActionSuite

VET = {"p": {"printf": [{"posn": "a.go:5:38", "message": "wrong type"}]}}
WRITES: dict[str, object] = {
    "ruff": [{"code": "F401", "message": "unused", "filename": "a.py", "location": {"row": 1, "column": 8}}],
    "mypy": {"file": "a.py", "line": 1, "column": 0, "message": "wrong", "code": "misc", "severity": "error"},
    "bandit": {"results": [], "errors": [], "metrics": {"a.py": {}, "_totals": {}}},
    "detect_secrets": {"results": {"a.py": [{"type": "AWS Access Key", "line_number": 1}]}},
    "lizard": [],
    "eslint": [{"filePath": "a.js", "messages": [{"ruleId": "eqeqeq", "severity": 1, "message": "m", "line": 1, "column": 1}]}],
    "tsc": [{"file": "a.ts", "line": 1, "column": 1, "code": 2322, "category": "error", "message": "wrong"}],
    "clippy": {"reason": "build-finished", "success": True},
    "go_vet": VET,
    "cargo_test": {"reason": "build-finished", "success": True},
    "go_test": {"Action": "pass", "Package": "p", "Test": "TestAdd"},
}
JUNIT = '<testsuite name="s" tests="1"><testcase classname="c" name="n" time="0"/></testsuite>'
PYTEST = f'for one in "$@"; do case $one in --junitxml=*) echo \'{JUNIT}\' > "${{one#--junitxml=}}";; esac; done'
MAVEN = f"echo '{JUNIT}' > target/surefire-reports/TEST-s.xml"


def program(verb: str) -> list[str]:
    """A tool that writes what is kept of the real one."""
    script = {"pytest": PYTEST, "maven_test": MAVEN, "lizard": ":"}.get(verb, f"cat written/{verb}.json")
    return ["/bin/sh", "-c", script, verb]


TOOLS = (*WRITES, "pytest", "maven_test")
FINDING = {"tool": "t", "rule": "r", "level": "note", "message": "m"}


class TestConformance(ActionSuite):
    plugin = "quality"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {f"quality.{verb}": {"program": program(verb)} for verb in TOOLS} | {
        "quality.write_sarif": {"findings": [FINDING], "file": "out.sarif"},
        "quality.read_sarif": {"file": "in.sarif"},
        "quality.trend": {"name": "findings", "value": 3},
    }

    def prepare(self, project: Path) -> None:
        (project / "written").mkdir()
        for verb, written in WRITES.items():
            (project / "written" / f"{verb}.json").write_text(json.dumps(written))
        (project / "target" / "surefire-reports").mkdir(parents=True)
        (project / "target" / "surefire-reports" / "TEST-s.xml").write_text(JUNIT + "\n")
        (project / "in.sarif").write_text('{"version": "2.1.0", "runs": []}')
