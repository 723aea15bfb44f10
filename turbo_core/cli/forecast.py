"""``turbo forecast``: how long a run would take, before it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing, say
from turbo_core.cli.shell import Shell
from turbo_core.engine.foreseeing import past_of, steps_of, today, whole_forecast
from turbo_core.report.foretelling import foretold
from turbo_core.report.text import duration, one_line, plural
from turbo_core.tracking.forecast import Expected, Forecast, expected


@click.command("forecast")
@click.argument("workflow", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path, dir_okay=False), help="Read this file.")
@click.option("--jobs", type=click.IntRange(1), help="How many tasks run at the same time.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, workflow: str | None, file: Path | None, jobs: int | None, *, as_json: bool) -> None:
    """Tell how long a run of WORKFLOW would take, from its past runs. Nothing is run."""
    app = shell.app(flags={"jobs": jobs})
    read, _path = app.workflow(workflow, file)
    past = past_of(app.project, read.name)
    phases = steps_of(read)
    now = today(read, past, app.project)
    found = whole_forecast(phases, past, now, app.settings.jobs)
    tasks = {step.address: expected(now, step.address) for steps in phases for step in steps}
    if as_json:
        whole = None if found is None else {"seconds": found.seconds, "runs": found.runs, "unknown": found.unknown}
        shell.print_json({"workflow": read.name, "jobs": app.settings.jobs, "run": whole, "tasks": tasks})
        return
    _draw(shell, tasks)
    say(shell, _sentence(read.name, found, app.settings.jobs))


def _sentence(name: str, found: Forecast | None, jobs: int) -> str:
    if found is None:
        return f"{name}: there is no history yet; run it once"
    with_jobs = f"with {plural(jobs, 'task')} at a time, from {plural(found.runs, 'past run')}"
    return f"{name} takes {foretold(found.seconds, found.unknown)} ({with_jobs})"


def _draw(shell: Shell, tasks: dict[str, Expected | None]) -> None:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("task", overflow="fold")
    for column in ("p50", "p90", "past runs"):
        grid.add_column(column, justify="right", no_wrap=True)
    for address, known in tasks.items():
        cells = (duration(known.p50), duration(known.p90), str(known.runs)) if known else ("no history", "", "")
        grid.add_row(Text(one_line(address), style="bold"), *(Text(cell, style="" if known else "dim") for cell in cells))
    with drawing(shell) as to:
        to.print(grid)
