"""``turbo messages resend``: send again what has not arrived."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator

import click

from turbo_core.app import App
from turbo_core.cli.messages.gathering import gathered
from turbo_core.cli.messages.sending import courier, sent_again
from turbo_core.cli.shell import Shell
from turbo_core.errors import RunHeld, StorageFailed
from turbo_core.report.text import one_line, plural
from turbo_core.telling.posted import Posted


@click.command("resend")
@click.argument("run", required=False)
@click.option("--channel", help="Only to this channel.")
@click.option("--digest", "early", is_flag=True, help="Send now what waits for the end of quiet hours.")
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="Of how many runs, the latest ones.")
@click.pass_obj
def command(shell: Shell, run: str | None, *, channel: str | None, early: bool, limit: int) -> int:
    """Send again what has not arrived of RUN, or of the latest runs; then the digests that are due.

    A message keeps its key, so that a channel can tell one that had arrived after all. The exit code is 1 if one does not arrive.
    """
    app = shell.app()
    missing = [line for line in gathered(app, run, limit) if line.state in {"failed", "waiting"}]
    lines = [line for line in missing if channel in {None, line.channel}]
    results = [*_messages(shell, app, lines), *_digests(app, early=early)]
    for told, fault in results:
        shell.print(f"{'not sent' if fault else 'sent'}: {one_line(told)}" + (f": {one_line(fault)}" if fault else ""))
    arrived = sum(not fault for _told, fault in results)
    shell.print(f"{plural(arrived, 'message')} sent, {len(results) - arrived} not" if results else "Everything has arrived.")
    return 1 if arrived < len(results) else 0


def _messages(shell: Shell, app: App, lines: Iterable[Posted]) -> Iterator[tuple[str, str]]:
    by_run: dict[str, list[Posted]] = {}
    for line in lines:
        by_run.setdefault(line.run, []).append(line)
    for run, group in by_run.items():
        try:
            for line, fault in sent_again(app, run, group):
                yield f"{line.subject} (to {line.channel})", fault
        except RunHeld:
            shell.warn(f"{run} goes on: its runner delivers {plural(len(group), 'message')} by itself")


def _digests(app: App, *, early: bool) -> list[tuple[str, str]]:
    try:
        sent = courier(app).digest(time.time(), early=early)
    except (sqlite3.Error, OSError) as error:
        raise StorageFailed("the digests cannot be read", where=str(app.project / ".turbo"), why=str(error)) from error
    return [(f"a digest of {plural(len(one.messages), 'message')} (to {one.channel})", fault) for one, fault in sent]
