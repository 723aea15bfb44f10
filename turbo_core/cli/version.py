"""``turbo version``: the version. Alone on the command line it is answered in ``main`` already."""

from __future__ import annotations

import click

from turbo_core import __version__


@click.command("version")
def command() -> None:
    """Print the version."""
    click.echo(f"turbo {__version__}")
