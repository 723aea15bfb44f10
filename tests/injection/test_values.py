"""Five hundred hostile values on every way into a command: each arrives byte for byte, and nothing else is started."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.acceptance.conftest import project
from tests.acceptance.project import Project
from tests.figures import Figure

__all__ = ["project"]

pytestmark = pytest.mark.slow

COUNT: Final = 500
_TOUCH: Final = "touch escaped"
_KNOWN: Final = (
    "", " ", "  two  ", "\n", "\n\n", "a\nb", "\t", "\r\n", "'", '"', "''", '""', "\\", "\\\\", "\\'", "$", "$$", "$HOME",
    "${HOME}", "`", f"; {_TOUCH}", f"| {_TOUCH}", f"& {_TOUCH}", f"&& {_TOUCH}", f"|| {_TOUCH}", f"\n{_TOUCH}\n",
    f"$({_TOUCH})", f"`{_TOUCH}`", f"' ; {_TOUCH} ; '", f"\" ; {_TOUCH} ; \"", f"'; {_TOUCH} #", f"\"; {_TOUCH} #",
    f"$(({_TOUCH}))", f"<({_TOUCH})", f"x=$({_TOUCH})", f"'\"`; {_TOUCH}", f"\\'; {_TOUCH}; \\'", f"a b'$({_TOUCH})'",
    "() { :; }; touch escaped", "${IFS}touch${IFS}escaped", "!!", "!touch", "*", "?", "[a-z]", "~", "~root", "{a,b}", "-",
    "--", "-e", "-c", "-rf /", "--help", "-i x=y", "#", "# comment", "=", "A=B", "%s%n%x", "%", "%%", "{}", "{0}",
    "{{ 7 * 7 }}", "${{ 7 * 7 }}", "$${{ 7 }}", "${{ secrets.TOKEN }}", "{% x %}", "<% x %>", "#{x}", "$[1+1]",
    "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "C:\\x", "nul", ".", "..", "/", "|", ">", ">>", "<", "2>&1",
    "> escaped", ">escaped", "1>escaped", "\x01", "\x07", "\x1b[31m", "\x1b]0;title\x07", "\x7f", "\x80", "\u00a0",
    "\u2028", "\u202e", "\ufeff", "é", "e\u0301", "\U0001f600", "\U0010ffff", "null", "true", "0", "0x10", "1e9", "NaN",
    "[]", '{"a": 1}', "- a", "a: b", "&a", "*a", "!!python/x", "---", "a" * 100_000, "'" * 1_000, "$(" * 500, "\\" * 999,
    " " * 1_000, "\n" * 1_000,
)  # fmt: skip


def hostile() -> list[str]:
    """The known ones, and as many made of their pieces as are wanted."""
    chance = Random(7)
    short = [value for value in _KNOWN if len(value) < 100]
    made = ["".join(chance.choices(short, k=chance.randint(2, 5))) for _ in range(COUNT - len(_KNOWN))]
    return [*_KNOWN, *made]


VALUES: Final = hostile()
NOTES: Final = """
import json, pathlib, sys
name, start = sys.argv[1], len(sys.argv[2])
pathlib.Path(name).write_text(json.dumps([value[start:len(value) - start] for value in sys.argv[3:]]))
"""
"""A program that notes its arguments, without the text around them, in a file."""

_NAMES: Final = [f"V{number}" for number in range(len(VALUES))]


def _argv(place: str, to: str, around: str = "") -> list[str]:
    items = [f"{around}${{{{ {place}[{number}] }}}}{around}" for number in range(len(VALUES))]
    return [sys.executable, "notes.py", to, around, *items]


def _workflow() -> str:
    """JSON is YAML. Each task notes what it got; ``give`` hands the values on as an output."""
    printed = " ".join(f'"${name}"' for name in _NAMES)
    environment = {name: f"${{{{ inputs.values[{number}] }}}}" for number, name in enumerate(_NAMES)}
    tasks = {
        "in_shell": {"run": f"printf '%s\\0' {printed} > in_shell", "env": environment},
        "whole": {"run": _argv("inputs.values", "whole.json")},
        "inside": {"run": _argv("inputs.values", "inside.json", "'\"")},
        "variable": {"run": _argv("vars.copied", "variable.json")},
        "give": {"run": 'cat given.json > "$TURBO_OUTPUT"', "outputs": {"values": "list"}},
        "taken": {"needs": ["give"], "run": _argv("tasks.give.outputs.values", "taken.json")},
        "below": {"workflow": "inner.yaml", "with": {"values": "${{ inputs.values }}"}},
    }
    head = {"name": "values", "inputs": {"values": {"type": "list"}}, "vars": {"copied": "${{ inputs.values }}"}}
    return json.dumps({**head, "tasks": tasks})


def _inner() -> str:
    tasks = {"inner": {"run": _argv("inputs.values", "inner.json")}}
    return json.dumps({"name": "inner", "inputs": {"values": {"type": "list"}}, "tasks": tasks})


def _noted(project: Project, name: str) -> list[str]:
    noted: list[str] = json.loads(project.read(name))
    return noted


def test_every_value_arrives_byte_for_byte_and_starts_nothing(project: Project, figure: Figure) -> None:
    project.write("turbo.yaml", _workflow())
    project.write("inner.yaml", _inner())
    project.write("notes.py", NOTES)
    project.write("values.json", json.dumps(VALUES))
    project.write("given.json", json.dumps({"values": VALUES}))
    ended = project.turbo("run", "-i", "values=@values.json")
    assert ended.code == 0, ended.out + ended.err
    shell = (project.folder / "in_shell").read_bytes().decode("utf-8").split("\0")[:-1]
    got = {name: _noted(project, f"{name}.json") for name in ("whole", "inside", "variable", "taken", "inner")}
    wrong = {
        name: [value for value, wanted in zip(values, VALUES, strict=True) if value != wanted]
        for name, values in {"in_shell": shell, **got}.items()
        if values != VALUES
    }
    figure("hostile values", len(VALUES))
    figure("ways into a command", len(got) + 1)
    assert wrong == {}
    assert [path.name for path in project.folder.rglob("*escaped*")] == []


NARROW: Final = """
name: narrow
inputs: {value: {type: string}}
tasks:
  cell:
    run: [%(python)s, notes.py, cell.json, "", "${{ matrix.v }}"]
    matrix: {v: ["${{ inputs.value }}"]}
    concurrency: {key: "${{ inputs.value }}"}
  folder:
    run: [%(python)s, ../../notes.py, ../../folder.json, "", "${{ inputs.value }}"]
    cwd: "at/${{ inputs.value }}"
