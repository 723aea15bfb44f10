"""``turbo plugin disable``."""

from __future__ import annotations

import click

from turbo_core.cli.plugin.switching import disable
from turbo_core.cli.shell import Shell


@click.command("disable")
@click.argument("plugins", nargs=-1, required=True)
@click.pass_obj
def command(shell: Shell, plugins: tuple[str, ...]) -> None:
    """Turn PLUGINS off in the settings of this project; what is off is not even imported."""
    disable(shell, plugins)
    shell.print(f"Off: {', '.join(plugins)}")
