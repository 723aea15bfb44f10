"""Subcommands that plugins bring: their own commands, and a group of verbs for each namespace of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click

from turbo_core.cli.action import command_of
from turbo_core.cli.shell import Shell
from turbo_core.errors import PluginFailed


class Namespace(click.Group):
    """The actions of one namespace as commands: ``turbo git tag``."""

    def __init__(self, shell: Shell, namespace: str) -> None:
        super().__init__(namespace, help=f"Run an action of {namespace}: a run of one task.")
        self._actions = {info.name.partition(".")[2]: info for info in shell.app().catalog.actions(namespace)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of the plugin's module."""
        return [*self._actions]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one verb."""
        info = self._actions.get(cmd_name) or self._actions.get(cmd_name.replace("-", "_"))
        return command_of(info, cmd_name) if info else None


def _plugin_command(shell: Shell, name: str) -> click.Command:
    loaded = shell.app().plugins.load("turbo.commands", name)
    if not isinstance(loaded, click.Command):
        raise PluginFailed(
            f"the command {name!r} is {type(loaded).__name__}, not a click command",
            next_step="the plugin must name one under turbo.commands",
        )
    return loaded


FIND: Final[dict[str, Callable[[Shell, str], click.Command]]] = {
    "turbo.actions": Namespace,
    "turbo.commands": _plugin_command,
}
"""How a subcommand is made, by the group of its entry point."""
