"""``turbo plan``: the dry run. It acts on nothing and makes no run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.foresight import Foreseen, foresee
from turbo_core.cli.run import given
from turbo_core.cli.shell import Shell
from turbo_core.report.text import one_line, plural

_RISKS = {"change": "yellow", "destroy": "bold red"}


@click.command("plan")
@click.argument("name", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Plan this file instead of a workflow by its name.")
@click.option("-i", "--input", "inputs", multiple=True, metavar="KEY=VALUE", help="An input; @FILE reads its value from a file.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, name: str | None, file: Path | None, inputs: tuple[str, ...], as_json: bool) -> None:
    """Show what a run of the workflow NAME (turbo.yaml if none is named) would do; act on nothing.

    What only the run can know is shown as it is written. Of actions that have a plan, the plan is told.
    """
    app = shell.app()
    workflow, _path = app.workflow(name, file)
    foreseen = foresee(app, workflow, given(inputs))
    if as_json:
        shell.print_json({"workflow": workflow.name, "tasks": foreseen})
        return
    shell.print(f"{workflow.name} would run {plural(len(foreseen), 'task')} or fewer:")
    _draw(shell, foreseen)


def _draw(shell: Shell, foreseen: Sequence[Foreseen]) -> None:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column(overflow="fold")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for phase, tasks in groupby(foreseen, key=lambda task: (task.address.rpartition("/")[0], task.phase)):
        grid.add_row(Text(one_line("/".join(part for part in phase if part)), style="bold"))
        for task in tasks:
            told = Text("\n").join([Text(one_line(task.title, 200)), *(Text(note, style="dim") for note in _notes(task))])
            grid.add_row(Text(f"  {one_line(task.address)}"), Text(task.risk, style=_RISKS.get(task.risk, "dim")), told)
    with drawing(shell) as to:
        to.print(grid)


def _notes(task: Foreseen) -> list[str]:
    cells = {None: "", -1: "a matrix whose cells only the run knows"}
    notes = [
        cells[task.cells] if task.cells in cells else plural(task.cells or 0, "cell"),
        f"needs {', '.join(task.needs)}" if task.needs else "",
        {"true": "", "false": "skipped: its condition is false"}.get(task.when, f"when {task.when}"),
        f"would {task.would}" if task.would else "",
    ]
    return [one_line(note, 200) for note in notes if note]
