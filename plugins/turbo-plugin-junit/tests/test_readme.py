"""The README's promises against the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from turbo_core.testing import ProjectFactory

from turbo_plugin_junit.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_code() -> None:
    told = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.*) \|$", README, re.MULTILINE)
    assert [(name, default) for name, default, _ in told] == [(each.name, str(each.default).lower()) for each in fields(Settings)]
    described = " ".join((Settings.__doc__ or "").split())
    assert all(f"{name}: {text}." in described for name, _, text in told)


def test_the_example_does_what_is_told(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = turbo_project({"turbo.yaml": example})
    assert project.run("run").ok
    (file,) = project.folder.glob(".turbo/runs/*/report/junit.xml")
    text = file.read_text()
    assert (text.count("<testcase "), text.count("<testsuite ")) == (4, 2)
