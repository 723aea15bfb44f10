"""The plugin in the hands of a person: the example of the README, run by the real command."""

{% if "channel" in cookiecutter.kinds or "tracker" in cookiecutter.kinds %}
import json
{% endif %}
{% if "executor" in cookiecutter.kinds %}
import os
{% endif %}
import re
from pathlib import Path

import pytest
{% if "analyzer" in cookiecutter.kinds %}
from turbo_core import Ask, Opinion, SpecOffer, hookimpl, hookspec
{% endif %}
from turbo_core.testing import Project, ProjectFactory, Result

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def project(turbo_project: ProjectFactory) -> Project:
    """A project with the workflow of the README, and a README of three words."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return turbo_project({"turbo.yaml": example, "README.md": "one two\nthree\n"})


@pytest.fixture
def ran(project: Project) -> Result:
    """The example, run to its end."""
    result = project.run("run")
    assert result.ok, result
    return result
{% if "actions" in cookiecutter.kinds %}


def test_the_action_gives_outputs(ran: Result) -> None:
    assert ran.outputs["count"] == {"words": 3}


def test_the_action_is_a_command(project: Project) -> None:
    assert project.run("{{ cookiecutter.name }}", "count", "--path", "README.md").out.split()[-1] == "3"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_a_failure(project: Project, content: bytes | None) -> None:
    if content is None:
        (project.folder / "README.md").unlink()
    else:
        project.write({"README.md": content})
    failed = project.run("run")
    assert failed.tasks["count"].failure == "error"
    assert "give the path of a text file" in failed.tasks["count"].why
{% endif %}
{% if "executor" in cookiecutter.kinds %}


def test_the_executor_runs_the_command(ran: Result) -> None:
    assert int(ran.log("polite")) > os.nice(0)
{% if "actions" in cookiecutter.kinds %}


def test_the_executor_runs_no_action(project: Project) -> None:
    text = project.read("turbo.yaml").replace("{path: README.md}", "{path: README.md}, executor: {{ cookiecutter.name }}")
    failed = project.write({"turbo.yaml": text}).run("run")
    assert failed.tasks["count"].failure == "infra"
    assert "runs commands only" in failed.tasks["count"].why
{% endif %}
{% endif %}
{% if "decider" in cookiecutter.kinds %}


def test_the_opinion_counts(ran: Result, project: Project) -> None:
    (opinion,) = [line for line in ran.decisions["ready"].criteria if line.name == "plugin:{{ cookiecutter.name }}"]
    assert (opinion.score, opinion.reason) == (1, "nothing is frozen")
    frozen = project.write({"FREEZE": "the year ends\n"}).run("run")
    assert frozen.decisions["ready"].decision == "rejected"
    assert "frozen: the year ends" in [line.reason for line in frozen.decisions["ready"].criteria]
{% endif %}
{% if "documenter" in cookiecutter.kinds %}


def test_the_document_is_in_the_report(ran: Result) -> None:
    header, *rows = (ran.run.folder / "report" / "{{ cookiecutter.name }}.csv").read_text().splitlines()
    assert header == "task,state,seconds"
    assert [row.split(",")[0] for row in rows] == [*ran.tasks]


def test_inner_tasks_are_in_the_document(project: Project) -> None:
    project.write({"turbo.yaml": "name: outer\ntasks:\n  inner: {workflow: each.yaml}\n"})
    project.write({"each.yaml": "name: each\ntasks:\n  go: {run: 'true', matrix: {n: [1, 2]}}\n"})
    result = project.run("run")
    rows = (result.run.folder / "report" / "{{ cookiecutter.name }}.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["inner", "inner/go", "inner/go[0]", "inner/go[1]"]
{% endif %}
{% if "tracker" in cookiecutter.kinds %}


def test_the_run_is_followed_to_its_end(ran: Result) -> None:
    kept = json.loads((ran.run.folder / "{{ cookiecutter.name }}.json").read_text())
    assert kept["counts"]["run.created"] == 1
    assert kept["counts"]["task.ended"] == len(ran.tasks)
{% endif %}
{% if "channel" in cookiecutter.kinds %}


def test_the_message_arrives(ran: Result, project: Project) -> None:
    kept = [json.loads(line)["subject"] for line in project.read("{{ cookiecutter.name }}.jsonl").splitlines()]
    assert "it is done" in kept
    assert ran.messages[0].receipts == {"{{ cookiecutter.name }}": "delivered"}
{% endif %}
{% if "analyzer" in cookiecutter.kinds %}


class Asking:
    """Stands for the plugin that brings the hook: it asks at each gate, and keeps the answers."""

    name = "asking"

    class Specs:
        @hookspec
        def turbo_analyze_files(self, files: list[str]) -> list[str]:
            """Tell what is remarkable about files."""
            raise AssertionError("a specification is never called")

    @hookimpl
    def turbo_register(self) -> list[SpecOffer]:
        return [SpecOffer(namespace="analyze", version="1.0.0", specs=self.Specs)]

    @hookimpl
    def turbo_decide(self, ask: Ask) -> Opinion:
        self.answers = {answer.plugin: answer for answer in ask("turbo_analyze_files", files=["merged.txt"])}
        return Opinion(name=self.name, score=1, reason="it has asked")


def test_the_hook_of_the_other_plugin_is_answered(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = "name: gate\ntasks:\n  ready: {decide: 'Ready?', criteria: {always: {score: true}}, accept: 0.5}\n"
    project.write({"turbo.yaml": gate, "merged.txt": "<<<<<<< ours\n"})
    monkeypatch.chdir(project.folder)
    asking = Asking()
    assert project.play(plugins=[asking]).ok
    assert asking.answers["{{ cookiecutter.name }}"].value == ["merged.txt:1: an unsolved conflict"]
{% endif %}
