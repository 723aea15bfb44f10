"""``turbo decisions weights``: the weights that history suggests for a gate."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.journal import history
from turbo_core.journal.decided import PastDecision, decisions
from turbo_core.learning import GateHistory, JudgedRun, Suggestion
from turbo_core.plugins.hooking import Failure
from turbo_core.report.text import one_line, plural


@click.command("weights")
@click.argument("workflow")
@click.argument("task")
@click.pass_obj
def command(shell: Shell, workflow: str, task: str) -> None:
    """Show which weights history suggests for the gate TASK of WORKFLOW, by what plugins make of it. Nothing is changed."""
    app = shell.app()
    if not app.plugins.implementers("turbo_suggest"):
        raise UsageError("no plugin suggests weights", next_step="turbo plugin install turbo-plugin-learn")
    history.require(app.project)
    past = [made for made in decisions(app.project, workflow=workflow, task=task, limit=100_000) if made.criteria]
    if not past:
        raise UsageError(f"no gate {task!r} of {workflow!r} has decided here yet", next_step="see turbo decisions list")
    known = _history(past)
    shell.print(f"{one_line(workflow)} / {one_line(task)}: {plural(len(known.runs), 'run')} whose outcome is known")
    for plugin, answer in app.plugins.collect("turbo_suggest", history=known):
        if isinstance(answer, Failure):
            shell.warn(f"the plugin {plugin} failed: {answer.message}")
        elif isinstance(answer, Suggestion):
            _draw(shell, plugin, known, answer)


def _history(past: list[PastDecision]) -> GateHistory:
    newest = past[0]
    runs = [
        JudgedRun(
            run=made.run,
            scores={line["name"]: line["score"] for line in made.criteria if line["score"] is not None},
            score=made.score,
            good=made.good,
        )
        for made in reversed(past)
        if made.good is not None
    ]
    weights = {line["name"]: line["weight"] for line in newest.criteria}
    return GateHistory(workflow=newest.workflow, task=newest.task, weights=weights, runs=tuple(runs))


def _draw(shell: Shell, plugin: str, known: GateHistory, answer: Suggestion) -> None:
    shell.print(f"{plugin}: {one_line(answer.reason)}")
    for name, value in answer.figures.items():
        shell.print(f"  {one_line(name)}: {one_line(value)}")
    if not answer.weights:
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    grid.add_column("criterion")
    for name in ("weight", "suggested"):
        grid.add_column(name, justify="right")
    for name, weight in known.weights.items():
        grid.add_row(Text(one_line(name)), str(weight), str(answer.weights.get(name, "-")))
    with drawing(shell) as to:
        to.print(grid)
