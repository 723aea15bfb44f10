"""``turbo reject``: say no to what a run asks."""

from __future__ import annotations

import click

from turbo_core.cli.approve import answer
from turbo_core.cli.shell import Shell


@click.command("reject")
@click.argument("run")
@click.argument("task")
@click.option("--comment", default="", help="Why; some questions require it.")
@click.option("--no-resume", is_flag=True, help="Only record the answer; do not go on with the run.")
@click.pass_obj
def command(shell: Shell, run: str, task: str, *, comment: str, no_resume: bool) -> int:
    """Reject what the gate TASK of RUN asks, and go on with the run."""
    return answer(shell, run, task, approve=False, comment=comment, fields=(), go_on=not no_resume)
