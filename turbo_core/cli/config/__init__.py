"""``turbo config``: look at settings, and make them."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

COMMANDS: Final = {
    "show": "Tell every setting, its value, and where it comes from.",
    "init": "Ask for what is not set, and write the project's settings.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


@click.group("config", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Show and make settings: those of Turbo and those of plugins."""
