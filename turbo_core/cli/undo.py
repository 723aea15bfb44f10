"""``turbo undo``: take back what a run did."""

from __future__ import annotations

import click

from turbo_core.cli.front import drive
from turbo_core.cli.shell import Shell


@click.command("undo")
@click.argument("run")
@click.argument("tasks", nargs=-1)
@click.option("--plain", is_flag=True, help="Plain lines, also on a terminal.")
@click.pass_obj
def command(shell: Shell, run: str, tasks: tuple[str, ...], plain: bool) -> int:
    """Undo TASKS of RUN, in reverse order of their completion; all that can be undone if none is named.

    Exit code 1 if something could not be undone; turbo show lists it.
    """
    app = shell.app()
    folder = app.folder(run)
    workflow = app.fold(folder).workflow
    return drive(shell, workflow, "plain" if plain else "auto", lambda front: app.undo(folder, tasks, front))
