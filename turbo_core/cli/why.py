"""``turbo why``: one sentence about a task."""

from __future__ import annotations

import click

from turbo_core.app import App
from turbo_core.cli.drawing import say
from turbo_core.cli.naming import run_and_task, task_of, view_of
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.journal.runs import runs
from turbo_core.workflow.selection import tasks_of


@click.command("why")
@click.argument("words", nargs=-1, metavar="[RUN] TASK")
@click.pass_obj
def command(shell: Shell, words: tuple[str, ...]) -> None:
    """Tell in one sentence why TASK ran, waits, was skipped, failed, or was not reached.

    TASK is an address, or a name that only one task has. Without RUN it is about the latest run.
    """
    run, name = run_and_task(words, "why")
    app = shell.app()
    try:
        _folder, view = view_of(app, run)
        say(shell, task_of(view, name).why)
    except UsageError:
        if run is not None or not _is_written(app, name):
            raise
        cause = "the latest run does not have it" if runs(app.project) else "there are no runs here yet"
        say(shell, f"{name} has not run, because {cause}; it stands in the workflow (turbo run).")


def _is_written(app: App, name: str) -> bool:
    """Whether turbo.yaml has a task of that name."""
    try:
        workflow, _path = app.workflow()
    except UsageError:
        return False
    return any(task.name == name for task in tasks_of(workflow))
