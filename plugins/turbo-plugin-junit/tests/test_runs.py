"""Real runs, and what readers of JUnit XML and GitHub find of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree
from turbo_core.testing import Project, ProjectFactory

from .conftest import WORKFLOW

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def report(project: Project, name: str) -> Path:
    (found,) = project.folder.glob(f".turbo/runs/*/report/{name}")
    return found


def test_every_end_of_a_task_is_read_back(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": WORKFLOW})
    assert project.run("run").exit_code == 1
    file = report(project, "junit.xml")
    SCHEMA.assertValid(etree.parse(file))
    suites = list(JUnitXml.fromfile(str(file)))
    assert [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites] == [
        ("check", 6, 0, 0, 2),
        ("later", 2, 1, 1, 0),
    ]
    cases = {case.name: case for suite in suites for case in suite}
    assert [*cases] == ["good", "flaky", "allowed", "never", "each[0]", "each[1]", "bad", "slow"]
    assert {name: [type(one) for one in case.result] for name, case in cases.items() if case.result} == {
        "allowed": [Skipped],
        "never": [Skipped],
        "bad": [Failure],
        "slow": [Error],
    }
    assert {name: cases[name].result[0].type for name in ("allowed", "never", "bad", "slow")} == {
        "allowed": "tolerated",
        "never": "condition",
        "bad": "exit",
        "slow": "timeout",
    }
    assert cases["good"].classname == "checks.check"


def test_output_is_text_whatever_it_is(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": WORKFLOW})
    project.run("run")
    tree: Any = etree.parse(report(project, "junit.xml"))
    (output,) = tree.xpath("//testcase[@name='bad']/system-out/text()")
    assert output == "a \\x1b[31m<red> ]]> \\x00|`x`\n"
    assert not tree.xpath("//testcase[@name='good']/system-out")


def test_earlier_attempts_are_told(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": WORKFLOW})
    project.run("run")
    tree: Any = etree.parse(report(project, "junit.xml"))
    (tried,) = tree.xpath("//flakyFailure")
    assert (tried.getparent().get("name"), tried.get("type"), tried.findtext("system-out")) == ("flaky", "exit", "broke\n")


def test_settings_say_how_much_output_is_told(turbo_project: ProjectFactory) -> None:
    settings = "[plugins.junit]\noutput = 0\npassed_output = 3\n"
    project = turbo_project({"turbo.yaml": WORKFLOW, "turbo.toml": settings})
    project.run("run")
    tree: Any = etree.parse(report(project, "junit.xml"))
    assert tree.xpath("//testcase[@name='good']/system-out/text()") == ["ne\n"]
    assert not tree.xpath("//testcase[@name='bad']/system-out")


def test_the_page_of_the_step_gets_the_summary_once(turbo_project: ProjectFactory, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("from another step\n")
    project = turbo_project({"turbo.yaml": WORKFLOW, "turbo.toml": "patience = 60\n"})
    ran = project.run("run", env={"GITHUB_STEP_SUMMARY": str(page)})
    assert ran.exit_code == 1
    text = page.read_text()
    assert text.startswith("from another step\n<!-- turbo ")
    assert text.count("## ❌ checks") == 1
    assert text.endswith(report(project, "step-summary.md").read_text())
    assert "4 passed, 2 failed, 2 skipped" in text
    assert re.search(r"### ❌ bad\n\n.*\n\n```text\na .*<red> \]\]> \|`x`\n```", text)


@pytest.mark.parametrize("settings", ["[plugins.junit]\nstep_summary = false\n", ""])
def test_no_page_is_made_where_none_is_wanted(turbo_project: ProjectFactory, tmp_path: Path, settings: str) -> None:
    project = turbo_project({"turbo.yaml": "name: one\ntasks:\n  a: {run: 'true'}\n", "turbo.toml": settings})
    page = tmp_path / "summary.md"
    assert project.run("run", env={"GITHUB_STEP_SUMMARY": str(page) if settings else ""}).ok
    assert not page.exists()
