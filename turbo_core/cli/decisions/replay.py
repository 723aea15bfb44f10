"""``turbo decisions replay``: deciding again from the journal."""

from __future__ import annotations

import click

from turbo_core.cli.shell import Shell
from turbo_core.engine.replaying import Replayed, replay
from turbo_core.journal.reader import read
from turbo_core.report.text import plural


@click.command("replay")
@click.argument("run", required=False)
@click.pass_obj
def command(shell: Shell, run: str | None) -> int:
    """Decide again all that was decided in RUN (the latest one), from the facts in its journal, and compare bit for bit.

    Exit code 1 if anything else comes out.
    """
    app = shell.app()
    folder = app.folder(run)
    made = replay(read(folder))
    for one in made:
        told = f"event {one.seq}  {one.task}  {one.decision}"
        shell.print(f"same   {told}" if one.same else f"other  {told}\n{_difference(one)}")
    odd = sum(not one.same for one in made)
    shell.print(f"{plural(len(made), 'decision')} made again, {odd or 'none'} with another result")
    return 1 if odd else 0


def _difference(one: Replayed) -> str:
    return f"  recorded  {one.before.decode()}\n  now       {one.after.decode()}"
