"""``turbo docs``: living documents, pages that explain workflows, and how good the documentation is."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

COMMANDS: Final = {
    "check": "Tell which living documents are not up to date.",
    "write": "Write the living documents anew.",
    "workflow": "Explain a workflow to a stranger.",
    "quality": "Rate the documentation of this project.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


@click.group("docs", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Documents of the project: those that live with its runs, and how good they are."""
