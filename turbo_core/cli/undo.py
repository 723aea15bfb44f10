"""``turbo undo``: take back what a run did."""

from __future__ import annotations

import click

from turbo_core.cli.front import Mode, drive
from turbo_core.cli.naming import task_of
from turbo_core.cli.shell import Shell
from turbo_core.engine.view import view


@click.command("undo")
@click.argument("run")
@click.argument("tasks", nargs=-1)
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--plain", is_flag=True, help="Plain lines, also on a terminal.")
@click.pass_obj
def command(shell: Shell, run: str, tasks: tuple[str, ...], reason: str, *, plain: bool) -> int:
    """Undo TASKS of RUN, in reverse order of their completion; all that can be undone if none is named.

    Exit code 1 if something could not be undone; turbo show lists it.
    """
    app = shell.app()
    folder = app.folder(run)
    state = app.fold(folder)
    seen = view(state, folder)
    wanted = [task_of(seen, task).address for task in tasks]
    mode: Mode = "plain" if plain else "auto"
    code = drive(shell, state.workflow, mode, lambda front: app.undo(folder, wanted, front, reason=reason), after=state.seq)
    for node in app.fold(folder).nodes.values() if code else ():
        if node.undo == "undo_failed":
            shell.warn(f"{node.address} could not be undone; see: turbo logs {state.run} {node.address} --undo")
    return code
