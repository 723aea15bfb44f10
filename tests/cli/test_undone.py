"""What one action did by a command can be taken back, as what a workflow did."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Turbo
from tests.plugins.shelf import Shelf

ACTIONS = '''
from turbo_core import Context, action


@action(risk="change")
def write(context: Context, path: str) -> None:
    """Write a file."""
    (context.project / path).write_text("written")


@write.undo
def _(context: Context, path: str) -> None:
    (context.project / path).unlink(missing_ok=True)


@action(risk="destroy")
def smash(context: Context, path: str) -> None:
    """Write a file for good."""
    (context.project / path).write_text("written")
'''


def test_a_command_is_taken_back(cli: Turbo, shelf: Shelf) -> None:
    shelf.plugin("pen", ACTIONS, group="turbo.actions")
    assert cli("pen", "write", "--path", "file").code == 0
    assert Path("file").exists()
    (run,) = [path.name for path in Path(".turbo/runs").iterdir() if not path.name.startswith(".")]
    assert cli("undo", run).code == 0
    assert not Path("file").exists()


def test_a_command_without_an_undo_still_runs(cli: Turbo, shelf: Shelf) -> None:
    shelf.plugin("pen", ACTIONS, group="turbo.actions")
    assert cli("pen", "smash", "--path", "file").code == 0
    assert Path("file").read_text() == "written"
