"""``turbo replay``: the events of a run, delivered again to a plugin that tracks."""

from __future__ import annotations

import click

from turbo_core.cli.drawing import say
from turbo_core.cli.shell import Shell
from turbo_core.engine.redelivering import replay
from turbo_core.report.text import one_line, plural


@click.command("replay")
@click.argument("run", required=False)
@click.option("--to", "plugin", required=True, metavar="PLUGIN", help="The plugin; it tracks runs.")
@click.option("--after", type=click.IntRange(0), default=0, metavar="N", help="Leave out the events up to number N.")
@click.pass_obj
def command(shell: Shell, run: str | None, plugin: str, after: int) -> int:
    """Deliver the events of RUN (the latest run if none is named) again to PLUGIN, in their order.

    The plugin is told that this is a replay. Run and number name an event, then as now: it can leave out what it knows already.
    """
    app = shell.app()
    done = replay(app.plugins, app.catalog, app.folder(run), plugin, after)
    say(shell, f"{plural(done.events, 'event')} of run {done.run} delivered to {plugin}")
    if done.faults:
        shell.warn(f"{plugin} failed at {plural(done.faults, 'event')}, last: {one_line(done.fault, 400)}")
    return 1 if done.faults else 0
