"""The example ``nightly-health`` on a real project: night by night it speaks only of what has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from turbo_core.testing import Project, ProjectFactory, Result

EXAMPLE = Path(__file__).parents[3] / "examples" / "nightly-health" / "turbo.yaml"
MANIFEST = '[project]\nname = "thing"\nversion = "0.1"\nrequires-python = ">=3.11"\ndependencies = ["leaky>=1"]\n'
LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "leaky"
version = "1.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "thing"
version = "0.1"
source = { virtual = "." }
dependencies = [{ name = "leaky" }]
"""
RECORD = {
    "id": "X-1",
    "summary": "It leaks.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "leaky"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}
OTHER = RECORD | {"id": "X-0", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["1.0"]}]}
SETTINGS = '[plugins.packages]\nosv_database = "osv"\n'


def night(project: Project) -> Result:
    ran = project.run("run", "-f", str(EXAMPLE), timeout=280)
    assert ran.ok, ran
    return ran


def said(ran: Result) -> list[str]:
    return [f"{one.subject}\n{one.body}" for one in ran.messages]


@pytest.mark.timeout(900)
@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the example is part of Turbo's repository only")
def test_only_a_night_that_differs_from_those_before_is_told_and_unknown_is_not_clean(turbo_project: ProjectFactory) -> None:
    files = {"pyproject.toml": MANIFEST, "uv.lock": LOCK, "turbo.toml": SETTINGS, "osv/X-0.json": json.dumps(OTHER)}
    project = turbo_project(files)

    (first,) = said(night(project))
    assert "number of known vulnerabilities is 0: there is nothing to compare it with" in first
    quiet = night(project)
    assert said(quiet) == [], quiet

    project.write({"osv/X-1.json": json.dumps(RECORD)})
    (worse,) = said(night(project))
    assert "number of known vulnerabilities is 1: worse than 0, the median of 2" in worse
    assert "1 known vulnerability in leaky 1.0" in worse

    project.write({"turbo.toml": ""})
    (unknown,) = said(blind := night(project))
    assert "share of packages looked up is 0: worse than 1, the median of 3" in unknown
    assert "the number of known vulnerabilities is not compared" in unknown
    assert blind.outputs["audit"]["state"] == "unknown"
    kept = [json.loads(line) for line in project.read(".turbo/quality.jsonl").splitlines()]
    assert [one["value"] for one in kept if one["name"] == "number of known vulnerabilities"] == [0, 0, 1]
