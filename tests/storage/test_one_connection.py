"""The journal's file is opened by SQLite alone, and by one connection that writes: nothing drops its locks or resets its log."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.programs import script

WORK = """
name: work
tasks:
  one: {run: "echo one", undo: "true"}
  two: {needs: [one], run: "test -e ready"}
"""
WATCHED = """
import json
from pathlib import Path
from turbo_core.cli.door import enter

seen = []

def watch(event, arguments):
    if event in {"open", "os.remove", "os.rename", "shutil.copyfile", "shutil.copytree", "sqlite3.connect"}:
        for one in arguments[:2]:
            name = str(one)
            if "journal.db" in name:
                seen.append([event, name])

sys.addaudithook(watch)
codes = [enter([*words.split()]) for words in sys.argv[2:]]
Path(sys.argv[1]).write_text(json.dumps([codes, seen]))
"""
COMMANDS = {"run --plain": 1, "events": 0, "show": 0, "runs": 0, "why two": 0, "logs one": 0, "doctor --head": 0, "report": 0}


@pytest.fixture
def told(tmp_path: Path) -> tuple[list[int], list[tuple[str, str]]]:
    """The exit codes of some commands in one process, and each time that a file of the journal was opened in it."""
    (tmp_path / "turbo.yaml").write_text(WORK)
    ended = subprocess.run(
        script(WATCHED, tmp_path / "seen", *COMMANDS), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    codes, seen = json.loads((tmp_path / "seen").read_text())
    return codes, [(event, name) for event, name in seen]


def test_nobody_opens_the_journal_but_sqlite(told: tuple[list[int], list[tuple[str, str]]]) -> None:
    codes, seen = told
    assert codes == list(COMMANDS.values())
    assert {event for event, _name in seen} == {"sqlite3.connect"}


def test_one_connection_writes_and_all_others_only_read(told: tuple[list[int], list[tuple[str, str]]]) -> None:
    _codes, seen = told
    modes = [name.partition("?mode=")[2] for _event, name in seen]
    assert modes[:2] == ["rwc", "rw"]  # made in a hidden folder, closed, and opened by its only writer
    assert set(modes[2:]) == {"ro"}
    assert len(modes) > len(COMMANDS)
