"""``turbo plugin``: find, install and look at plugins. Each subcommand is imported when it is used; what some need is heavy."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "list": "List every plugin with its state and what it brings.",
    "info": "Tell all about one plugin.",
    "search": "Search the registries.",
    "install": "Install plugins, or what the lock of this project says.",
    "update": "Update plugins.",
    "remove": "Remove plugins, and what nothing else needs.",
    "enable": "Turn a plugin on in this project.",
    "disable": "Turn a plugin off in this project.",
    "lock": "Write the lock of this project.",
    "registry": "Add, remove and list registries.",
    "new": "Make a new plugin from the template.",
    "certify": "Test a plugin, and tell the level that it reaches.",
    "index": "Write the registry entries of plugins.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


class Subcommands(click.Group):
    """A group that knows its subcommands from the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand of that name; ``None`` if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"turbo_core.cli.plugin.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of subcommands; imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


@click.group("plugin", cls=Subcommands)
def command() -> None:
    """Find plugins, install them, look at them, and turn them on and off."""
