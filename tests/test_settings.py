from __future__ import annotations

import os
import pty
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest

from turbo_core import settings
from turbo_core.errors import UsageError
from turbo_core.settings import Placed, Settings, account, environment, is_ci, read_settings, terminal
from turbo_core.settings_table import SETTINGS

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def person(around: dict[str, str], text: str) -> Path:
    file = Path(around["XDG_CONFIG_HOME"]) / "turbo" / "turbo.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def test_defaults(project: Path, around: dict[str, str]) -> None:
    assert read_settings(project, surroundings=around) == Settings(
        cache_folder=Path(around["XDG_CACHE_HOME"]) / "turbo", jobs=os.cpu_count() or 1
    )


def test_folders_without_xdg(project: Path) -> None:
    for around in ({}, {"XDG_CACHE_HOME": "relative"}):
        assert read_settings(project, surroundings=around).cache_folder == Path.home() / ".cache" / "turbo"


def test_later_places_win(project: Path, around: dict[str, str]) -> None:
    mine = person(around, "jobs = 1\nkeep = 1\nautonomy = 'full'\nreport = false\n[plugins.slack]\nchannel = 'a'\ntoken = 'b'\n")
    ours = project / "turbo.toml"
    ours.write_text("jobs = 2\nkeep = 2\nautonomy = 'manual'\n[plugins]\nslack = {channel = 'c'}\n")
    found = read_settings(project, {"jobs": 4, "keep": None}, around | {"TURBO_JOBS": "3", "TURBO_KEEP": "3"})
    assert (found.jobs, found.keep, found.autonomy, found.report) == (4, 3, "manual", False)
    assert found.plugin_tables == {
        "slack": {"channel": Placed(value="c", place=str(ours)), "token": Placed(value="b", place=str(mine))}
    }
    assert found.origins == {
        "jobs": "command line",
        "keep": "environment",
        "autonomy": str(ours),
        "report": str(mine),
        "plugins.slack.channel": str(ours),
        "plugins.slack.token": str(mine),
    }


def test_everything_in_pyproject(project: Path, around: dict[str, str]) -> None:
    (project / "pyproject.toml").write_text("""
        [tool.turbo]
        jobs = 2
        color = "never"
        cache_folder = "cache"
        groups = {maintainers = ["ada", "grace"]}
        secrets.providers = ["vault", "env"]
        [tool.turbo.plugins]
        disabled = ["slack"]
        weights = {learn = 3}
        [tool.turbo.plugins.git]
        remote = "origin"
    """)
    found = read_settings(project, surroundings=around)
    assert (found.jobs, found.color, found.cache_folder) == (2, "never", project / "cache")
    assert (found.groups, found.secret_providers) == ({"maintainers": ("ada", "grace")}, ("vault", "env"))
    assert (found.disabled, found.weights) == (("slack",), {"learn": 3})
    assert found.plugin_tables["git"]["remote"].value == "origin"


def test_a_pyproject_of_others(project: Path, around: dict[str, str]) -> None:
    (project / "pyproject.toml").write_text("[tool.other]\njobs = 3\n")
    (project / "turbo.toml").write_text("jobs = 2\n")
    assert read_settings(project, surroundings=around).jobs == 2


def test_two_files_in_a_project(project: Path, around: dict[str, str]) -> None:
    (project / "pyproject.toml").write_text("[tool.turbo]\n")
    (project / "turbo.toml").write_text("")
    with pytest.raises(UsageError, match=r"turbo.toml: the project's settings stand in two files; .*pyproject.toml has a table"):
        read_settings(project, surroundings=around)


def test_variables(project: Path, around: dict[str, str]) -> None:
    variables = {
        "TURBO_JOBS": "7",
        "TURBO_AUTONOMY": "full",
        "TURBO_COLOR": "always",
        "TURBO_CACHE_FOLDER": "~/x",
        "TURBO_REPORT": "FALSE",
        "TURBO_KEEP": "5",
        "TURBO_SECRETS_PROVIDERS": "vault, env,",
        "TURBO_PLUGINS_DISABLED": "a",
        "TURBO_TASK": "build",
        "TURBO_TOKEN": "of another program",
    }
    found = read_settings(project, surroundings=around | variables)
    assert (found.jobs, found.autonomy, found.color, found.report, found.keep) == (7, "full", "always", False, 5)
    assert (found.cache_folder, found.secret_providers, found.disabled) == (Path.home() / "x", ("vault", "env"), ("a",))
    assert read_settings(project, surroundings=around | {"TURBO_JOBS": ""}).jobs == (os.cpu_count() or 1)


