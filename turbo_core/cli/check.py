"""``turbo check``: what is wrong in workflow files, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import Struct

from turbo_core.app import App
from turbo_core.cli.shell import Shell
from turbo_core.errors import Problem, WorkflowInvalid
from turbo_core.report.text import plural
from turbo_core.workflow.files import shown
from turbo_core.workflow.finding import workflow_files


class Checked(Struct, frozen=True, kw_only=True):
    """One file: how much it holds, or what is wrong."""

    path: str
    tasks: int = 0
    phases: int = 0
    problems: tuple[Problem, ...] = ()


@click.command("check")
@click.argument("name", required=False)
@click.option("-f", "--file", "files", multiple=True, type=click.Path(path_type=Path), help="Check this file. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(shell: Shell, name: str | None, files: tuple[Path, ...], as_json: bool) -> int:
    """Check the workflow NAME, or files, or all workflows of this project; tell all mistakes at once.

    Exit code 2 if there is one.
    """
    checked = list(_checked(shell.app(), name, files))
    # A nested workflow is read with each one that runs it.
    problems = list(dict.fromkeys(problem for one in checked for problem in one.problems))
    if as_json:
        shell.print_json({"ok": not problems, "files": checked})
        return 2 if problems else 0
    for one in checked:
        if not one.problems:
            place = f"{one.path}: " if len(checked) > 1 else ""
            shell.print(f"{place}ok: {plural(one.tasks, 'task')} in {plural(one.phases, 'phase')}")
    if problems:
        raise WorkflowInvalid(problems)
    return 0


def _checked(app: App, name: str | None, files: tuple[Path, ...]) -> Iterator[Checked]:
    """Check each file that is meant; all workflows of the project if none is named."""
    if name is not None or not files:
        files = (*files, *(workflow_files(app.project) if name is None else ()))
        if name is not None or not files:
            yield _check(app, name, None)
    yield from (_check(app, None, file) for file in files)


def _check(app: App, name: str | None, file: Path | None) -> Checked:
    try:
        workflow, path = app.workflow(name, file)
    except WorkflowInvalid as error:
        return Checked(path=error.problems[0].path, problems=error.problems)
    tasks = sum(len(phase.tasks) for phase in workflow.phases)
    return Checked(path=shown(path, app.project), tasks=tasks, phases=len(workflow.phases))
