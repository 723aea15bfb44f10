"""The way in and the way out: start-up, global options, errors, exit codes, crash reports; partly through the real process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Turbo
from tests.plugins.shelf import ACTIONS, HOOKS, Shelf
from turbo_core import __version__
from turbo_core.cli.group import turbo as group
from turbo_core.cli.main import main
from turbo_core.cli.table import COMMANDS, HIGHER
from turbo_core.plugins.names import RESERVED

SCRIPT = Path(sys.executable).parent / "turbo"
HEAVY = {
    "pydantic",
    "rich",
    "jinja2",
    "requests",
    "pluggy",
    "stevedore",
    "sqlite3",
    "yaml",
    "importlib_metadata",
    "ahocorasick_rs",
}
DUMP = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
sys.argv[0] = "turbo"
sys.path[0] = sys.argv.pop(1)
from turbo_core.cli.main import main
main()
"""


def process(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), *arguments],
        cwd=cwd,
        env=os.environ | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def modules_of(*arguments: str, site: Path, cwd: Path) -> set[str]:
    """The modules that a command line loads, in a process of its own, without those of coverage."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", DUMP, str(site), *arguments]
    ended = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stderr.splitlines()[-1]))


# ---------------------------------------------------------------- start-up


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_the_version_needs_nothing(tmp_path: Path, arguments: list[str]) -> None:
    loaded = modules_of(*arguments, site=tmp_path, cwd=tmp_path)
    assert "click" not in loaded
    assert {name for name in loaded if name.startswith("turbo_core")} == {"turbo_core", "turbo_core.cli", "turbo_core.cli.main"}


def test_the_help_imports_no_plugin_and_nothing_heavy(cli: Turbo, shelf: Shelf, tmp_path: Path) -> None:
    for number in range(20):
        shelf.plugin(f"p{number}", HOOKS)
        shelf.plugin(f"a{number}", ACTIONS, group="turbo.actions")
    shelf.settle()
    # The first start reads the metadata of what is installed; the names are remembered from then on.
    modules_of("--help", site=shelf.folder, cwd=tmp_path)
    loaded = modules_of("--help", site=shelf.folder, cwd=tmp_path)
    assert {name for name in loaded if name.split(".")[0] in HEAVY} == set()
    assert {name for name in loaded if name.startswith(("turbo_shelf", "turbo_plugin"))} == set()


def test_the_help_lists_everything_under_headings(cli: Turbo, shelf: Shelf) -> None:
    shelf.plugin("echo", ACTIONS, group="turbo.actions")
    told = cli("--help").out
    for heading in ("Run:", "Look:", "Write:", "Plugins:", "Actions of plugins:"):
        assert f"\n{heading}\n" in told
    for name, help_text in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(help_text)}$", told, re.MULTILINE)
    assert re.search(r"^  echo +From turbo-plugin-echo\.$", told, re.MULTILINE)
    assert "turbo-plugin-echo" not in cli("--no-plugins", "--help").out


def test_the_table_names_the_modules_and_reserves_their_names() -> None:
    assert COMMANDS.keys() <= RESERVED
    above = {point.name: point for point in distribution("turbo-core").entry_points if point.group == "turbo.commands"}
    assert above.keys() == HIGHER
    for name in COMMANDS:
        command = above[name].load() if name in HIGHER else import_module(f"turbo_core.cli.{name}").command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert command.help


def test_wrong_settings_do_not_stop_the_help(cli: Turbo) -> None:
    Path("turbo.toml").write_text("nonsense = 1\n")
    assert cli("--help").code == 0
    ended = cli("list")
    assert ended.code == 2
    assert "there is no setting 'nonsense'" in ended.err


def test_the_console_script_and_the_command_tell_the_version(cli: Turbo, tmp_path: Path) -> None:
    assert process("--version", cwd=tmp_path).stdout == f"turbo {__version__}\n"
    assert cli("version").out == cli("--version").out == f"turbo {__version__}\n"


# ---------------------------------------------------------------- global options


def test_the_project_can_be_named(cli: Turbo, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "hello: Greet somebody." in cli("--project", "project", "list").out
    assert "not a folder" in cli("--project", "nowhere", "list").err


@pytest.mark.parametrize(("color", "painted"), [("always", True), ("never", False), ("auto", False)])
def test_colours_are_as_wanted(cli: Turbo, project: Path, ran: str, color: str, painted: bool) -> None:
    assert ("\x1b[32m" in cli("--color", color, "show").out) is painted


def test_a_plugin_that_is_not_there_cannot_be_turned_on(cli: Turbo) -> None:
    ended = cli("-p", "nothing", "list")
    assert ended.code == 2
    assert "no plugin is named 'nothing'" in ended.err


@pytest.mark.parametrize(
    ("word", "hint"), [("lst", "Did you mean list?"), ("show-run", "'show-run'."), ("xyzzy", "No such command 'xyzzy'.\n")]
)
def test_an_unknown_command_is_refused_with_what_comes_close(cli: Turbo, word: str, hint: str) -> None:
    ended = cli(word)
    assert (ended.code, ended.out) == (2, "")
    assert hint in ended.err


def test_names_are_completed(cli: Turbo, shelf: Shelf, tmp_path: Path) -> None:
    shelf.plugin("echo", ACTIONS, group="turbo.actions")
    assert {"run", "echo"} <= set(group.list_commands(click.Context(group)))
    ended = process("", cwd=tmp_path, _TURBO_COMPLETE="bash_complete", COMP_WORDS="turbo sch", COMP_CWORD="1")
    assert ended.stdout == "plain,schema\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_is_of_that_shell(cli: Turbo, shell: str) -> None:
    ended = cli("completion", shell)
    assert ended.code == 0
    assert f"_TURBO_COMPLETE={shell}_complete" in ended.out


# ---------------------------------------------------------------- ways out


def test_errors_have_their_codes_and_no_traceback(cli: Turbo, project: Path) -> None:
    (project / "turbo.yaml").write_text("name: x\ntasks:\n  a: {run: exit 4}\n")
    for arguments, code in ((["run"], 1), (["run", "nothing"], 2), (["--nothing"], 2), (["show"], 0), (["nothing"], 2)):
        ended = process(*arguments, cwd=project)
        assert ended.returncode == code, ended.stderr
        assert "Traceback" not in ended.stdout + ended.stderr


def test_an_invalid_workflow_is_told_problem_by_problem(cli: Turbo, project: Path) -> None:
    (project / "turbo.yaml").write_text("name: x\ntasks:\n  a: {rum: x}\n  b: {needs: [c], run: x}\n")
    ended = cli("run")
    assert ended.code == 2
    *problems, count = ended.err.splitlines()
    assert all(re.match(r"turbo\.yaml:\d+:\d+: E-[a-z]+: ", line) for line in problems)
    assert count == f"error: {len(problems)} problems in the workflow"


def test_an_option_at_the_wrong_place_is_told_its_place(cli: Turbo, project: Path) -> None:
    assert "It stands before the command: turbo --project …" in cli("run", "--project", "elsewhere").err
    assert "stands" not in cli("run", "--projekt", "elsewhere").err


def test_of_very_many_problems_the_first_are_told_and_the_others_counted(cli: Turbo, project: Path) -> None:
    (project / "turbo.yaml").write_text("name: x\ntasks:\n" + "".join(f"  t{number}: {{rum: x}}\n" for number in range(70)))
    ended = cli("check")
    *problems, more, count = ended.err.splitlines()
    assert ended.code == 2
    assert len(problems) == 50
    assert all(re.match(r"turbo\.yaml:\d+:\d+: E-[a-z]+: ", line) for line in problems)
    total = len(json.loads(cli("check", "--json").out)["files"][0]["problems"])
    assert (more, count) == (f"… and {total - 50} more after these", f"error: {total} problems in the workflow")


def test_ctrl_c_ends_a_command_with_130(cli: Turbo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("turbo_core.cli.shell.App", interrupt)
    ended = cli("list")
    assert (ended.code, ended.err.strip()) == (130, "interrupted")


def test_nobody_reads_any_more(cli: Turbo, project: Path, ran: str) -> None:
    command = f"'{SCRIPT}' events --json; echo $? >&2"
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        ["/bin/sh", "-c", command], cwd=project, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )
    os.close(writer)
    assert ended.stderr == "141\n"


def crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("hunter2-hunter2 and tiny")

    monkeypatch.setattr("turbo_core.cli.shell.App", fail)


def test_a_fault_leaves_a_crash_report_without_values(cli: Turbo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(monkeypatch)
    ended = cli("run", "-i", "token=hunter2-hunter2", "--comment=hunter2-hunter2", "tiny")
    assert ended.code == 2
    ended = cli("run", "-i", "token=hunter2-hunter2", "tiny")
    assert (ended.code, ended.out, ended.err.count("\n")) == (70, "", 1)
    path = Path(ended.err.strip().rpartition(" ")[2])
    assert path.parent == tmp_path / "caches" / "crashes"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "command: turbo run -i … …\n" in text
    assert "ZeroDivisionError: … and tiny" in text
    assert "hunter2" not in text
    assert f"turbo {__version__}" in text


def test_values_after_an_equals_sign_stay_out_too(cli: Turbo, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(monkeypatch)
    path = Path(cli("run", "--input=a=hunter2-hunter2").err.strip().rpartition(" ")[2])
    assert "command: turbo run --input=…\n" in path.read_text()


def test_debug_shows_the_traceback(cli: Turbo, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(monkeypatch)
    assert "Traceback" not in cli("list").err
    assert "Traceback" in cli("--debug", "list").err


def test_a_crash_report_finds_another_place(cli: Turbo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(monkeypatch)
    (tmp_path / "caches").write_text("a file, where the folder should be")
    other = tmp_path / "temporary"
    monkeypatch.setattr("tempfile.tempdir", str(other))
    assert str(other) in cli("list").err
    other_file = tmp_path / "no-folder"
    other_file.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(other_file))
    assert "nowhere" in cli("list").err


def test_ctrl_c_while_turbo_is_imported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("turbo_core.cli.main.import_module", interrupt)
    monkeypatch.setattr("turbo_core.cli.main._leave", sys.exit)
    monkeypatch.setattr(sys, "argv", ["turbo", "run"])
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, capsys.readouterr().err) == (130, "interrupted\n")
