"""``turbo events``: the journal of a run."""

from __future__ import annotations

import sys

import click

from turbo_core.cli.filtering import chosen, moment_of
from turbo_core.cli.shell import Shell
from turbo_core.cli.watch import Watch
from turbo_core.journal.reader import follow, read
from turbo_core.model import Event
from turbo_core.report import jsonlines
from turbo_core.report.text import as_json, clock, cut, one_line


@click.command("events")
@click.argument("run", required=False)
@click.option("--json", "as_json_lines", is_flag=True, help="Print each event as one line of JSON, complete.")
@click.option("--follow", "follows", is_flag=True, help="Stay, and print events as they come, until nobody runs the run.")
@click.option("--after", type=click.IntRange(0), default=0, metavar="N", help="Leave out the events up to number N.")
@click.option("--since", metavar="TIME", help="Leave out what is older: a time, or how long ago, such as 10m.")
@click.option("--where", default="", metavar="EXPRESSION", help="Print only events for which this holds; it reads event.")
@click.pass_obj
def command(shell: Shell, run: str | None, as_json_lines: bool, follows: bool, after: int, since: str | None, where: str) -> None:
    """Print the events of RUN (the latest run if none is named), in their order.

    EXPRESSION is of the workflow language: event.kind == "task.ended" and event.body.state == "failed".
    """
    folder = shell.app().folder(run)
    start = moment_of(since) if since else None
    width = shell.terminal().columns if sys.stdout.isatty() else 0
    events = follow(folder, after, Watch(folder)) if follows else read(folder, after)
    for event in chosen(events, where, start):
        click.echo(jsonlines.line(event) if as_json_lines else cut(_line(event), width))


def _line(event: Event) -> str:
    task = f"{event.task}#{event.attempt}" if event.attempt else event.task
    who = f"  by {event.actor} ({event.source})" if event.source else f"  by {event.actor}" if event.actor else ""
    body = ", ".join(f"{name}={_short(value)}" for name, value in event.body.items() if value not in ("", None, [], {}))
    return one_line(f"{event.seq} {clock(event.at)} {event.kind}{' ' if task else ''}{task}{who}") + (
        f"  {one_line(body)}" if body else ""
    )


def _short(value: object) -> str:
    return cut(as_json(value), 60)
