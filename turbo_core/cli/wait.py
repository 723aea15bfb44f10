"""``turbo wait``: stay until a run has ended."""

from __future__ import annotations

import time

import click

from turbo_core.cli.front import drive
from turbo_core.cli.shell import Shell
from turbo_core.engine.runner import PARKED
from turbo_core.journal.lock import is_held

PAUSE = 0.2


@click.command("wait")
@click.argument("run", required=False)
@click.option("--timeout", type=float, help="Give up after so many seconds; the run goes on.")
@click.pass_obj
def command(shell: Shell, run: str | None, timeout: float | None) -> int:
    """Wait until RUN has ended; the exit code is that of the run.

    A run that waits for a person and has no process gets one, so that channels can bring the answer.
    """
    app = shell.app()
    folder = app.folder(run)
    until = None if timeout is None else time.monotonic() + timeout
    while is_held(folder) is not None:
        if until is not None and time.monotonic() > until:
            click.echo("The run is still going on.", err=True)
            return PARKED
        time.sleep(PAUSE)
    state = app.fold(folder)
    if state.outcome:
        click.echo(state.summary)
        return state.exit_code or 0
    return drive(
        shell, state.workflow, "auto", lambda front: app.resume(folder, state=state, wait=True, front=front), after=state.seq
    )
