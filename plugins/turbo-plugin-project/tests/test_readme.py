"""The README's promises against the code."""

from __future__ import annotations

import re
from pathlib import Path

from turbo_core.testing import ProjectFactory

from turbo_plugin_project import actions
from turbo_plugin_project.tables.frameworks import FRAMEWORKS
from turbo_plugin_project.tables.kinds import KINDS

from .test_conformance import FILES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `project\.(\w+)` \| (\w+) \| .* \|$", README, re.MULTILINE)
    declared = {name: vars(actions)[name].risk for name in actions.__all__}
    assert dict(told) == declared
    assert {name for name in actions.__all__ if vars(actions)[name].undoer} == {"draw", "suggest"}


def test_the_numbers_are_those_of_the_tables() -> None:
    assert f"for {len(KINDS)} types of projects and more than 100\nframeworks" in README
    assert len(FRAMEWORKS) > 100
    assert len({one.name for one in KINDS}) == len(KINDS)
    assert len({one.name for one in FRAMEWORKS}) == len(FRAMEWORKS)


def test_the_example_runs(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = turbo_project({"turbo.yaml": example, **FILES})
    ran = project.run("run")
    assert ran.ok, ran
    assert "<svg" in project.read("architecture.html")
