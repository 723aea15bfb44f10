"""Commands for people who write workflows: init, list, check, plan, graph, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Turbo
from tests.plugins.shelf import Shelf
from turbo_core.cli.proposals import propose

PLANNED = '''
from turbo_core import Context, action

@action(risk="change")
def move(context: Context, path: str) -> None:
    """Move a file."""

@move.plan
def _(context: Context, path: str) -> str:
    print("noise")
    if path == "bad":
        raise ValueError("no such path")
    return f"move {path}"
'''
PLAN = """
name: planned
inputs:
  path: {type: string}
  count: {type: integer, default: 2}
vars:
  target: "to/${{ inputs.path }}"
  later: "${{ run.id }}"
phases:
  one:
    known: {uses: "files.move", with: {path: "${{ vars.target }}"}}
    fails: {uses: "files.move", with: {path: bad}}
    unknown: {uses: "files.move", with: {path: "${{ vars.later }}"}}
    list: {run: [ls, "${{ vars.target }}", "${{ run.id }}"], risk: read}
    never: {run: echo, when: "${{ inputs.count > 5 }}"}
    sometimes: {run: echo, needs: {list: any}, when: "${{ tasks.list.ok }}"}
    cells: {run: echo, matrix: {x: [1, 2, 3]}}
    open: {run: echo, needs: [list], matrix: {x: "${{ split(tasks.list.class, 'x') }}"}}
    nested: {workflow: inner, with: {name: "${{ inputs.path }}"}}
    hidden: {workflow: inner, with: {name: "${{ run.id }}"}}
  two:
    publish: {decide: "Publish ${{ inputs.path }}?", ask: {within: 2h}}
on_failure:
  - {undo: all}
finally:
  - {communicate: "${{ run.summary }}"}
