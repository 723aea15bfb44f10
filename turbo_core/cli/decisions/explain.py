"""``turbo decisions explain``: the table of a decision, with bars."""

from __future__ import annotations

import click

from turbo_core.cli.drawing import drawing
from turbo_core.cli.naming import run_and_task, view_of
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.report.terminal import decision


@click.command("explain")
@click.argument("words", nargs=-1, metavar="[RUN] TASK")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, words: tuple[str, ...], as_json: bool) -> None:
    """Show how the gate TASK came to its decision: each criterion with its weight, score, confidence and reason.

    The bar is as long as the weight and filled as far as the score. Without RUN it is about the latest run.
    """
    run, name = run_and_task(words, "decisions explain")
    _folder, view = view_of(shell.app(), run)
    found = [made for made in view.decisions if made.task == name]
    if not found:
        known = ", ".join(dict.fromkeys(made.task for made in view.decisions)) or "none"
        raise UsageError(f"nothing was decided at {name!r}", where=f"run {view.id}", next_step=f"decided was: {known}")
    if as_json:
        shell.print_json(found)
        return
    with drawing(shell) as to:
        for made in found:
            decision(to, made)
