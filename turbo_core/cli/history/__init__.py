"""``turbo history``: what is kept of past runs for statistics and forecasts."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

COMMANDS: Final = {
    "list": "List the runs that are known, also those whose folders are gone.",
    "rebuild": "Make the history anew from the journals.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


@click.group("history", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Look at the history of this project, and make it anew.

    The history holds a few numbers of each task of each run. It outlives the folders of the runs.
    """
