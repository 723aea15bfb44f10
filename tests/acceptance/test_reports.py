"""The report as a person gets it: from the journal alone, with what changed since the last good run."""

from __future__ import annotations

import json
import shutil

from tests.acceptance.project import Project

WORKFLOW = """
name: build
inputs: {word: {type: string, default: one}, code: {type: integer, default: 0}}
tasks:
  say: {run: 'echo "$WORD"; exit "$CODE"', env: {WORD: "${{ inputs.word }}", CODE: "${{ inputs.code }}"}}
"""


def test_a_report_tells_what_changed_since_the_last_good_run_also_when_that_is_gone(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    assert project.turbo("run").code == 0
    good = project.run
    assert "run.compared" not in project.kinds()
    kept = good.parent
    assert project.turbo("run", "-i", "word=two", "-i", "code=4").code == 1
    assert project.turbo("run", "-i", "word=three", "-i", "code=5").code == 1
    latest = max(kept.iterdir())
    events = [json.loads(line) for line in project.turbo("events", "--json").out.splitlines()]
    (told,) = [event["body"] for event in events if event["kind"] == "run.compared"]
    assert told["before"] == good.name
    assert [(change["name"], change["before"], change["after"]) for change in told["inputs"]] == [
        ("code", "0", "5"),
        ("word", "one", "three"),
    ]
    reports = {path: path.read_bytes() for path in (latest / "report").iterdir()}
    assert good.name.encode() in reports[latest / "report" / "report.html"]
    shutil.rmtree(good)
    assert project.turbo("report").code == 0
    assert {path: path.read_bytes() for path in reports} == reports


def test_a_report_is_printed_in_each_format(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.turbo("run", "--quiet")
    assert project.turbo("report", "--format", "html").out.startswith("<!doctype html>")
    assert project.turbo("report", "--format", "md").out.startswith("# ✓ build succeeded\n")
    assert json.loads(project.turbo("report", "--format", "json").out)["run"]["outcome"] == "succeeded"


def test_a_project_has_templates_of_its_own(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("turbo.toml", 'templates = "looks"\n')
    project.write("looks/report.html.j2", '{% extends "turbo/report.html.j2" %}{% block footer %}Mill Street{% endblock %}')
    project.turbo("run", "--quiet")
    page = (project.run / "report" / "report.html").read_text()
    assert ">Mill Street</footer>" in page
    project.write("looks/report.html.j2", "{% if %}")
    assert "TemplateSyntaxError" in project.turbo("report", "--format", "html").out
