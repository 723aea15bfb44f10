"""``turbo clean``: remove ended runs, by name or by the settings that say how many are kept."""

from __future__ import annotations

from pathlib import Path

import click

from turbo_core.app import App
from turbo_core.cli.shell import Shell
from turbo_core.engine.keeping import discard, husks, learn, surplus
from turbo_core.engine.recovery import at_rest
from turbo_core.errors import RunHeld, UsageError
from turbo_core.journal.lock import is_held
from turbo_core.journal.retention import size
from turbo_core.report.text import plural
from turbo_core.workflow.units import format_size


@click.command("clean")
@click.argument("runs", nargs=-1)
@click.option("--keep", type=click.IntRange(0), help="How many ended runs are kept; 0: all.")
@click.option("--days", type=click.IntRange(0), help="For how many days after its end a run is kept; 0: no bound.")
@click.option("--gib", type=click.IntRange(0), help="How many GiB the ended runs may take together; 0: no bound.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@click.pass_obj
def command(shell: Shell, runs: tuple[str, ...], keep: int | None, days: int | None, gib: int | None, *, dry_run: bool) -> None:
    """Remove RUNS and all that belongs to them.

    If none is named, those go that have ended and are beyond the settings keep, keep_days and keep_gib, as at the end of turbo
    run. A run that has not ended is never removed.
    """
    app = shell.app(flags={"keep": keep, "keep_days": days, "keep_gib": gib})
    wanted = [_ended(app, run) for run in runs] if runs else _beyond(app)
    sizes = {folder: size(folder) for folder in wanted}
    gone = wanted if dry_run else [folder for folder in wanted if discard(folder)]
    for folder in gone:
        shell.print(f"{folder.name}  {format_size(sizes[folder])}")
    freed = format_size(sum(sizes[folder] for folder in gone))
    shell.print(f"{plural(len(gone), 'run')} {'would be' if dry_run else 'were' if len(gone) != 1 else 'was'} removed: {freed}")
    for folder in wanted:
        if folder not in gone:
            shell.warn(f"{folder.name} could not be removed")


def _beyond(app: App) -> list[Path]:
    learn(app.project)
    return [*husks(app.project), *(old.folder for old in surplus(app.project, app.bounds))]


def _ended(app: App, run: str) -> Path:
    folder = app.folder(run)
    holder = is_held(folder)
    if holder is not None:
        raise RunHeld(f"a runner holds this run: {holder}", where=folder.name, next_step="end it with: turbo cancel")
    if not at_rest(app.fold(folder)):
        raise UsageError(
            "the run has not ended", where=folder.name, next_step="turbo resume goes on with it, turbo cancel ends it"
        )
    return folder
