"""``turbo approve``: say yes to what a run asks."""

from __future__ import annotations

import click

from turbo_core.cli.front import drive
from turbo_core.cli.naming import task_of
from turbo_core.cli.run import given
from turbo_core.cli.shell import Shell
from turbo_core.engine.view import view


def answer(shell: Shell, run: str, task: str, *, approve: bool, comment: str, fields: tuple[str, ...], go_on: bool) -> int:
    """Answer the gate ``task`` of a run, and go on with the run if nobody else does."""
    app = shell.app()
    folder = app.folder(run)
    state = app.fold(folder)
    gate = task_of(view(state, folder), task).address
    body = {"approve": approve, "comment": comment, "fields": dict(given(fields, "-f"))}
    return drive(
        shell,
        state.workflow,
        "auto",
        lambda front: app.answer(folder, gate, body, go_on=go_on, front=front),
        after=state.seq,
    )


@click.command("approve")
@click.argument("run")
@click.argument("task")
@click.option("-f", "--field", "fields", multiple=True, metavar="KEY=VALUE", help="A field of the question.")
@click.option("--comment", default="", help="Why; some questions require it.")
@click.option("--no-resume", is_flag=True, help="Only record the answer; do not go on with the run.")
@click.pass_obj
def command(shell: Shell, run: str, task: str, *, fields: tuple[str, ...], comment: str, no_resume: bool) -> int:
    """Approve what the gate TASK of RUN asks, and go on with the run."""
    return answer(shell, run, task, approve=True, comment=comment, fields=fields, go_on=not no_resume)
