"""``turbo cancel``: end a run in an orderly way."""

from __future__ import annotations

import click

from turbo_core.cli.front import drive
from turbo_core.cli.shell import Shell


@click.command("cancel")
@click.argument("run", required=False)
@click.option("--reason", default="", help="Why; it is recorded.")
@click.pass_obj
def command(shell: Shell, run: str | None, reason: str) -> int:
    """Cancel RUN (the latest run if none is named): its tasks are ended, then its finally steps run."""
    app = shell.app()
    folder = app.folder(run)
    state = app.fold(folder)
    return drive(shell, state.workflow, "auto", lambda front: app.cancel(folder, reason, front), after=state.seq)
