"""``turbo do``: run one action by its full name, whatever else has the name of its namespace."""

from __future__ import annotations

from contextlib import suppress

import click

from turbo_core.cli.action import command_of
from turbo_core.cli.group import shell_of
from turbo_core.errors import PluginFailed
from turbo_core.model import ActionInfo


class Do(click.Group):
    """Every action as a command named ``namespace.verb``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The full names of all actions that can be used."""
        catalog = shell_of(ctx).app().catalog
        found: list[ActionInfo] = []
        for namespace in catalog.namespaces():
            # A broken plugin is told by `turbo plugin list`; the others can still be listed.
            with suppress(PluginFailed):
                found += catalog.actions(namespace)
        return [info.name for info in found]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one action.

        Raises:
            PluginFailed: there is no such action, or its plugin cannot be used.
        """
        return command_of(shell_of(ctx).app().catalog.info(cmd_name), cmd_name)


@click.group("do", cls=Do, subcommand_metavar="NAMESPACE.VERB [--PARAMETER VALUE]...")
def command() -> None:
    """Run one action of a plugin: a run of one task.

    "turbo NAMESPACE VERB" is the same. An action of risk "read" leaves no run behind.
    """
