"""``turbo plugin lock``: pin what this project uses."""

from __future__ import annotations

import click

from turbo_core.cli.plugin.changing import tell_lock, write_lock
from turbo_core.cli.shell import Shell
from turbo_core.registry.tool import tool


@click.command("lock")
@click.pass_obj
def command(shell: Shell) -> None:
    """Write pylock.turbo.toml (PEP 751): the installed plugins that are on and what they need, with versions and hashes.

    turbo plugin install, without a name, installs what it says; turbo doctor tells what differs.
    """
    tell_lock(shell, write_lock(shell, tool()))
