"""``turbo plugin``: find, install and look at plugins. Each subcommand is imported when it is used; what some need is heavy."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

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


@click.group("plugin", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Find plugins, install them, look at them, and turn them on and off."""
