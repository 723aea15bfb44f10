"""``turbo stats``: what past runs of a workflow tell, and how good the forecasts were."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing, say
from turbo_core.cli.files import write_page
from turbo_core.cli.shell import Shell
from turbo_core.cli.workflows import known_workflow
from turbo_core.engine.foreseeing import past_of
from turbo_core.engine.keeping import learn
from turbo_core.report.stats_page import page
from turbo_core.report.text import duration, one_line, plural, size, when
from turbo_core.tracking.calibration import Calibration, of_runs, of_tasks
from turbo_core.tracking.stats import TaskStats, WorkflowStats, stats

_ORDERS = {
    "order": lambda _task: 0.0,
    "slowest": lambda task: -(task.p50 or 0.0),
    "failed": lambda task: -task.failures,
    "flaky": lambda task: -task.flaky,
    "retried": lambda task: -task.retries,
    "memory": lambda task: -task.memory,
}


@click.command("stats")
@click.argument("workflow", required=False)
@click.option("--sort", type=click.Choice([*_ORDERS]), default="order", help="Which tasks come first.")
@click.option("-n", "--limit", type=click.IntRange(1), default=40, show_default=True, help="How many tasks are shown.")
@click.option("--calibration", is_flag=True, help="Tell how often the truth lay where the forecasts had said.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a page with plots.")
@click.pass_obj
def command(
    shell: Shell, workflow: str | None, sort: str, limit: int, html: Path | None, *, calibration: bool, as_json: bool
) -> None:
    """Tell what past runs of WORKFLOW say (of the one that ran last, if none is named)."""
    project = shell.app().project
    learn(project)
    name = known_workflow(project, workflow)
    past = past_of(project, name)
    found = stats(name, past)
    runs, tasks = of_runs(past.runs), of_tasks(past)
    if as_json:
        shell.print_json({"stats": found, "calibration": {"runs": runs, "tasks": tasks}})
    elif html is not None:
        shell.print(str(write_page(html, page(found, runs, tasks))))
    elif calibration:
        _calibrated(shell, "runs", runs)
        _calibrated(shell, "tasks", tasks)
    else:
        _draw(shell, found, sorted(found.tasks, key=_ORDERS[sort])[:limit])
        if len(found.tasks) > limit:
            shell.print(f"{plural(len(found.tasks) - limit, 'more task')}: turbo stats --limit {len(found.tasks)}")


def _draw(shell: Shell, found: WorkflowStats, tasks: list[TaskStats]) -> None:
    ends = f"{found.succeeded} succeeded, {found.failed} failed, {found.cancelled} cancelled"
    took = ""
    if found.p50 is not None and found.p90 is not None:
        took = f"; half of them took up to {duration(found.p50)}, nine of ten up to {duration(found.p90)}"
    say(shell, f"{found.workflow}: {plural(found.runs, 'run')} since {when(found.since)}, {ends}{took}")
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("task", overflow="fold")
    for column in ("runs", "p50", "p90", "longest", "success", "flaky", "retries", "cpu", "memory"):
        grid.add_column(column, justify="right", no_wrap=True)
    for task in tasks:
        grid.add_row(*_row(task))
    with drawing(shell) as to:
        to.print(grid)


def _row(task: TaskStats) -> tuple[Text, ...]:
    bad = "" if not task.failures else "yellow" if (task.success or 0) >= 0.5 else "red"
    return (
        Text(one_line(task.address), style="bold"),
        Text(str(task.runs)),
        *(Text("" if value is None else duration(value)) for value in (task.p50, task.p90, task.longest)),
        Text("" if task.success is None else f"{task.success:.0%}", style=bad),
        Text(str(task.flaky or ""), style="yellow"),
        Text(str(task.retries or "")),
        Text(duration(task.cpu) if task.cpu else "", style="dim"),
        Text(size(task.memory) if task.memory else "", style="dim"),
    )


def _calibrated(shell: Shell, what: str, found: Calibration) -> None:
    if found.within is None or found.below_p50 is None or found.below_p90 is None:
        say(shell, f"{what}: no forecast could be checked yet")
        return
    parts = f"{found.below_p50:.0%} took at most p50, {found.below_p90:.0%} at most p90"
    say(shell, f"{what}: {found.of} checked; {found.within:.0%} within the 90 % interval; {parts}")
