"""Suggested workflows: for every type one that `turbo check` accepts, and that runs where the tools are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from turbo_core import ActionFailed, Context
from turbo_core.testing import Project, ProjectFactory

from turbo_plugin_project import actions
from turbo_plugin_project.tables.advice import ADVICE

from .conftest import write
from .test_detecting import KINDS

ODD = {
    "odd names": {"package.json": json.dumps({"name": "@ü/${{ x }}: #'\"", "scripts": {"test": "echo ${{ inputs.x }}"}})},
    "nothing": {"notes.txt": "nothing"},
    "many": {
        "package.json": '{"name": "all", "workspaces": ["p/*"], "scripts": {"test": "x"}}',
        "p/1 a/package.json": '{"scripts": {"test": "x", "build": "y"}}',
        "p/b-c/pyproject.toml": '[project]\nname = "b"\n\n[dependency-groups]\ntest = ["pytest"]\n',
        "p/b-c/tests/test_a.py": "",
        "p/r/Cargo.toml": "[workspace]\n",
        "p/r/in/Cargo.toml": '[package]\nname = "in"\n',
    },
    "tests": {
        "pyproject.toml": '[project]\nname = "test"\n',
        "tox.ini": "[tox]\n[testenv]\ndeps =\n  pytest>=8\n  x: y\n[testenv:lint]\n",
    },
}


def checked(project: Project, workflows: dict[str, str]) -> None:
    """One check of a workflow that has all others in it."""
    project.write({f"{name}.yaml": text for name, text in workflows.items()})
    tasks = "".join(f"  {name}: {{workflow: ./{name}.yaml}}\n" for name in workflows)
    project.write({"turbo.yaml": f"name: all_of_them\ntasks:\n{tasks}"})
    ran = project.run("check")
    assert ran.exit_code == 0, ran


def test_what_is_suggested_passes_the_check(turbo_project: ProjectFactory, tmp_path: Path) -> None:
    workflows = {}
    for number, (kind, files) in enumerate((KINDS | ODD).items()):
        folder = tmp_path / f"of {kind}"
        write(folder, files)
        told = actions.suggest(Context(run="r", task="t", attempt=1, project=folder, key="k"), verify=False)
        assert told.text == (folder / "turbo.yaml").read_text(encoding="utf-8")
        workflows[f"w{number}"] = told.text
    checked(turbo_project({}), workflows)


def test_the_workflow_of_each_recommendation_passes_the_check(turbo_project: ProjectFactory) -> None:
    checked(turbo_project({}), {part: one.workflow for part, one in ADVICE.items()})


def test_each_project_has_its_own_tasks(context: Context) -> None:
    write(context.project, ODD["many"])
    text = actions.suggest(context, verify=False).text
    assert 'cwd: "p/b-c"' in text
    assert "python3 -m venv ../../.turbo/env-p_b_c" in text
    assert "install -e . --group test pytest build" in text.replace("--quiet ", "")
    assert text.count('"npm", "install"') == 1, "the root installs for all of its workspaces"
    assert text.count('"cargo", "test"') == 1, "the workspace tests its members"


def test_what_is_suggested_runs_and_its_gate_weighs(turbo_project: ProjectFactory) -> None:
    files = {"Makefile": "lint:\n\tfalse\ntest:\n\ttouch tested\nbuild:\n\ttouch built\n", "configure.ac": ""}
    project = turbo_project(files)
    context = Context(run="r", task="t", attempt=1, project=project.folder, key="k")
    told = actions.suggest(context)
    assert (told.tasks, told.verified) == (3, 3)
    ran = project.run("run")
    assert ran.ok, ran
    assert float(ran.tasks["fit"].outputs["score"]) == pytest.approx(9 / 11)
    assert (project.folder / "built").exists()


def test_a_workflow_that_is_there_stays(context: Context) -> None:
    write(context.project, {"go.mod": "module x\n", "turbo.yaml": "mine"})
    with pytest.raises(ActionFailed, match=r"turbo\.yaml is there already"):
        actions.suggest(context, verify=False)
    assert (context.project / "turbo.yaml").read_text() == "mine"
    actions.suggest(context, verify=False, overwrite=True)
    assert actions.suggest.undoer is not None
    actions.suggest.undoer(context, folder=".", file="turbo.yaml")
    assert (context.project / "turbo.yaml").read_text() == "mine"


def test_a_command_that_fails_dry_is_not_suggested(context: Context) -> None:
    write(context.project, {"Makefile": "test: missing\n\ttrue\nbuild:\n\ttrue\n", "configure.ac": ""})
    text = actions.suggest(context).text
    assert '"make", "build"' in text
    assert '"make", "test"' not in text
