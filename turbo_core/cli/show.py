"""``turbo show``: one run as a whole."""

from __future__ import annotations

import click

from turbo_core.cli.drawing import drawing
from turbo_core.cli.naming import view_of
from turbo_core.cli.shell import Shell
from turbo_core.journal.lock import is_held
from turbo_core.report.terminal import show


@click.command("show")
@click.argument("run", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, run: str | None, as_json: bool) -> None:
    """Show RUN (the latest run if none is named): phases, tasks, decisions, messages."""
    folder, view = view_of(shell.app(), run)
    if as_json:
        shell.print_json(view)
        return
    with drawing(shell) as to:
        show(to, view)
    if view.outcome == "running" and is_held(folder) is None:
        shell.print(f"\nIts runner is gone. Go on with: turbo resume {view.id}")
