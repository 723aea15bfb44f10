"""``turbo plugin list``: every plugin with its state and what it brings."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing
from turbo_core.cli.plugin.shown import as_value, print_problems, problem_value
from turbo_core.cli.shell import Shell
from turbo_core.plugins.loading import Listed
from turbo_core.report.text import one_line

_STYLES = {"on": "green", "off": "dim", "set aside": "bold red"}


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> None:
    """List every plugin with its state and what it brings."""
    plugins = shell.app().plugins
    found = plugins.inventory()
    if as_json:
        problems = [problem_value(problem) for problem in plugins.problems]
        shell.print_json({"plugins": [as_value(listed) for listed in found], "problems": problems})
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("name", "state", "distribution", "version", "brings"):
        grid.add_column(name, no_wrap=name in {"state", "version"}, overflow="fold")
    for listed in found:
        entry = listed.entry
        state = Text(listed.state, style=_STYLES[listed.state])
        grid.add_row(
            Text(entry.name, style="bold"), state, *map(Text, (entry.distribution, entry.version, one_line(_brings(listed))))
        )
    with drawing(shell) as to:
        to.print(grid)
    print_problems(shell, plugins.problems)


def _brings(listed: Listed) -> str:
    verdict = listed.verdict
    parts = [hook.removeprefix("turbo_") for hook in verdict.hooks if hook != "turbo_register"]
    parts += [f"{offer.kind} {offer.name}" for offer in verdict.offers]
    parts += [f"{listed.entry.name}.{verb}" for verb in verdict.actions]
    parts += [f"turbo {listed.entry.name}"] if listed.entry.group == "turbo.commands" else []
    return ", ".join(parts)
