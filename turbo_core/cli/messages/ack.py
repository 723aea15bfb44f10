"""``turbo messages ack``: tell that somebody has seen a message, so that nobody else is disturbed."""

from __future__ import annotations

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.journal.reader import read
from turbo_core.report.text import one_line
from turbo_core.telling.posted import Posted, posted


@click.command("ack")
@click.argument("message")
@click.option("--run", help="Of which run; the latest if not given.")
@click.pass_obj
def command(shell: Shell, message: str, run: str | None) -> None:
    """Acknowledge MESSAGE, by its id in `turbo messages list` or the beginning of it. It is not escalated then."""
    app = shell.app()
    folder = app.folder(run)
    found = _found(posted(read(folder)), message, folder.name)
    app.acknowledge(folder, found.key)
    shell.print(f"acknowledged: {one_line(found.subject)}")


def _found(lines: list[Posted], wanted: str, run: str) -> Posted:
    """The one message whose id is wanted, or begins so."""
    known = {line.id: line for line in lines}
    fits = {name: line for name, line in known.items() if name.startswith(wanted)}
    if wanted in known or len(fits) == 1:
        return known.get(wanted) or next(iter(fits.values()))
    what = f"{len(fits)} messages begin so" if fits else "there is no such message"
    raise UsageError(what, where=wanted, why=", ".join(list(fits)[:5]), next_step=f"turbo messages list {run} tells their ids")
