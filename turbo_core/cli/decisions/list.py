"""``turbo decisions list``: decisions, and what came of them."""

from __future__ import annotations

import click
from msgspec.structs import asdict
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.shell import Shell
from turbo_core.journal import history
from turbo_core.journal.decided import PastDecision, decisions
from turbo_core.report.decisions import figure
from turbo_core.report.looks import style
from turbo_core.report.text import one_line, when

_COLUMNS = ("run", "workflow", "task", "at", "decision", "score", "by", "turned out")


@click.command("list")
@click.option("-w", "--workflow", default="", help="Only those of this workflow.")
@click.option("-t", "--task", default="", help="Only those of the task with this address.")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the latest ones.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with their criteria.")
@click.pass_obj
def command(shell: Shell, *, workflow: str, task: str, limit: int, as_json: bool) -> None:
    """List the decisions of this project, the latest last, with what came of them."""
    project = shell.app().project
    history.require(project)
    found = decisions(project, workflow=workflow, task=task, limit=limit)[::-1]
    if as_json:
        shell.print_json([{**asdict(made), "good": made.good} for made in found])
    elif not found:
        shell.print("Nothing was decided here yet. Gates decide: see docs/gates.md")
    else:
        _draw(shell, found)


def _draw(shell: Shell, found: list[PastDecision]) -> None:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in _COLUMNS:
        grid.add_column(name, no_wrap=name in {"run", "decision", "score"}, overflow="fold")
    for made in found:
        score = figure(made.score) if made.criteria else ""
        cells = (one_line(made.workflow), one_line(made.task), when(made.at))
        decision = Text(made.decision, style=style(made.decision))
        grid.add_row(Text(made.run, style="bold"), *map(Text, cells), decision, score, Text(one_line(made.by)), turned_out(made))
    with drawing(shell) as to:
        to.print(grid)


def turned_out(made: PastDecision) -> Text:
    """What came of a decision, in a word or two."""
    if made.good is None:
        return Text("not known", style="dim")
    word = "good" if made.good else "bad"
    aside = f" ({one_line(made.why) or 'rated'})" if made.rating else " (undone)" if made.undone else ""
    return Text.assemble((word, style("succeeded" if made.good else "failed")), aside)
