"""``turbo messages stats``: what became of messages, for each channel and kind."""

from __future__ import annotations

import click
from msgspec.structs import asdict
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.messages.gathering import gathered
from turbo_core.cli.shell import Shell
from turbo_core.report.text import duration
from turbo_core.telling.posted import Tally, tallies

COLUMNS = ("messages", "arrived", "after", "failed", "waiting", "withheld", "seen", "after", "answered", "after", "expired")


@click.command("stats")
@click.option("-n", "--limit", type=click.IntRange(1), default=100, show_default=True, help="Of how many runs, the latest ones.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, *, limit: int, as_json: bool) -> None:
    """Tell for each channel and kind how many messages arrived and how soon, were seen, answered, or expired."""
    found = tallies(gathered(shell.app(), None, limit))
    if as_json:
        shell.print_json([asdict(tally) for tally in found])
    elif not found:
        shell.print("There are no messages here yet.")
    else:
        _draw(shell, found)


def _draw(shell: Shell, found: list[Tally]) -> None:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("channel")
    grid.add_column("kind")
    for name in COLUMNS:
        grid.add_column(name, justify="right", no_wrap=True)
    for tally in found:
        numbers = (
            str(tally.messages),
            str(tally.delivered),
            _after(tally.seconds),
            *(str(count or "") for count in (tally.failed, tally.waiting, tally.withheld, tally.acknowledged)),
            _after(tally.acknowledged_after),
            str(tally.answered or ""),
            _after(tally.answered_after),
            str(tally.expired or ""),
        )
        grid.add_row(Text(tally.channel, style="bold"), Text(tally.kind), *map(Text, numbers))
    with drawing(shell) as to:
        to.print(grid)


def _after(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)
