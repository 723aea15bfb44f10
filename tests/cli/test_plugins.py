"""What plugins bring to the command line: namespaces of actions, commands, ``turbo do``, ``turbo plugin``, ``turbo doctor``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Turbo
from tests.plugins.shelf import HOOKS, Shelf
from turbo_core.cli.doctor import sqlite
from turbo_core.cli.mounts import file_system, from_mount, from_table

ACTIONS = '''
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from turbo_core import ActionFailed, Context, action


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    values: dict[str, Any]
    rows: list[dict[str, int]] = field(default_factory=list)
    text: str = ""


@action(risk="read")
def tell(
    context: Context,
    text: str,
    count: int = 1,
    share: Decimal = Decimal("0.5"),
    loud: bool = False,
    color: Literal["red", "green"] = "red",
    names: list[str] = ["a", "b"],
    numbers: list[int] | None = None,
    point: Point | None = None,
    either: int | str = 3,
    json: str = "",
    not_secret: Path = Path("x"),
) -> Told:
    """Tell what was given.

    More about it.

    Args:
        text: what is told.
    """
    context.log(f"telling \\x1b[31m{text}\\x1b[0m")
    given = {name: value for name, value in locals().items() if name != "context"}
    given["point"] = None if point is None else [point.x, point.y]
    return Told(values=given, rows=[{"a": 1, "b": 2}, {"a": 30}], text="one\\ntwo")


@action(risk="read")
def number(context: Context) -> int:
    """Give a number."""
    return 42


@action(risk="read")
def fail(context: Context) -> None:
    """Fail."""
    print("before")
    raise ActionFailed("it is broken", next_step="mend it")


@action(risk="change")
def write(context: Context, path: str) -> None:
    """Write a file."""
    (context.project / path).write_text("written")


@action(risk="change")
def import_(context: Context) -> list[str]:
    """Import nothing."""
    return []
'''
COMMAND = """
import click

@click.command()
@click.argument("word")
@click.pass_obj
def serve(shell, word):
    "Serve."
    click.echo(f"{word} in {shell.app().project.name}")
    return 7

