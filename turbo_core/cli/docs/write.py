"""``turbo docs write``: the living documents, written anew."""

from __future__ import annotations

import click

from turbo_core.cli.docs.pages import pages
from turbo_core.cli.shell import Shell
from turbo_core.engine.living import write


@click.command("write")
@click.pass_obj
def command(shell: Shell) -> int:
    """Write the marked regions of the living documents anew; nothing else in these files is touched.

    A file that is not there is made. Exit code 1 if a document cannot be written.
    """
    problems = 0
    for made in pages(shell.app()):
        if made.problem:
            problems += 1
            shell.warn(f"{made.path.name}: {made.problem}")
        elif made.stale:
            write(made)
            shell.print(f"{made.path.name}: written")
        else:
            shell.print(f"{made.path.name}: up to date")
    return 1 if problems else 0
