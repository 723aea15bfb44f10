"""``turbo history list``: the runs that the history knows."""

from __future__ import annotations

import click

from turbo_core.cli.past import ago
from turbo_core.cli.shell import Shell
from turbo_core.cli.workflows import known_workflow
from turbo_core.engine.keeping import learn
from turbo_core.journal import history
from turbo_core.journal.runs import run_folder
from turbo_core.report.text import duration, table


@click.command("list")
@click.argument("workflow", required=False)
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the latest ones.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, workflow: str | None, limit: int, *, as_json: bool) -> None:
    """List the runs of WORKFLOW (of the one that ran last, if none is named) that are known, the latest last."""
    project = shell.app().project
    learn(project)
    found = history.past_runs(project, known_workflow(project, workflow), limit)[::-1]
    if as_json:
        shell.print_json(found)
        return
    rows = [
        (run.id, run.outcome, ago(run.ended), duration(run.seconds), "" if run_folder(project, run.id).is_dir() else "gone")
        for run in found
    ]
    shell.print(table(("run", "outcome", "ended", "took", "folder"), rows))
