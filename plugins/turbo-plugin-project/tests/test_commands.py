"""Commands: what a project says itself, what is usual, and what a dry run says about it."""

from __future__ import annotations

import json
import shutil

import pytest
from turbo_core import Context

from turbo_plugin_project import actions
from turbo_plugin_project.values import Command

from .conftest import write

MAKEFILE = "VERSION := 1\n\nall: build\n\nbuild:\n\ttouch built\n\ntest: missing-input\n\ttrue\n\nlint:\n\ttrue\n"


def by_purpose(commands: list[Command]) -> dict[str, Command]:
    return {one.purpose: one for one in reversed(commands)}


def test_targets_of_make_are_tried_and_not_made(context: Context) -> None:
    write(context.project, {"Makefile": MAKEFILE, "configure.ac": "AC_INIT([small])\n"})
    ways = actions.commands(context)
    found = by_purpose(ways.commands)
    assert {purpose: (one.argv, one.line, one.state) for purpose, one in found.items()} == {
        "lint": (["make", "lint"], 11, "verified"),
        "test": (["make", "test"], 8, "failed"),
        "build": (["make", "all"], 3, "verified"),
    }
    assert found["test"].checked == "make -n test"
    assert "missing-input" in found["test"].said
    assert (ways.verified, ways.failed, ways.unverifiable) == (2, 1, 0)
    assert not (context.project / "built").exists()


def test_without_verifying_nothing_is_started(context: Context) -> None:
    write(context.project, {"Makefile": "test: $(shell touch started)\n\ttrue\n", "configure.ac": ""})
    ways = actions.commands(context, verify=False)
    assert {one.state for one in ways.commands} == {"untried"}
    assert not (context.project / "started").exists()


def test_tests_of_python_are_collected_and_not_run(context: Context) -> None:
    if shutil.which("python3") is None:
        pytest.skip("python3 is not there")
    files = {
        "pyproject.toml": '[project]\nname = "x"\n\n[tool.ruff]\n',
        "tests/test_x.py": "def test_x():\n    open('ran', 'w')\n",
    }
    write(context.project, files)
    found = by_purpose(actions.commands(context).commands)
    assert found["test"].argv == ["python3", "-m", "pytest"]
    assert found["test"].state in ("verified", "unverifiable"), "pytest need not be installed for python3"
    assert (found["lint"].argv, found["lint"].path, found["lint"].line) == (["ruff", "check", "."], "pyproject.toml", 4)
    assert sorted(path.name for path in context.project.iterdir()) == ["pyproject.toml", "tests"]


def test_scripts_of_npm_are_listed(context: Context) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not there")
    scripts = {"test": "node test.js", "lint": "eslint .", "build:fast": "x", "start": "node .", "deploy": "x"}
    write(context.project, {"package.json": json.dumps({"name": "x", "scripts": scripts}, indent=1), "package-lock.json": "{}"})
    found = by_purpose(actions.commands(context).commands)
    assert (found["test"].argv, found["test"].state, found["test"].what) == (
        ["npm", "run", "test"],
        "verified",
        "test: node test.js",
    )
    assert found["install"].argv == ["npm", "ci"]
    assert set(found) == {"install", "lint", "test", "run", "package"}


def test_a_script_that_says_that_there_are_no_tests_is_none(context: Context) -> None:
    script = 'echo "Error: no test specified" && exit 1'
    write(context.project, {"package.json": json.dumps({"scripts": {"test": script}})})
    assert "test" not in by_purpose(actions.commands(context, verify=False).commands)


@pytest.mark.parametrize(
    ("program", "files", "purpose", "broken"),
    [
        (
            "cargo",
            {"Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n', "src/lib.rs": ""},
            "test",
            {"Cargo.toml": "[package]\n"},
        ),
        ("go", {"go.mod": "module example.org/x\n\ngo 1.20\n", "a.go": "package x\n"}, "build", {"a.go": "package\n"}),
        (
            "cmake",
            {"CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(x NONE)\n"},
            "build",
            {"CMakeLists.txt": "project(x NONE)\nnonsense()\n"},
        ),
    ],
)
def test_a_tool_reads_the_project(
    program: str, files: dict[str, str], purpose: str, broken: dict[str, str], context: Context
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not there")
    write(context.project, files)
    before = sorted(path.name for path in context.project.iterdir())
    good = by_purpose(actions.commands(context).commands)[purpose]
    assert good.state == "verified", good.said
    assert sorted(path.name for path in context.project.iterdir()) == before
    write(context.project, broken)
    bad = by_purpose(actions.commands(context).commands)[purpose]
    assert bad.state == "failed", bad.said


def test_a_tool_that_is_missing_proves_nothing(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    write(context.project, {"shard.yml": "name: x\n"})
    monkeypatch.setenv("PATH", "/nowhere")
    (one,) = actions.commands(context).commands
    assert (one.state, one.said) == ("unverifiable", "crystal cannot be started: no such file or directory")


def test_a_dry_run_that_hangs_proves_nothing(context: Context) -> None:
    write(context.project, {"Makefile": "test: $(shell sleep 60)\n\ttrue\n", "configure.ac": ""})
    (one,) = actions.commands(context, seconds=0.5).commands
    assert one.state == "unverifiable"
    assert "had not ended" in one.said


def test_examples_and_fixtures_have_no_commands(context: Context) -> None:
    write(context.project, {"examples/a/go.mod": "module a\n", "tests/b/go.mod": "module b\n", "go.mod": "module c\n"})
    assert {one.project for one in actions.commands(context, verify=False).commands} == {"."}
