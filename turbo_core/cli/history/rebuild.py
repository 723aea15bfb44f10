"""``turbo history rebuild``: make the history anew from the journals."""

from __future__ import annotations

import sqlite3

import click

from turbo_core.cli.drawing import say
from turbo_core.cli.shell import Shell
from turbo_core.errors import StorageFailed
from turbo_core.journal import history, index
from turbo_core.journal.runs import runs
from turbo_core.report.text import plural


@click.command("rebuild")
@click.pass_obj
def command(shell: Shell) -> None:
    """Make the history of this project anew from the journals of its runs, and tell what it cannot know."""
    project = shell.app().project
    try:
        made = history.rebuild(project)
    except sqlite3.Error as error:
        place = str(index.place(project))
        raise StorageFailed("the history cannot be written", where=place, why=str(error), next_step="remove that file") from error
    say(shell, f"{plural(made.read, 'run')} read from journals")
    damaged = sum(bool(run.problem) for run in runs(project))
    if damaged:
        say(shell, f"{plural(damaged, 'run')} with a damaged journal left out: see turbo doctor")
    if made.kept:
        say(shell, f"{plural(made.kept, 'run')} kept from the old history: their folders are gone")
    if made.lost:
        say(shell, "the old history could not be read: runs whose folders are gone are not known any more")
