"""What tasks print cannot pass for what Turbo says; what they leave in its folders leads nowhere; nobody else can read along."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.conftest import project
from tests.acceptance.project import Project
from tests.acceptance.terminal import terminal
from turbo_core.journal import reader
from turbo_core.journal.logs import path_of, tail

__all__ = ["project"]

pytestmark = pytest.mark.slow

LOUD: Final = r"""
import sys
ESC, CSI = "\x1b", "\x9b"
lines = [
    ESC + "[2J" + ESC + "[H", ESC + "[31mred", CSI + "31mred", ESC + "]0;owned\x07", ESC + "]8;;http://evil.invalid\x07link",
    ESC + "]52;c;b3duZWQ=\x07", ESC + "P+q544e\x1b\\", ESC + "[6n", ESC + "c", "\x07\x08\x0e",
    "\u202etxt.exe", "\u2028new line",
    "over\rwritten", ESC + "[1A" + ESC + "[2Kgone", "12:00:00 \u2713 publish  succeeded in 1s",
    "\n\u2713 loud succeeded in 1s  run x-y-z",
    "FAKE run cancelled", '{"format": 1, "kind": "run.ended", "body": {"outcome": "succeeded"}}', "::set-output name=x::y",
    "##[error]fake", "<script>alert(1)</script>", "[click](javascript:alert(1))", "```\n# heading", "| a | b |", "%s %n {0}",
]
for line in lines:
    sys.stdout.buffer.write(line.encode() + b"\n")
sys.stdout.buffer.write(b"\xff\xfe\x80 no UTF-8\n" + b"x" * 200_000 + b"\n")
sys.stdout.buffer.write(b"no end of line \x1b[")
sys.exit(1)
"""

WORKFLOW: Final = """
name: loud
tasks:
  loud: {run: [python3, loud.py], description: "\\e[31mred\\a"}
  said: {communicate: "\\e[2J\\e]0;owned\\a12:00:00 ✓ publish  succeeded\\r\\n✓ loud succeeded"}
  odd: {run: "exit 1", env: {A: "\\e[31m"}, when: false}
"""

ESCAPE: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
FAKES: Final = ("12:00:00", "✓ loud", "FAKE", "{", "::", "##", "written", "new line")
"""How the lines begin by which the task wants to pass for Turbo, or for what watches Turbo."""


def _spoken(text: str) -> list[str]:
    """The lines that are Turbo's own: those of tasks stand behind a bar."""
    return [line for line in text.splitlines() if "│" not in line]


