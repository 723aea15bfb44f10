"""``turbo decisions rate``: what came of a decision, said by a person."""

from __future__ import annotations

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.journal import history
from turbo_core.journal.reader import read
from turbo_core.journal.runs import project_of
from turbo_core.model import Draft


@click.command("rate")
@click.argument("run")
@click.argument("rating", type=click.Choice(["good", "bad"]))
@click.option("--why", required=True, help="What it turned out to be.")
@click.option("--task", default="", help="The address of one gate; all of the run if not given.")
@click.pass_obj
def command(shell: Shell, run: str, rating: str, *, why: str, task: str) -> None:
    """Say that what RUN decided about turned out good or bad. The last word counts, also against what the run's end told."""
    app = shell.app()
    folder = app.folder(run)
    state = app.fold(folder)
    decided = [event.task for event in state.decisions]
    if not decided or (task and task not in decided):
        known = ", ".join(dict.fromkeys(decided)) or "none"
        what = f"nothing was decided at {task!r}" if task else "nothing was decided in it"
        raise UsageError(what, where=f"run {state.run}", next_step=f"decided was: {known}")
    body = {"rating": rating, "why": why}
    app.append(folder, Draft(kind="decision.rated", task=task, actor=app.actor, source=app.source, body=body))
    history.record(project_of(folder), read(folder))
    shell.print(f"{state.run} was rated {rating}: {why}")
