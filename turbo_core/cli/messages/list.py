"""``turbo messages list``: what people were told, and whether it arrived."""

from __future__ import annotations

import click
from msgspec.structs import asdict
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import console_of, drawing
from turbo_core.cli.messages.gathering import gathered
from turbo_core.cli.messages.sending import held
from turbo_core.cli.shell import Shell
from turbo_core.report.looks import look, speaks_unicode, style
from turbo_core.report.text import between, duration, one_line, plural, when
from turbo_core.telling.posted import Posted

LOOKS = {"delivered": "succeeded", "failed": "failed", "withheld": "skipped", "waiting": "asking"}


@click.command("list")
@click.argument("run", required=False)
@click.option("--undelivered", is_flag=True, help="Only what has not arrived, and what waits for a digest.")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="Of how many runs, the latest ones.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, run: str | None, *, undelivered: bool, limit: int, as_json: bool) -> None:
    """List the messages of RUN, or of the latest runs."""
    app = shell.app()
    waits = held(app)
    shown = [
        line
        for line in gathered(app, run, limit)
        if not undelivered or line.state in {"failed", "waiting"} or (line.key, line.channel) in waits
    ]
    if as_json:
        shell.print_json([asdict(line) for line in shown])
    elif not shown:
        shell.print("Everything has arrived." if undelivered else "There are no messages here yet.")
    else:
        _draw(shell, shown)
        lost = sum(line.state in {"failed", "waiting"} for line in shown)
        if lost:
            shell.print(f"{plural(lost, 'message')} did not arrive: turbo messages resend")


def _draw(shell: Shell, shown: list[Posted]) -> None:
    unicode = speaks_unicode(console_of(shell).encoding)
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("at", "run", "id", "kind", "to", "state", "message"):
        grid.add_column(name, no_wrap=name not in {"message", "at", "id"}, overflow="fold")
    for line in shown:
        state = LOOKS[line.state]
        sign = Text(f"{look(state).mark(unicode=unicode)} {line.state}", style=style(state))
        target = line.channel if line.audience == "team" else f"{line.channel} ({line.audience})"
        told = one_line(line.subject, 100) + "".join(f"\n{one_line(more, 200)}" for more in _more(line))
        grid.add_row(
            Text(when(line.at)),
            Text(line.run, style="bold"),
            Text(one_line(line.id)),
            Text(line.kind),
            Text(target),
            sign,
            Text(told),
        )
    with drawing(shell) as to:
        to.print(grid)


def _more(line: Posted) -> list[str]:
    after = duration(between(line.at, line.acknowledged))
    seen = f"seen by {line.by} after {after}" if line.acknowledged and not line.answer else ""
    by = f" by {line.by}" if line.by and line.answer in {"approved", "rejected"} else ""
    return [told for told in (line.why, seen, f"{line.answer}{by}") if told]