"""


@pytest.mark.parametrize("value", ["../..", "$(touch escaped)", "a\nb", "\x1b[31m", "..."])
def test_matrix_keys_and_folders_take_hostile_values(project: Project, tmp_path: Path, value: str) -> None:
    project.write("turbo.yaml", NARROW % {"python": json.dumps(sys.executable)})
    project.write("notes.py", NOTES)
    project.write("x/y/keep", "")
    (project.folder / "at" / value).mkdir(parents=True, exist_ok=True)
    before = set(tmp_path.iterdir())
    ended = project.turbo("run", "-i", f"value={value}", "--only", "cell", *([] if value == "../.." else ["--only", "folder"]))
    assert ended.code == 0, ended.out + ended.err
    assert _noted(project, "cell.json") == [value]
    assert value == "../.." or _noted(project, "folder.json") == [value]
    assert set(tmp_path.iterdir()) == before
    assert [path.name for path in project.folder.rglob("escaped")] == []


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_what_no_program_can_be_given_is_refused(project: Project, value: str) -> None:
    tasks = {"a": {"run": ["echo", "${{ inputs.v[0] }}"]}}
    project.write("turbo.yaml", json.dumps({"name": "no", "inputs": {"v": {"type": "list"}}, "tasks": tasks}))
    project.write("v.json", json.dumps([value]))
    ended = project.turbo("run", "-i", "v=@v.json")
    assert ended.code in {1, 2}
    assert "a failed (infra): " in ended.out or "error: the input 'v' does not fit" in ended.err