thing = 3
"""


@pytest.fixture
def echo(cli: Turbo, shelf: Shelf) -> Shelf:
    shelf.plugin("echo", ACTIONS, group="turbo.actions")
    return shelf


# ---------------------------------------------------------------- actions


def told(cli: Turbo, *arguments: str) -> dict[str, object]:
    ended = cli("echo", "tell", "--text", "hi", *arguments, "--json")
    assert ended.code == 0, ended.err
    values: dict[str, object] = json.loads(ended.out)["values"]
    return values


def test_an_action_gets_its_own_defaults(cli: Turbo, echo: Shelf) -> None:
    assert told(cli) == {
        "text": "hi",
        "count": 1,
        "share": 0.5,
        "loud": False,
        "color": "red",
        "names": ["a", "b"],
        "numbers": None,
        "point": None,
        "either": 3,
        "json": "",
        "not_secret": "x",
    }


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--count", "3"], "count", 3),
        (["--share", "0.25"], "share", 0.25),
        (["--loud"], "loud", True),
        (["--no-loud"], "loud", False),
        (["--color", "green"], "color", "green"),
        (["--names", "x"], "names", ["x"]),
        (["--names", "x", "--names", "y"], "names", ["x", "y"]),
        (["--names", '["x", "y"]'], "names", ["x", "y"]),
        (["--names", "[]"], "names", []),
        (["--numbers", "1", "--numbers", "[2, 3]"], "numbers", [1, 2, 3]),
        (["--point", '{"x": 1, "y": 2}'], "point", [1, 2]),
        (["--either", "5"], "either", 5),
        (["--either", "five"], "either", "five"),
        (["--with-json", "j"], "json", "j"),
        (["--not-secret", "a/b"], "not_secret", "a/b"),
        (["--text", "${{ run.id }} $${{ x }}"], "text", "${{ run.id }} $${{ x }}"),
    ],
)
def test_each_type_has_its_form(cli: Turbo, echo: Shelf, arguments: list[str], name: str, value: object) -> None:
    assert told(cli, *arguments)[name] == value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing option '--text'"),
        (["--text", "x", "--count", "many"], "Invalid value for '--count': 'many' cannot be read"),
        (["--text", "x", "--count", "1.5"], "count: "),
        (["--text", "x", "--color", "blue"], "'blue' is not one of 'red', 'green'"),
        (["--text", "x", "--point", '{"x": "a"}'], "point"),
        (["--text", "x", "--txt", "x"], "No such option"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_runs(cli: Turbo, echo: Shelf, arguments: list[str], message: str) -> None:
    ended = cli("echo", "tell", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_outputs_are_readable_and_the_log_is_beside_them(cli: Turbo, echo: Shelf) -> None:
    ended = cli("echo", "tell", "--text", "hi")
    assert ended.err == "telling hi\n"
    assert "\nrows\n  a   b\n  1   2\n  30\ntext\n  one\n  two\n" in ended.out
    assert cli("echo", "number").out == "42\n"
    assert cli("do", "echo.number").out == "42\n"
    assert cli("echo", "import").out == "none\n"


def test_reading_leaves_nothing_behind(cli: Turbo, echo: Shelf) -> None:
    assert cli("echo", "number").code == 0
    assert list(Path.cwd().iterdir()) == []


def test_what_changes_something_is_a_run(cli: Turbo, echo: Shelf) -> None:
    assert cli("echo", "write", "--path", "file").code == 0
    assert Path("file").read_text() == "written"
    assert "succeeded  write" in cli("runs").out
    assert cli("why", "do").out.startswith("do ran")


def test_a_verb_that_cannot_name_a_workflow_works(cli: Turbo, echo: Shelf) -> None:
    assert cli("do", "echo.import", "--json").code == 0
    assert "succeeded  action" in cli("runs").out


def test_a_failed_action_tells_why(cli: Turbo, echo: Shelf) -> None:
    ended = cli("echo", "fail")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == ["before", "error: echo.fail failed", "  why:   it is broken; mend it"]


def test_the_help_of_actions(cli: Turbo, echo: Shelf) -> None:
    listed = cli("echo", "--help")
    assert re.search(r"^  tell +Tell what was given\.$", listed.out, re.MULTILINE)
    told = cli("echo", "tell", "-h").out
    assert "More about it." in told
    assert "Risk: read." in told
    assert re.search(r"--text STRING +what is told\. +\[required\]", told)
    assert re.search(r"--color red\|green +\[default: red\]", told)
    assert re.search(r'--names STRING +Repeatable, or one JSON list\. +\[default:\s+\["a","b"\]\]', told)
    assert "--loud / --no-loud" in told
    assert cli("do", "--help").out.count("echo.") == 5


def test_an_unknown_action_is_refused(cli: Turbo, echo: Shelf) -> None:
    assert "No such command 'tel'" in cli("echo", "tel").err
    assert "did you mean echo.tell?" in cli("do", "echo.tel").err
    ended = cli("do", "nothing")
    assert (ended.code, ended.out) == (2, "")
    assert "NAMESPACE.VERB" in ended.err


# ---------------------------------------------------------------- commands of plugins


def test_a_command_of_a_plugin_gets_the_shell_and_gives_the_exit_code(cli: Turbo, shelf: Shelf) -> None:
    shelf.install("turbo-plugin-serve", {"turbo_shelf_serve": COMMAND}, {"turbo.commands": {"serve": "turbo_shelf_serve:serve"}})
    ended = cli("serve", "here")
    assert (ended.code, ended.out) == (7, "here in project\n")
    assert re.search(r"More commands:\n  serve +From turbo-plugin-serve\.", cli("--help").out)
    assert "No such command" in cli("--no-plugins", "serve", "here").err
    assert "No such command" in cli("-p", "no:serve", "serve", "here").err


def test_a_plugin_whose_command_is_none_is_named(cli: Turbo, shelf: Shelf) -> None:
    shelf.install("turbo-plugin-serve", {"turbo_shelf_serve": COMMAND}, {"turbo.commands": {"serve": "turbo_shelf_serve:thing"}})
    ended = cli("serve")
    assert ended.code == 2
    assert "error: " in ended.err
    assert "serve" in ended.err


def test_a_broken_plugin_harms_only_itself(cli: Turbo, echo: Shelf) -> None:
    echo.plugin("broken", "raise RuntimeError('no')", group="turbo.actions")
    assert "broken" in cli("--help").out
    ended = cli("broken", "verb")
    assert (ended.code, ended.out) == (2, "")
    assert "RuntimeError" in ended.err
    assert "echo.tell" in cli("do", "--help").out
    assert cli("echo", "number").code == 0


# ---------------------------------------------------------------- plugin, doctor


def test_plugin_list_tells_states_and_problems(cli: Turbo, echo: Shelf) -> None:
    echo.plugin("judge", HOOKS)
    echo.plugin("broken", "raise RuntimeError('no')")
    ended = cli("-p", "no:judge", "plugin", "list")
    rows = {line.split("  ")[0]: line for line in ended.out.splitlines()}
    assert " on " in rows["echo"]
    assert "echo.tell, echo.number" in rows["echo"]
    assert " off " in rows["judge"]
    assert " set aside " in rows["broken"]
    assert any(
        line.startswith("set aside: turbo-plugin-broken 1.0 ") and "RuntimeError: no" in line for line in ended.out.splitlines()
    )


def test_plugin_list_as_json(cli: Turbo, echo: Shelf) -> None:
    echo.plugin("broken", "raise RuntimeError('no')")
    told = json.loads(cli("plugin", "list", "--json").out)
    states = {plugin["name"]: plugin["state"] for plugin in told["plugins"]}
    assert (states["echo"], states["broken"]) == ("on", "set aside")
    assert [problem["distribution"] for problem in told["problems"] if "broken" in problem["distribution"]] == [
        "turbo-plugin-broken"
    ]


def test_plugin_info_tells_all(cli: Turbo, echo: Shelf) -> None:
    echo.plugin("judge", HOOKS)
    ended = cli("plugin", "info", "echo")
    assert ended.out.splitlines()[0] == "echo  (actions of turbo-plugin-echo 1.0): on"
    assert re.search(r"^  action   tell +read +Tell what was given\.$", ended.out, re.MULTILINE)
    assert "hooks    turbo_decide" in cli("plugin", "info", "turbo-plugin-judge").out
    assert "offers   executor local" in cli("plugin", "info", "execute").out
    (value,) = json.loads(cli("plugin", "info", "echo", "--json").out)
    assert value["actions"]["write"]["risk"] == "change"


def test_plugin_info_tells_where_a_plugin_is_from(cli: Turbo, shelf: Shelf) -> None:
    origin = {"url": "https://example.invalid/x", "dir_info": {"editable": True}}
    points = {"turbo.plugins": {"far": "turbo_shelf_far"}, "turbo.commands": {"far": "turbo_shelf_far:missing"}}
    shelf.install("turbo-plugin-far", {"turbo_shelf_far": HOOKS}, points, origin=origin)
    ended = cli("plugin", "info", "far")
    assert "  from     https://example.invalid/x (editable)" in ended.out.splitlines()
    assert "set aside: turbo-plugin-far 1.0 (turbo.commands" in ended.out


def test_plugin_info_of_an_unknown_plugin(cli: Turbo, echo: Shelf) -> None:
    assert "did you mean echo?" in cli("plugin", "info", "ecko").err
    assert "turbo plugin search" in cli("plugin", "info", "xyz").err


def test_plugin_info_of_a_double_tells_why_it_is_not_there(cli: Turbo, echo: Shelf) -> None:
    echo.install("turbo-plugin-other", {"turbo_shelf_other": ACTIONS}, {"turbo.actions": {"echo": "turbo_shelf_other"}})
    ended = cli("plugin", "info", "echo")
    assert ended.code == 2
    assert "also taken by turbo-plugin-other 1.0" in ended.err


def test_doctor_tells_what_it_stands_on(cli: Turbo, echo: Shelf) -> None:
    Path("turbo.toml").write_text("jobs = 3\n[groups]\nteam = ['ann']\n")
    echo.plugin("broken", "raise RuntimeError('no')", group="turbo.actions")
    ended = cli("doctor")
    assert ended.code == 0
    facts = {line.split()[0]: line for line in ended.out.splitlines()}
    for name in ("turbo", "python", "platform", "sqlite", "project", "disk", "containment", "git", "cache", "plugins"):
        assert len(facts[name].split()) > 1, name
    assert re.search(r"^  jobs +3  \(.*turbo\.toml\)$", ended.out, re.MULTILINE)
    assert re.search(r"^  report +true  \(default\)$", ended.out, re.MULTILINE)
    assert re.search(r'^  groups +\{"team":\["ann"\]\}', ended.out, re.MULTILINE)
    assert "set aside: turbo-plugin-broken" in ended.out


def test_doctor_checks_a_journal(cli: Turbo, project: Path, ran: str) -> None:
    ended = cli("doctor", ran)
    assert ended.code == 0
    assert re.match(rf"ok: \d+ events in run {ran}, the last one is [0-9a-f]{{16}}\n", ended.out)
    (project / ".turbo" / "runs" / ran / "journal.db").write_bytes(b"no journal")
    assert cli("doctor", ran).code == 65


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_fault_of_sqlite_is_known_by_its_version(version: tuple[int, ...], faulty: bool) -> None:
    assert ("WAL-reset fault" in sqlite(version)) is faulty


def test_tables_of_mounts_are_read() -> None:
    table = "/dev/a / ext4 rw 0 0\nserver:/x /mnt/a\\040b nfs4 rw 0 0\n"
    assert list(from_table(table)) == [(Path("/"), "ext4"), (Path("/mnt/a b"), "nfs4")]
    printed = "/dev/disk3s1 on / (apfs, sealed, local)\n//u@host/x on /Volumes/My Disk (smbfs, nodev)\n"
    assert list(from_mount(printed)) == [(Path("/"), "apfs"), (Path("/Volumes/My Disk"), "smbfs")]


def test_a_network_file_system_is_warned_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"a / ext4 rw 0 0\nb {tmp_path.resolve()} nfs rw 0 0\n")
    monkeypatch.setattr("turbo_core.cli.mounts._LINUX", table)
    assert file_system(tmp_path).startswith("nfs; locks may not hold")
    assert file_system(Path("/")) == "ext4"
    table.write_text("")
    assert file_system(tmp_path) == "unknown"
