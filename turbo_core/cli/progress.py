"""``turbo progress``: a task reports its own progress, from a shell script."""

from __future__ import annotations

import click

from turbo_core.errors import UsageError
from turbo_core.settings import progress_file
from turbo_core.tracking.reported import lines


@click.command("progress")
@click.argument("done", type=click.FloatRange(0), required=False)
@click.argument("total", type=click.FloatRange(0, min_open=True), required=False)
@click.option("--cost", type=click.FloatRange(0), help="What the task has cost so far.")
def command(done: float | None, total: float | None, cost: float | None) -> None:
    """Report from inside a task that DONE of TOTAL is done; without TOTAL, DONE goes from 0 to 1.

    It appends to the file that TURBO_PROGRESS names; outside of a task it does nothing.
    """
    text = lines(done, total, cost)
    if not text:
        raise UsageError("nothing is reported", next_step="turbo progress 3 10, or turbo progress --cost 1.50")
    path = progress_file()
    if path is not None:
        with path.open("a", encoding="ascii") as file:
            file.write(text)