def test_no_color(project: Path, around: dict[str, str]) -> None:
    assert read_settings(project, surroundings=around | {"NO_COLOR": "1"}).color == "never"
    assert read_settings(project, surroundings=around | {"NO_COLOR": ""}).color == "auto"
    assert read_settings(project, surroundings=around | {"NO_COLOR": "1", "TURBO_COLOR": "always"}).color == "always"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("job = 3", "there is no setting 'job'; did you mean 'jobs'?"),
        ("xyzzy = 3", "there is no setting 'xyzzy'; there are: approvers, ask_before, autonomy, cache_folder"),
        ("secrets.provider = []", "there is no setting 'secrets.provider'; did you mean 'secrets.providers'?"),
        ("plugins.disable = []", "there is no setting 'plugins.disable'; did you mean 'plugins.disabled'?"),
        ("plugins = 3", "there is no setting 'plugins'"),
        ("jobs = 0", "the setting 'jobs' is wrong; it is 0; it takes a whole number from 1 to 1024"),
        ("jobs = true", "it takes a whole number from 1 to 1024"),
        ("keep = -1", "it takes a whole number from 0 on"),
        ("keep = 1.5", "it takes a whole number from 0 on"),
        ("report = 1", "it takes true or false"),
        ("autonomy = 'high'", "it takes one of full, supervised, manual"),
        ("color = 3", "it takes one of auto, always, never"),
        ("cache_folder = ''", "it takes a path"),
        ("cache_folder = 3", "it takes a path"),
        ("plugins.disabled = 3", "it takes a list of names"),
        ("plugins.disabled = [3]", "it takes a list of names"),
        ("groups = 3", "it takes a table: name of the group"),
        ("groups = {a = 'ada'}", "it takes a table: name of the group"),
        ("plugins.weights = 3", "it takes a table: name of the plugin = weight"),
        ("plugins.weights = {a = -1}", "it takes a whole number from 0 on"),
        ("jobs = ", "the settings cannot be read; Invalid value"),
        ("\udcff", "the settings cannot be read"),
    ],
)
def test_mistakes_in_files(project: Path, around: dict[str, str], text: str, told: str) -> None:
    file = project / "turbo.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as error:
        read_settings(project, surroundings=around)
    assert str(error.value).startswith(f"{file}: ")
    assert told in str(error.value)


def test_mistakes_in_variables_and_flags(project: Path, around: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"environment: there is no setting 'TURBO_JOB'; did you mean 'TURBO_JOBS'\?"):
        read_settings(project, surroundings=around | {"TURBO_JOB": "3"})
    with pytest.raises(UsageError, match="environment: the setting 'TURBO_JOBS' is wrong; it is 'many'"):
        read_settings(project, surroundings=around | {"TURBO_JOBS": "many"})
    with pytest.raises(UsageError, match="command line: the setting 'jobs' is wrong; it is 0"):
        read_settings(project, {"jobs": 0}, around)


def test_all_mistakes_are_told_at_once(project: Path, around: dict[str, str]) -> None:
    file = project / "turbo.toml"
    file.write_text("job = 3\nkeep = -1\n")
    with pytest.raises(UsageError) as error:
        read_settings(project, {"color": "red"}, around | {"TURBO_JOB": "3"}, {"keeps": "3", "autonomy": "high"})
    assert error.value.what == "6 settings are wrong"
    assert [line.partition(";")[0] for line in error.value.why.splitlines()] == [
        f"{file}: there is no setting 'job'",
        f"{file}: the setting 'keep' is wrong",
        "environment: there is no setting 'TURBO_JOB'",
        "command line: there is no setting 'keeps'",
        "command line: the setting 'autonomy' is wrong",
        "command line: the setting 'color' is wrong",
    ]


# ---------------------------------------------------------------- --set


