"""``turbo messages``: what people were told, and whether it arrived."""

from __future__ import annotations

from typing import Final

import click

from turbo_core.cli.subcommands import Subcommands

COMMANDS: Final = {
    "list": "List messages and what became of each.",
    "ack": "Tell that you have seen a message.",
    "resend": "Send again what has not arrived.",
    "preview": "Show the words of messages, and where they go.",
    "stats": "Tell for each channel what arrived, and what was answered.",
}
"""The subcommands with their lines in the help. The module of each has its name."""


@click.group("messages", cls=Subcommands, package=__name__, table=COMMANDS)
def command() -> None:
    """Look at messages; send them again; preview their words."""
