"""``turbo compare``: what differed between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.drawing import drawing, say
from turbo_core.cli.naming import view_of
from turbo_core.cli.past import look
from turbo_core.cli.shell import Shell
from turbo_core.differences import Change, Comparison, Pace
from turbo_core.errors import UsageError
from turbo_core.journal.runs import folders, look_at
from turbo_core.model import RunView
from turbo_core.report.compare import compare
from turbo_core.report.text import duration, one_line, when

_PARTS = ("surroundings", "inputs", "plugins", "states", "outputs")
_LONG = 60


@click.command("compare")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, before: str | None, after: str | None, *, as_json: bool) -> None:
    """Tell what differed between the runs BEFORE and AFTER: inputs, plugins, states, durations.

    With one run, it is compared with the last run of its workflow that succeeded before it. With none, the latest run is.
    """
    app = shell.app()
    _folder, later = view_of(app, before if after is None else after)
    earlier = view_of(app, before)[1] if after is not None else view_of(app, _last_good(app.project, later))[1]
    found = compare(earlier, later)
    if as_json:
        shell.print_json(found)
    else:
        _draw(shell, found)


def _last_good(project: Path, run: RunView) -> str:
    for folder in reversed(folders(project)):
        found = look_at(folder) if folder.name < run.id else None
        first = found.first if found is not None else None
        if found is not None and first is not None and first.body.get("workflow") == run.workflow:
            past = look(found)
            if past.state == "succeeded":
                return past.id
    raise UsageError(f"no earlier run of {run.workflow} succeeded", where=f"run {run.id}", next_step="name two runs: turbo runs")


def _draw(shell: Shell, found: Comparison) -> None:
    say(shell, f"{found.before} ({when(found.before_at)}) and {found.after}: {_outcome(found)}; {_pace(found.seconds)}")
    if not found.count:
        say(shell, "Nothing else differs.")
        return
    for name, rows in _tables(found):
        grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for column in (name, "before", "after", ""):
            grid.add_column(column, overflow="fold")
        for row in rows:
            grid.add_row(*row)
        shell.print()
        with drawing(shell) as to:
            to.print(grid)


def _outcome(found: Comparison) -> str:
    outcome = found.outcome
    return f"both {outcome.after}" if outcome.before == outcome.after else f"{outcome.before}, then {outcome.after}"


def _pace(pace: Pace) -> str:
    return f"{duration(pace.before)}, then {duration(pace.after)}"


def _tables(found: Comparison) -> Iterator[tuple[str, list[tuple[Text, ...]]]]:
    """A table for each part in which something differs."""
    for name in _PARTS:
        changes: Sequence[Change] = getattr(found, name)
        if changes:
            yield name, [_row(change.name, _value(change.before), _value(change.after)) for change in changes]
    if found.durations:
        yield "durations", [_slower(pace) for pace in found.durations]


def _row(name: str, before: str, after: str, note: str = "", style: str = "") -> tuple[Text, ...]:
    return Text(one_line(name), style="bold"), Text(before), Text(after), Text(note, style=style)


def _slower(pace: Pace) -> tuple[Text, ...]:
    longer = pace.after > pace.before
    factor = pace.factor if longer else pace.before / pace.after if pace.after else 0.0
    note = f"{factor:.1f} times as {'long' if longer else 'fast'}" if factor else ""
    return _row(pace.name, duration(pace.before), duration(pace.after), note, "yellow" if longer else "green")


def _value(text: str) -> str:
    return one_line(text, _LONG) if text else "-"