def test_what_is_assigned_is_read_as_text(project: Path, around: dict[str, str]) -> None:
    assigned = {
        "jobs": "3",
        "report": "false",
        "secrets.providers": "vault,env",
        "groups": '{"ops": ["ada"]}',
        "plugins.weights": '{"learn": 3}',
        "plugins.slack.channel": "#ci",
    }
    found = read_settings(project, None, around | {"TURBO_JOBS": "2"}, assigned)
    assert (found.jobs, found.report, found.secret_providers) == (3, False, ("vault", "env"))
    assert (found.groups, found.weights) == ({"ops": ("ada",)}, {"learn": 3})
    assert found.plugin_tables == {"slack": {"channel": Placed(value="#ci", place="command line", text=True)}}
    assert found.origins["plugins.slack.channel"] == "command line"
    assert read_settings(project, {"jobs": 4}, around, {"jobs": "3"}).jobs == 4


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("job", "3", "there is no setting 'job'; did you mean 'jobs'?"),
        ("plugins.slack", "3", "there is no setting 'plugins.slack'"),
        ("plugins..a", "3", "there is no setting 'plugins..a'"),
        ("jobs", "many", "the setting 'jobs' is wrong; it is 'many'"),
        ("groups", "ada", "it takes a table: name of the group"),
    ],
)
def test_mistakes_in_what_is_assigned(project: Path, around: dict[str, str], key: str, value: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        read_settings(project, None, around, {key: value})
    assert str(error.value).startswith("command line: ")
    assert told in str(error.value)


# ---------------------------------------------------------------- plugins


def test_variables_of_plugins_are_kept_for_them(project: Path, around: dict[str, str]) -> None:
    ours = {"TURBO_PLUGIN_SLACK_CHANNEL": "#ci", "TURBO_PLUGIN_S_DISABLED": "x"}
    found = read_settings(project, None, around | ours | {"TURBO_PLUGIN_SLACK_EMPTY": "", "TURBO_JOBS": "2"})
    assert found.plugin_variables == ours
    with pytest.raises(UsageError, match=r"'TURBO_PLUGIN_DISABLED'; did you mean 'TURBO_PLUGINS_DISABLED'\?"):
        read_settings(project, None, around | {"TURBO_PLUGIN_DISABLED": "x"})


# ---------------------------------------------------------------- surroundings


def test_the_environment_is_a_copy() -> None:
    mine = environment()
    mine["TURBO_TEST_COPY"] = "1"
    assert "TURBO_TEST_COPY" not in os.environ
    assert mine["PATH"] == os.environ["PATH"]


def test_the_account_is_not_what_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mallory")
    assert account() == pwd.getpwuid(os.getuid()).pw_name


def test_an_account_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    assert account() == "uid:3999999999"


@pytest.mark.parametrize(
    ("value", "ci"), [("", False), ("0", False), ("False", False), ("1", True), ("true", True), ("yes", True)]
)
def test_is_ci(value: str, ci: bool) -> None:
    assert is_ci({"CI": value}) is ci
    assert is_ci({}) is False


def in_a_terminal(call: str) -> str:
    """What the expression gives in a process whose three streams are a terminal."""
    ours, theirs = pty.openpty()
    code = (
        f"from turbo_core.settings import *; found = {call}; print(found.interactive, found.live, found.color, found.columns > 0)"
    )
    with os.fdopen(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs)
        failed = process.wait(60)
        shown = screen.read(10_000)
        assert not failed, shown
        os.close(theirs)
    return shown.decode().strip()


def test_a_terminal() -> None:
    assert in_a_terminal("terminal('auto', {'TERM': 'xterm'})") == "True True True True"
    assert in_a_terminal("terminal('never', {'TERM': 'xterm'})") == "True True False True"
    assert in_a_terminal("terminal('auto', {'TERM': 'dumb'})") == "True False False True"
    assert in_a_terminal("terminal('auto', {'TERM': 'xterm', 'CI': '1'})") == "False False True True"


def test_no_terminal() -> None:
    code = "from turbo_core.settings import *; print([terminal(c, e).color for c, e in [{}]])".format(
        "('auto', {}), ('always', {}), ('auto', {'FORCE_COLOR': '1'}), ('never', {'FORCE_COLOR': '1'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    assert done.stdout.strip() == "[False, True, True, False]"
    seen = terminal("auto", {})
    assert seen.lines > 0


# ---------------------------------------------------------------- the reference


def test_the_reference_lists_every_setting() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (.*?) \| (.*?) \| (.*?) \|$", DOCS.read_text(), re.MULTILINE)
    default = Settings(cache_folder=Path())
    shown = {(): "`[]`", True: "`true`", ("env", "file"): '`["env", "file"]`'}
    expected = []
    for setting in SETTINGS:
        value = getattr(default, setting.field)
        if setting.field == "jobs":
            told = "the number of processors"
        elif setting.field == "cache_folder":
            told = "`~/.cache/turbo`"
        elif value == {} or setting.field == "documents":
            told = "`{}`"
        else:
            told = shown.get(value) or f"`{value}`"
        expected.append((setting.key, told, f"`{setting.variable}`" if setting.variable else "", setting.help))
    assert rows == expected


def test_every_field_is_a_setting() -> None:
    assert set(Settings.__struct_fields__) - {setting.field for setting in SETTINGS} == {
        "plugin_tables",
        "plugin_variables",
        "origins",
    }


def test_the_example_of_the_reference_is_valid(project: Path, around: dict[str, str]) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (project / "turbo.toml").write_text(example)
    found = read_settings(project, surroundings=around)
    assert found.groups
    assert found.plugin_tables


def test_nobody_else_reads_the_environment() -> None:
    root = Path(settings.__file__).parent
    # A supervisor is given its environment by message and has to set it.
    allowed = {root / "settings.py", root / "engine" / "process" / "surroundings.py"}
    readers = [
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b|\bfrom os import .*environ", file.read_text()) and file not in allowed
    ]
    assert readers == []


def test_an_account_that_is_not_there_is_told(project: Path, around: dict[str, str]) -> None:
    (project / "turbo.toml").write_text("cache_folder = '~nobody-there/x'\n")
    with pytest.raises(UsageError, match="it takes a path, also one that begins with ~ and an account that is there"):
        read_settings(project, surroundings=around)
    with pytest.raises(UsageError, match="TURBO_CACHE_FOLDER"):
        read_settings(project.parent, surroundings={**around, "TURBO_CACHE_FOLDER": "~nobody-there/x"})
