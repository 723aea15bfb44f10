"""``turbo runs``: the runs of a project."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import console_of, drawing
from turbo_core.cli.past import Past, ago, look
from turbo_core.cli.shell import Shell
from turbo_core.journal.runs import runs
from turbo_core.report.looks import look as look_of
from turbo_core.report.looks import speaks_unicode, style
from turbo_core.report.text import duration, one_line, plural, when


@click.command("runs")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the latest ones.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, limit: int, as_json: bool) -> None:
    """List the runs of this project, the latest last."""
    project = shell.app().project
    found = runs(project)
    shown = [look(run) for run in found[-limit:]]
    if as_json:
        shell.print_json(shown)
    elif not shown:
        shell.print("There are no runs here yet. Start one with: turbo run")
    else:
        _draw(shell, shown)
        if len(found) > len(shown):
            shell.print(f"{plural(len(found) - len(shown), 'older run')}: turbo runs --limit {len(found)}")


def _draw(shell: Shell, shown: list[Past]) -> None:
    screen = console_of(shell)
    unicode = speaks_unicode(screen.encoding)
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("run", "state", "workflow", "started", "took", "by"):
        grid.add_column(name, no_wrap=name not in {"workflow", "started"}, overflow="fold")
    for past in shown:
        state = past.state if past.state not in {"interrupted", "damaged"} else "lost"
        sign = Text(f"{look_of(state).mark(unicode=unicode)} {past.state}", style=style(state))
        exact = screen.width >= 100 and past.started
        started = f"{when(past.started)} ({ago(past.started)})" if exact else ago(past.started)
        took = duration(past.seconds) if past.ended else ""
        cells = (one_line(past.workflow), started, took, one_line(past.actor))
        grid.add_row(Text(past.id, style="bold"), sign, *map(Text, cells))
    with drawing(shell) as to:
        to.print(grid)
