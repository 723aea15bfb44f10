"""``turbo decisions calibration``: how well the scores of a gate foretold what came."""

from __future__ import annotations

from fractions import Fraction

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.shell import Shell
from turbo_core.journal import history
from turbo_core.journal.decided import PastDecision, decisions
from turbo_core.report.text import one_line, plural
from turbo_core.tracking.reliability import Forecast, Reliability, reliability

FEW = 20
"""With fewer outcomes a table says little."""


@click.command("calibration")
@click.argument("workflow", required=False, default="")
@click.option("-t", "--task", default="", help="Only the gate with this address.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, *, workflow: str, task: str, as_json: bool) -> None:
    """Tell for each gate (of WORKFLOW) how well its scores foretold what came: Brier score and reliability table.

    The Brier score is 0 for perfect forecasts, and 0.25 for saying 0.5 each time.
    """
    project = shell.app().project
    history.require(project)
    gates: dict[tuple[str, str], list[PastDecision]] = {}
    for made in decisions(project, workflow=workflow, task=task, limit=100_000):
        if made.criteria:
            gates.setdefault((made.workflow, made.task), []).append(made)
    found = {gate: reliability(_forecasts(past)) for gate, past in sorted(gates.items())}
    if as_json:
        shell.print_json([_plain(gate, known) for gate, known in found.items()])
    elif not found:
        shell.print("No gate with criteria has decided here yet.")
    for gate, known in [] if as_json else found.items():
        _draw(shell, gate, known, len(gates[gate]))


def _forecasts(past: list[PastDecision]) -> list[Forecast]:
    return [Forecast(score=made.score, confidence=made.confidence, good=made.good) for made in past if made.good is not None]


def _draw(shell: Shell, gate: tuple[str, str], known: Reliability | None, decided: int) -> None:
    shell.print(f"{one_line(gate[0])} / {one_line(gate[1])}: {plural(decided, 'decision')}")
    if known is None:
        shell.print("  of none of them it is known what came of it (turbo decisions rate RUN good|bad --why …)")
        return
    better = "better" if known.brier < known.base else "not better"
    shell.print(
        f"  Brier score {_shown(known.brier)} over {plural(known.count, 'outcome')}; {better} than always saying"
        f" {_shown(known.good)}, which has {_shown(known.base)}"
    )
    if known.count < FEW:
        shell.print(f"  fewer than {FEW} outcomes say little")
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    for name in ("scores", "decisions", "mean score", "turned out well"):
        grid.add_column(name, justify="left" if name == "scores" else "right")
    for one in known.bins:
        cells = (f"{_shown(one.low)}-{_shown(one.high)}", str(one.count), _shown(one.score), _shown(one.good))
        grid.add_row(*map(Text, cells))
    with drawing(shell) as to:
        to.print(grid)


def _plain(gate: tuple[str, str], known: Reliability | None) -> dict[str, object]:
    names: dict[str, object] = {"workflow": gate[0], "task": gate[1]}
    if known is None:
        return {**names, "count": 0}
    bins = [
        {"low": float(one.low), "high": float(one.high), "count": one.count, "score": float(one.score), "good": float(one.good)}
        for one in known.bins
    ]
    numbers = {"good": float(known.good), "brier": float(known.brier), "base": float(known.base)}
    return {**names, "count": known.count, **numbers, "bins": bins}


def _shown(number: Fraction) -> str:
    return f"{float(number):.3f}".rstrip("0").rstrip(".")
