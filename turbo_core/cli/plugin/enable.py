"""``turbo plugin enable``."""

from __future__ import annotations

import click

from turbo_core.cli.plugin.switching import enable
from turbo_core.cli.shell import Shell


@click.command("enable")
@click.argument("plugins", nargs=-1, required=True)
@click.pass_obj
def command(shell: Shell, plugins: tuple[str, ...]) -> None:
    """Turn PLUGINS on in the settings of this project."""
    enable(shell, plugins)
    shell.print(f"On: {', '.join(plugins)}")
