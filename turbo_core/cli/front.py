"""What a person sees while a run goes on: the live view, plain lines, JSON lines or nothing; then a summary.

A run that parks on a question is asked about here, if the person at the terminal may answer; the answer takes the same way as
``turbo approve``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

import click
from msgspec.structs import replace

from turbo_core.builtin.communicate import TerminalChannel
from turbo_core.builtin.track import Display, TerminalTracker
from turbo_core.cli.outlet import outlet
from turbo_core.cli.outlook import outlook_of
from turbo_core.cli.raw import RawTracker
from turbo_core.cli.shell import Shell
from turbo_core.cli.waiting import waits_for
from turbo_core.engine.nodes import Node
from turbo_core.engine.outline import nodes_of
from turbo_core.engine.runner import PARKED
from turbo_core.engine.terms import Front, Result
from turbo_core.errors import UsageError
from turbo_core.journal import logs
from turbo_core.messages import Message, Receipt
from turbo_core.model import Event, RunInfo
from turbo_core.report import jsonlines
from turbo_core.report.live import LiveDisplay
from turbo_core.report.looks import speaks_unicode
from turbo_core.report.plain import PlainDisplay
from turbo_core.report.terminal import console, finish
from turbo_core.report.text import strip_controls
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow

Mode: TypeAlias = Literal["auto", "plain", "json", "quiet", "raw"]

_SILENT = frozenset({"json", "quiet"})
"""Modes in which standard output is for nothing but what was asked for."""
_WIDE = 200


@contextmanager
def front(shell: Shell, workflow: Workflow, mode: Mode, after: int = 0) -> Iterator[Front]:
    """What the mode shows, for the time of a run; for people only what comes after the event with the number ``after``."""
    if mode == "json":
        yield Front(trackers={"track": _print_event}, channels={"terminal": _keep_silent})
    elif mode == "quiet":
        yield Front(channels={"terminal": _keep_silent})
    elif mode == "raw":
        raw = RawTracker(sys.stdout.buffer)
        try:
            yield Front(trackers={"track": raw.turbo_track})
        finally:
            raw.close()
    else:
        with _shown(shell, workflow, mode, after) as shown:
            yield shown


@contextmanager
def _shown(shell: Shell, workflow: Workflow, mode: Mode, after: int) -> Iterator[Front]:
    terminal = shell.terminal()
    live = terminal.live and mode == "auto"
    display: Display = LiveDisplay(sys.stdout, color=terminal.color) if live else PlainDisplay(sys.stdout, color=terminal.color)
    outlook = outlook_of(shell.app(), workflow) if live else None
    tracker = TerminalTracker(display, outline=nodes_of(workflow), after=after, outlook=outlook)
    channel = TerminalChannel(tracker.say, color=terminal.color, unicode=speaks_unicode(sys.stdout.encoding))
    try:
        yield Front(trackers={"track": tracker.turbo_track}, channels={"terminal": channel.turbo_communicate})
    finally:
        tracker.close()


def _print_event(event: Event, _run: RunInfo) -> None:
    sys.stdout.write(jsonlines.line(event) + "\n")
    sys.stdout.flush()


def _keep_silent(message: Message) -> Receipt:
    return Receipt(channel=message.channel, reference=message.key)


@outlet()
def drive(shell: Shell, workflow: Workflow, mode: Mode, go: Callable[[Front], Result | None], *, after: int = 0) -> int:
    """Let a run go on, ask the person at the terminal what it asks, and sum up; gives the exit code.

    Args:
        shell: the terminal.
        workflow: of the run.
        mode: how to show it.
        go: lets it go on.
        after: the number of the last event that is known already.
    """
    with front(shell, workflow, mode, after) as shown:
        result = go(replace(shown, planted=shell.planted))
    while result is not None and result.code == PARKED and mode == "auto" and shell.terminal().interactive:
        answer = _ask(shell, result)
        if answer is None:
            break
        with front(shell, workflow, mode, shell.app().fold(result.folder).seq) as shown:
            result = answer(shown)
    if result is None:
        click.echo("The runner of the run was told.", err=mode in _SILENT)
        return 0
    sum_up(shell, result, mode)
    return result.code


def sum_up(shell: Shell, result: Result, mode: Mode) -> None:
    """Say how the run ended and what to do next."""
    if mode in _SILENT:
        return
    stream = sys.stderr if mode == "raw" else sys.stdout
    report = result.folder / "report" / "report.html"
    # A pipe has no width: nothing is folded there.
    shown = console(stream, color=shell.terminal().color, width=None if stream.isatty() else _WIDE)
    told = str(report) if report.is_file() else ""
    finish(shown, result.run, lambda path, limit: logs.tail(result.folder, path, limit), report=told)
    if result.code == PARKED:
        for line in waits_for(result.run.id, shell.app().fold(result.folder).asking):
            click.echo(strip_controls(line), stream)


# ---------------------------------------------------------------- asking


def _ask(shell: Shell, result: Result) -> Callable[[Front], Result | None] | None:
    """Ask the first question that the person here may answer; ``None`` if there is none, or they would rather not."""
    app = shell.app()
    for node in app.fold(result.folder).asking:
        if "due" in node.asked and app.people.allows(node.asked["who"], app.actor) and not _is_starter(shell, result, node):
            return _ask_gate(shell, result, node)
        if "due" not in node.asked:
            return _ask_lost(shell, result, node)
    return None


def _is_starter(shell: Shell, result: Result, node: Node) -> bool:
    return bool(node.asked["not_starter"]) and result.run.actor == shell.app().actor


def _ask_gate(shell: Shell, result: Result, node: Node) -> Callable[[Front], Result | None] | None:
    asked = node.asked
    click.echo()
    click.secho(strip_controls(str(asked["question"])), bold=True)
    if asked["message"]:
        click.echo(strip_controls(str(asked["message"])))
    answer = click.prompt("Approve, reject, or later", type=click.Choice(["approve", "reject", "later"]), default="later")
    if answer == "later":
        return None
    fields: dict[str, JSON] = {}
    if answer == "approve":
        for entry in asked["fields"]:
            label = entry["description"] or entry["name"]
            fields[entry["name"]] = click.prompt(strip_controls(label), default=entry["default"])
    comment = click.prompt("Comment", default="" if asked["comment"] == "optional" else None, show_default=False)
    body = {"approve": answer == "approve", "comment": comment, "fields": fields}
    return lambda shown: _answered(shell, result, node.address, body, shown)


def _answered(shell: Shell, result: Result, task: str, body: dict[str, JSON], shown: Front) -> Result | None:
    try:
        return shell.app().answer(result.folder, task, body, front=shown)
    except UsageError as error:
        click.secho(str(error), fg="red", err=True)
        return result


def _ask_lost(shell: Shell, result: Result, node: Node) -> Callable[[Front], Result | None] | None:
    click.echo()
    click.secho(strip_controls(f"{node.address}: {node.message}"), bold=True)
    answer = click.prompt("What became of it", type=click.Choice(["rerun", "done", "fail", "later"]), default="later")
    if answer == "later":
        return None
    return lambda shown: shell.app().settle(result.folder, answer, [node.address], shown)