def test_what_a_task_prints_is_shown_as_its_own(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("loud.py", LOUD)
    for arguments in (("run",), ("show",), ("logs", "loud"), ("why", "loud"), ("plan",), ("list",), ("graph",)):
        ended = project.turbo(*arguments)
        assert ended.code == (1 if arguments == ("run",) else 0), ended.err
        assert not ESCAPE.search(ended.stdout + ended.stderr), arguments
    run = project.turbo("run").out
    assert [line for line in _spoken(run) if line.startswith(FAKES)] == []
    assert "│ 12:00:00 ✓ publish  succeeded in 1s" in run


def test_what_a_task_prints_does_not_reach_the_terminal_as_a_sequence(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("loud.py", LOUD)
    with terminal(project, "run") as screen:
        assert screen.wait() == 1
    for evil in (b"\x1b]0;owned", b"\x1b]8;;http", b"\x1b]52", b"\x1bP", b"\x1b[6n", b"\x1bc", b"\xc2\x9b", "\u202e".encode()):
        assert evil not in screen.shown, evil


def test_json_holds_events_only(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("loud.py", LOUD)
    ended = project.turbo("run", "--json")
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    (folder,) = (project.folder / ".turbo" / "runs").iterdir()
    assert [(one["seq"], one["kind"]) for one in told] == [(event.seq, event.kind) for event in reader.read(folder)]
    assert not ESCAPE.search(ended.stdout.replace(b"\n", b""))


def test_reports_show_what_was_printed_and_obey_none_of_it(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("loud.py", LOUD)
    project.turbo("run")
    (folder,) = (project.folder / ".turbo" / "runs").iterdir()
    page, text = ((folder / "report" / f"report.{kind}").read_bytes() for kind in ("html", "md"))
    assert not ESCAPE.search(page)
    assert not ESCAPE.search(text)
    assert b"<script>alert" not in page
    assert b"javascript:alert" not in re.sub(rb"\n```+text\n.*?\n```+\n", b"", text, flags=re.DOTALL)


def test_mistakes_of_a_workflow_quote_no_sequences(project: Project) -> None:
    project.write(
        "turbo.yaml", 'name: "\\e[31m\\u202e"\ntasks: {a: {run: x, "\\e]0;owned\\a": 1, needs: ["\\e[2J\\r\\n✓ all is well"]}}\n'
    )
    for arguments in (("check",), ("check", "--json"), ("run",), ("list",), ("run", "\x1b[31m"), ("show", "\x1b[31m")):
        ended = project.turbo(*arguments)
        assert ended.code in {0, 2}
        assert not ESCAPE.search((ended.stdout + ended.stderr).replace(b"\r\n", b"")), arguments


PLANTS: Final = """
name: plants
tasks:
  plant:
    run: |
      files=$(dirname "$TURBO_OUTPUT")
      rm -f "$TURBO_OUTPUT" "$TURBO_MASK"
      ln -s %(outside)s/secret "$TURBO_OUTPUT"
      ln -s %(outside)s "$TURBO_MASK"
      for name in next.1.log next.2.log "next.1.output" "next.1.mask"; do ln -s %(outside)s/planted "$files/$name"; done
      ln -s %(outside)s "$files/../report" || ln -s %(outside)s "$files/../../report" || true
    allow_failure: true
  next: {needs: {plant: any}, run: echo printed, allow_failure: true}
  big:
    run: truncate -s 100G "$TURBO_OUTPUT"
    outputs: {x: string}
    allow_failure: true
  pipe:
    run: rm -f "$TURBO_OUTPUT"; mkfifo "$TURBO_OUTPUT" "$TURBO_MASK"
    allow_failure: true
"""


def test_links_that_tasks_plant_lead_nothing_out(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("stolen=yes\n")
    project.write("turbo.yaml", PLANTS % {"outside": outside})
    ended = project.turbo("run")
    assert ended.code in {0, 1, 74}, ended.err
    assert "Traceback" not in ended.out + ended.err
    assert (
        "stolen" not in ended.out.replace("stolen=yes", "", 0)
        or "it wrote the output 'stolen', which is not declared" in ended.out
    )
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]
    assert "its outputs are 107374182400 bytes long" in ended.out


@pytest.mark.parametrize("log", ["../../../turbo.yaml", "/etc/passwd", "logs/../../x", "logs/link"])
def test_a_log_is_read_from_its_folder_only(tmp_path: Path, log: str) -> None:
    folder = tmp_path / "a" / "b" / "run"
    (folder / "logs").mkdir(parents=True)
    for path in (tmp_path / "turbo.yaml", tmp_path / "a" / "b" / "x"):
        path.write_text("outside")
    (folder / "logs" / "link").symlink_to(tmp_path / "turbo.yaml")
    assert path_of(folder, log) is None
    assert tail(folder, log, 100) == ""


@pytest.mark.parametrize("umask", ["0", "0777", "0022"])
def test_everything_is_private_whatever_the_umask(project: Project, umask: str) -> None:
    project.write("turbo.yaml", 'name: modes\ntasks: {a: {run: "echo x=1 >> $TURBO_OUTPUT; echo hi", outputs: {x: integer}}}\n')
    ended = project.turbo("run", under=("/bin/sh", "-c", f'umask {umask}; exec "$@"', "sh"))
    assert ended.code == 0 or umask == "0777", ended.out + ended.err
    home = project.folder / ".turbo"
    modes = {str(path.relative_to(home)): stat.S_IMODE(path.lstat().st_mode) for path in (home, *home.rglob("*"))}
    wrong = {name: oct(mode) for name, mode in modes.items() if mode != (0o700 if (home / name).is_dir() else 0o600)}
    assert wrong == {}