"""
INNER = 'name: inner\ninputs: {name: {type: string}}\ntasks:\n  say: {communicate: "hi ${{ inputs.name }}"}\n'


# ---------------------------------------------------------------- init

PROJECTS = {
    "python": (
        {"pyproject.toml": "[build-system]\n[tool.ruff]\n", "conftest.py": ""},
        "ruff check . | python -m pytest | python -m build",
    ),
    "tox": ({"setup.py": "", "tox.ini": "[tox]", ".flake8": ""}, "flake8 | tox | python -m build"),
    "plain": ({"requirements.txt": "requests"}, "python -m unittest"),
    "node": ({"package.json": '{"scripts": {"lint": "x", "test": "y", "other": "z"}}'}, "npm run lint | npm run test"),
    "yarn": ({"package.json": '{"scripts": {"build": "x"}}', "yarn.lock": ""}, "yarn run build"),
    "go": ({"go.mod": "module x"}, "go vet ./... | go test ./... | go build ./..."),
    "rust": ({"Cargo.toml": ""}, "cargo clippy --all-targets | cargo test | cargo build --release"),
    "make": ({"Makefile": "X := 1\ntest: build\n\ttrue\nbuild:\n"}, "make test | make build"),
    "two": ({"go.mod": "", "package.json": '{"scripts": {"test": "x"}}', "Makefile": "test:\n"}, "go vet ./... | npm run test"),
    "nothing": ({}, "echo hello"),
    "broken": ({"package.json": "[", "requirements.txt": ""}, "python -m unittest"),
    "odd": ({"package.json": "[]"}, "echo hello"),
}


@pytest.mark.parametrize(("files", "commands"), PROJECTS.values(), ids=PROJECTS)
def test_init_fits_the_folder_and_passes_the_check(cli: Turbo, files: dict[str, str], commands: str) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    assert cli("init").code == 0
    text = Path("turbo.yaml").read_text()
    for command in commands.split(" | "):
        assert f"      run: {command}\n" in text
    ended = cli("check")
    assert (ended.code, ended.err) == (0, "")
    assert cli("plan").code == 0


def test_init_says_what_it_found(cli: Turbo) -> None:
    Path("go.mod").write_text("")
    Path("Cargo.toml").write_text("")
    assert cli("init").out.startswith("Wrote turbo.yaml for a Go and Rust project.")
    assert set(propose(Path()).phases["verify"]) == {"go_lint", "go_test", "rust_lint", "rust_test"}


def test_a_file_that_cannot_be_read_proposes_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[")
    (tmp_path / "Makefile").write_bytes(b"\xff")
    assert propose(tmp_path).phases == {"verify": {"test": "python -m unittest"}}


def test_init_never_overwrites(cli: Turbo) -> None:
    Path("turbo.yaml").write_text("mine")
    ended = cli("init")
    assert (ended.code, Path("turbo.yaml").read_text()) == (2, "mine")
    assert "there is a workflow already" in ended.err


def test_init_tells_that_it_cannot_write(cli: Turbo, tmp_path: Path) -> None:
    ended = cli("--project", str(tmp_path / "nowhere"), "init")
    assert ended.code == 2
    assert "the workflow cannot be written" in ended.err


def test_init_names_the_workflow_after_the_folder(cli: Turbo, tmp_path: Path) -> None:
    for folder, name in (("My-Tool", "my_tool"), ("import", "main"), ("123", "main")):
        (tmp_path / folder).mkdir()
        assert cli("--project", str(tmp_path / folder), "init").code == 0
        assert f"\nname: {name}\n" in (tmp_path / folder / "turbo.yaml").read_text()


def test_what_init_writes_can_run(cli: Turbo) -> None:
    cli("init")
    assert cli("run", "--quiet").code == 0


# ---------------------------------------------------------------- list, check


def test_list_tells_names_and_inputs(cli: Turbo, project: Path) -> None:
    (project / "workflows").mkdir()
    (project / "workflows" / "other.yaml").write_text("name: other\ninputs:\n  level: {type: choice, choices: [a, b]}\n")
    assert cli("list").out.splitlines() == [
        "hello: Greet somebody.  (turbo.yaml)",
        '  -i who  string, default "world"  who is greeted',
        "other  (workflows/other.yaml)",
        "  -i level  a|b, required",
    ]


def test_list_names_a_broken_file(cli: Turbo, project: Path) -> None:
    (project / "turbo.yaml").write_text("name: x\nname: y\n")
    assert "  broken: turbo.yaml:2:1: E-duplicate" in cli("list").out


def test_list_as_json(cli: Turbo, project: Path) -> None:
    (listed,) = json.loads(cli("list", "--json").out)
    assert (listed["name"], listed["path"], listed["problem"]) == ("hello", "turbo.yaml", "")
    assert listed["inputs"]["who"]["default"] == "world"


def test_list_in_an_empty_folder(cli: Turbo) -> None:
    assert "turbo init" in cli("list").out
    assert json.loads(cli("list", "--json").out) == []


def test_check_counts_what_is_fine(cli: Turbo, project: Path) -> None:
    assert cli("check").out == "ok: 5 tasks in 2 phases\n"
    assert cli("check", "hello").out == "ok: 5 tasks in 2 phases\n"
    assert cli("check", "-f", "turbo.yaml").out == "ok: 5 tasks in 2 phases\n"


def test_check_tells_all_mistakes_of_all_files_then_their_number(cli: Turbo, project: Path) -> None:
    (project / "workflows").mkdir()
    (project / "workflows" / "bad.yaml").write_text("name: bad\ntasks:\n  a: {rum: x}\n  b: {run: x, needs: [c]}\n")
    ended = cli("check")
    assert (ended.code, ended.out) == (2, "turbo.yaml: ok: 5 tasks in 2 phases\n")
    *problems, count = ended.err.splitlines()
    assert all(line.startswith("workflows/bad.yaml:") for line in problems)
    assert {line.split(":")[1] for line in problems} == {"3", "4"}
    assert count == f"error: {len(problems)} problems in the workflow"


def test_check_as_json(cli: Turbo, project: Path) -> None:
    assert json.loads(cli("check", "--json").out)["ok"] is True
    (project / "turbo.yaml").write_text("nam: x\n")
    ended = cli("check", "--json")
    told = json.loads(ended.out)
    assert (ended.code, ended.err, told["ok"]) == (2, "", False)
    assert told["files"][0]["problems"][0]["line"] == 1


def test_check_without_any_workflow_is_an_error(cli: Turbo) -> None:
    ended = cli("check")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no turbo.yaml" in ended.err
    assert cli("check", "nothing").code == 2
    assert cli("check", "-f", "nothing.yaml").code == 2


def test_control_sequences_of_a_file_do_not_reach_the_terminal(cli: Turbo, project: Path) -> None:
    (project / "turbo.yaml").write_text('name: "\\e[31mx"\ntasks:\n  "\\e[2Ja": {run: "true"}\n')
    for arguments in (["check"], ["list"], []):
        ended = cli(*arguments)
        assert "\x1b" not in ended.out + ended.err


# ---------------------------------------------------------------- plan, graph, schema


@pytest.fixture
def planned(project: Path, shelf: Shelf) -> Path:
    shelf.plugin("files", PLANNED, group="turbo.actions")
    (project / "turbo.yaml").write_text(PLAN)
    (project / "workflows").mkdir()
    (project / "workflows" / "inner.yaml").write_text(INNER)
    return project


def test_plan_tells_what_is_known_and_acts_on_nothing(cli: Turbo, planned: Path) -> None:
    ended = cli("plan", "-i", "path=a.txt", "--json")
    tasks = {task["address"]: task for task in json.loads(ended.out)["tasks"]}
    assert tasks["known"]["would"] == "move to/a.txt"
    assert tasks["fails"]["would"] == "(cannot tell: ValueError: no such path)"
    assert tasks["unknown"]["would"] == ""
    assert tasks["list"]["title"] == "ls to/a.txt ${{ run.id }}"
    assert tasks["never"]["when"] == "false"
    assert tasks["sometimes"]["when"] == "${{ tasks.list.ok }}"
    assert tasks["sometimes"]["needs"] == ["list: any"]
    assert (tasks["cells"]["cells"], tasks["open"]["cells"], tasks["known"]["cells"]) == (3, -1, None)
    assert tasks["nested/say"]["title"] == "hi a.txt"
    assert tasks["hidden/say"]["title"] == "hi ${{ inputs.name }}"
    assert (tasks["publish"]["title"], tasks["publish"]["risk"], tasks["known"]["risk"]) == ("Publish a.txt?", "", "change")
    assert {task["phase"] for task in tasks.values()} == {"one", "two", "main", "on_failure", "finally"}
    assert not (planned / ".turbo").exists()


def test_plan_draws_phases_and_notes(cli: Turbo, planned: Path) -> None:
    ended = cli("plan", "-i", "path=a.txt")
    assert ended.code == 0
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    for line in (
        "one",
        "nested/main",
        "known change files.move",
        "would move to/a.txt",
        "skipped: its condition is false",
        "3 cells",
    ):
        assert line in lines
    assert "noise" not in ended.out
    assert "a matrix whose cells only the run knows" in lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan"], "the input 'path' is required"),
        (["plan", "-i", "path"], "'path' is not key=value"),
        (["plan", "-i", "pth=x"], "did you mean path?"),
        (["plan", "nothing"], "there is no workflow 'nothing'"),
    ],
)
def test_plan_refuses_what_run_refuses(cli: Turbo, planned: Path, arguments: list[str], message: str) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_graph_has_three_forms(cli: Turbo, project: Path) -> None:
    assert cli("graph").out.splitlines()[:2] == ["one", "├── greet  [run]  printf '\\033[31mhello %s\\033[0m\\n' \"$WHO\" …"]
    assert cli("graph", "hello", "--format", "mermaid").out.startswith("flowchart LR\n")
    assert cli("graph", "-f", "turbo.yaml", "--format", "dot").out.startswith("digraph workflow {\n")
    assert cli("graph", "--format", "svg").code == 2


def test_schema_is_json_schema(cli: Turbo) -> None:
    assert "phases" in json.loads(cli("schema").out)["properties"]
