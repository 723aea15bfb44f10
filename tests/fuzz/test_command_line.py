"""Odd arguments, environments and settings: whatever is given, Turbo ends with a code that is documented, and says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import click
import pytest

from tests.cli.conftest import Turbo, cli
from tests.figures import Figure
from tests.fuzz.mutations import TOKENS, VALUES
from turbo_core.cli.group import turbo
from turbo_core.settings_table import SETTINGS

__all__ = ["cli"]

pytestmark = pytest.mark.slow

DOCUMENTED: Final = frozenset({0, 1, 2, 3, 65, 74, 75, 130, 143})
"""All exit codes but 70, a fault of ours, and that of SIGHUP, which nobody sends here."""

WORKFLOW: Final = """
name: small
inputs: {n: {type: integer, default: 1}}
tasks: {a: {run: 'true'}, b: {decide: ok, ask: {within: 2h}}}
"""
AWAY: Final = frozenset({"plugin", "do", "test", "wait", "completion"})
"""Commands that install, act, wait for somebody or answer for a shell."""
ENDLESS: Final = frozenset({"--open", "--follow", "--wait", "--watch"})
"""Options that wait for somebody, or call for another program."""

ODD: Final = (
    *(token for token in (*TOKENS, *VALUES) if "\0" not in token and token.isascii()),
    "", " ", "-", "--", "---", "-x", "--=", "--no-such", "-1", "0", "1e9", "99999999999999999999", "n=1", "n=x", "n", "=", "n=@",
    "n=@/etc",
    "n=@missing", "@", "a", "b", "a[0]", "a/b", "latest", "small", "turbo.yaml", ".", "..", "/", "/dev/null", "../../..",
    "~nobody-there/x",
    "a" * 5_000, "%s", "{0}", "'", '"', "$(id)", "\x1b[31m", "\n", "*", "[a", "(", "\\",
)  # fmt: skip

HERE: Final = tuple(value for value in ODD if not value.startswith(("/", "..")))
"""Those that name no folder outside of the test's own."""


def _commands() -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every command of the core that only looks and writes, with its options."""
    context = click.Context(turbo)
    for name in turbo.list_commands(context):
        command = turbo.get_command(context, name)
        if command is not None and name not in AWAY:
            found = [*command.commands.items()] if isinstance(command, click.Group) else []
            for path, one in [((name,), command), *(((name, inner), one) for inner, one in found)]:
                yield path, [option for parameter in one.params for option in parameter.opts if option not in ENDLESS]


def _line(chance: Random, commands: list[tuple[tuple[str, ...], list[str]]]) -> list[str]:
    path, options = chance.choice(commands)
    odd = [chance.random() < 0.6 or not options for _ in range(chance.randint(0, 4))]
    words = [chance.choice(ODD if one else options) for one in odd]
    before = [chance.choice((*ODD, "--debug", "--project", "--no-plugins", "-p", "--version"))] if chance.random() < 0.1 else []
    return [word for word in (*before, *path, *words) if word not in ENDLESS]


@pytest.fixture
def folder(cli: Turbo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / "turbo.yaml").write_text(WORKFLOW)
    monkeypatch.setenv("CI", "1")
    return project


@pytest.mark.timeout(0)
def test_any_arguments_end_with_a_documented_code(cli: Turbo, folder: Path, long: bool, figure: Figure) -> None:
    commands, count = [*_commands()], 5_000 if long else 150
    for number in range(count):
        line = _line(Random(number), commands)
        ended = cli(*line)
        assert ended.code in DOCUMENTED, (number, line, ended)
        assert ended.code != 2 or ended.err or ended.out, (number, line)
    figure("command lines", count)


_KEYS: Final = tuple(setting.key for setting in SETTINGS)


def _settings(chance: Random) -> str:
    """A turbo.toml: right keys with odd values, odd keys, broken text."""
    lines = []
    for _ in range(chance.randint(1, 4)):
        key = chance.choice((*_KEYS, "plugins.x.y", "groups.g", "odd", "'odd key'", "a.b.c"))
        value = chance.choice(
            (
                json.dumps(chance.choice(HERE)),
                *["1", "-1", "true", "[]", "{}", "[1,'a']", "{a=1}", "1979-05-27", "nan", "0x10", "'"],
            )
        )
        lines.append(chance.choice((f"{key} = {value}", f"[{key}]", f"[[{key}]]", chance.choice(ODD))))
    return "\n".join(lines) + "\n"


@pytest.mark.timeout(0)
def test_any_settings_end_with_a_documented_code(cli: Turbo, folder: Path, long: bool, figure: Figure) -> None:
    count = 5_000 if long else 200
    for number in range(count):
        chance = Random(number)
        data = _settings(chance).encode("utf-8", "surrogatepass")
        (folder / "turbo.toml").write_bytes(data if chance.random() < 0.9 else chance.randbytes(20))
        line = chance.choice((("config", "show"), ("list",), ("check",), ("plan",), ("runs",)))
        ended = cli(*line)
        assert ended.code in DOCUMENTED, (number, line, data, ended)
        assert ended.code != 2 or "error: " in ended.err, (number, line, data)
    figure("settings files", count)


@pytest.mark.timeout(0)
def test_any_environment_ends_with_a_documented_code(cli: Turbo, folder: Path, long: bool, figure: Figure) -> None:
    names = [*(setting.variable for setting in SETTINGS if setting.variable), *["TURBO_PLUGIN_X_Y", "TURBO_", "TURBO_NO_SUCH"]]
    names += [
        "COLUMNS",
        "LINES",
        "TERM",
        "NO_COLOR",
        "FORCE_COLOR",
        "CI",
        "LANG",
        "TZ",
        "HOME",
        "EDITOR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
    ]
    count = 5_000 if long else 100
    for number in range(count):
        chance = Random(number)
        with pytest.MonkeyPatch.context() as patch:
            for _ in range(chance.randint(1, 3)):
                patch.setenv(chance.choice(names), chance.choice(HERE))
            line = chance.choice((("config", "show"), ("list",), ("check",), ("plan",), ("runs",)))
            ended = cli(*line)
        assert ended.code in DOCUMENTED, (number, line, ended)
    figure("environments", count)
