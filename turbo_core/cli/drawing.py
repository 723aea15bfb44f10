"""Views of commands, drawn on the terminal of a shell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text

from turbo_core.cli.shell import Shell
from turbo_core.report.terminal import console
from turbo_core.report.text import one_line


def console_of(shell: Shell) -> Console:
    """Where views are drawn."""
    terminal = shell.terminal()
    # A pipe has no width: nothing is folded there, so that every line can be searched.
    return console(sys.stdout, color=terminal.color, width=None if sys.stdout.isatty() else max(terminal.columns, 200))


@contextmanager
def drawing(shell: Shell) -> Iterator[Console]:
    """A console to draw on; what was drawn is printed without the blanks that pad lines to one length."""
    to = console_of(shell)
    with to.capture() as drawn:
        yield to
    for line in drawn.get().splitlines():
        # Already harmless, and its colours must stay.
        click.echo(line.rstrip(), color=shell.terminal().color)


def say(shell: Shell, text: str) -> None:
    """Print one sentence; on a terminal it is folded between words, elsewhere it stays one line."""
    with drawing(shell) as to:
        to.print(Text(one_line(text)), soft_wrap=not sys.stdout.isatty())
