"""``turbo decisions``: what was decided, why, and what came of it."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

COMMANDS: Final = {
    "list": "List decisions, and what came of them.",
    "explain": "Show how a gate came to its decision.",
    "replay": "Decide again from the journal, and compare.",
    "rate": "Say whether what was decided turned out well.",
    "templates": "List the templates that gates can be made of.",
    "calibration": "Tell how well scores foretold what came.",
    "weights": "Show which weights history suggests.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


@click.group("decisions", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Look at decisions: of gates, of people, and about failures."""
