"""A run in the terminal: ``turbo show``, and the summary at the end of ``turbo run``.

Draws with rich on a console that the caller makes with ``console``; without colour the same text is plain. Reads logs only
through the function that it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from turbo_core.model import DecisionView, MessageView, PhaseView, RunView, TaskView
from turbo_core.report import decisions, tree
from turbo_core.report.anomalies import listed
from turbo_core.report.looks import look, speaks_unicode, style, words
from turbo_core.report.tails import LogTail
from turbo_core.report.text import duration, one_line, plural, size, tail_lines, when

_LINES: Final = 8
_TAIL: Final = 8_192
_SHOWN: Final = 10
_BAR: Final = 24
_WORTH_CPU: Final = 0.1
_WORTH_MEMORY: Final = 32 << 20
"""Seconds of processor time and bytes of memory that a task must have used before that is told."""
_COUNTS: Final = re.compile(r"^(\d+ [a-z]+(, |\. |$))+")


def console(stream: TextIO, *, color: bool, width: int | None = None, live: bool = False) -> Console:
    """A console that writes to a stream and decides nothing by itself.

    Args:
        stream: where to.
        color: whether colours may be used.
        width: columns; ``None`` follows the terminal, also when it is resized.
        live: whether the cursor may be moved.
    """
    return Console(
        file=stream,
        color_system="standard" if color else None,
        no_color=not color,
        force_terminal=color or live,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


def show(to: Console, run: RunView) -> None:
    """The whole run: head, phases with their tasks and what these used, decisions, messages."""
    _head(to, run)
    for phase in run.phases:
        to.print()
        to.print(_phase(to, phase))
    for made in run.decisions:
        to.print()
        decision(to, made)
    if run.messages:
        to.print()
    for message in run.messages:
        to.print(_message(to, message))


def finish(to: Console, run: RunView, log_tail: LogTail, *, report: str = "") -> None:
    """The end of a run: failures with the end of their logs, counts, how long it took, where the report lies."""
    failed = tree.failures(run.phases)
    for task in failed[:_SHOWN]:
        _failure(to, run, task, log_tail)
    if len(failed) > _SHOWN:
        to.print(Text(f"{plural(len(failed) - _SHOWN, 'more failure')}: turbo show {run.id}", style="dim"))
    _head(to, run, reason=not failed)
    if report:
        to.print(Text.assemble(("report  ", "dim"), one_line(report)), soft_wrap=True)


def decision(to: Console, made: DecisionView) -> None:
    """A decision with its criteria; the bar is as long as the weight and filled as far as the score."""
    to.print(Text.assemble(sign(to, made.decision), " ", (one_line(made.question), "bold")))
    to.print(Text(f"  {made.decision}{f' by {one_line(made.by)}' if made.by else ''}: {one_line(made.reason)}"))
    if made.comment:
        to.print(Text(f"  {one_line(made.comment)}", style="dim"))
    if made.criteria:
        to.print(Padding(_criteria(to, made), (0, 0, 0, 2), expand=False))


def _criteria(to: Console, made: DecisionView) -> Table:
    full, empty = ("█", "░") if _unicode(to) else ("#", ".")
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for name, justify in _COLUMNS:
        grid.add_column(name, justify=justify, no_wrap=justify == "right")
    for row in decisions.rows(made):
        item = row.criterion
        numbers = (str(item.weight), decisions.figure(item.score), decisions.figure(item.confidence))
        bar = decisions.bar(row, _BAR, full=full, empty=empty)
        grid.add_row(*(Text(one_line(cell)) for cell in (item.name, *numbers, bar, decisions.remark(item))))
    whole = (decisions.figure(made.score), decisions.figure(made.confidence))
    needed = f"accept {decisions.figure(made.accept)}, reject {decisions.figure(made.reject)}"
    grid.add_row(*(Text(cell, style="bold") for cell in ("all", "", *whole, needed, "")))
    return grid


_COLUMNS: Final[tuple[tuple[str, Literal["left", "right"]], ...]] = (
    ("criterion", "left"),
    ("weight", "right"),
    ("score", "right"),
    ("confidence", "right"),
    ("weight x score", "left"),
    ("reason", "left"),
)


def sign(to: Console, state: str) -> Text:
    """The symbol of a state in its colour."""
    return Text(look(state).mark(unicode=_unicode(to)), style=style(state))


def tally(to: Console, tasks: Iterable[TaskView]) -> Text:
    """Counts by state with their symbols."""
    counts = tree.counts(tasks).items()
    parts = [Text.assemble(sign(to, state), " ", (f"{count} {words(state)}", style(state))) for state, count in counts]
    return Text("  ").join(parts) if parts else Text("no tasks", style="dim")


def _unicode(to: Console) -> bool:
    return speaks_unicode(to.encoding)


def _head(to: Console, run: RunView, *, reason: bool = True) -> None:
    took = f"in {duration(run.seconds)}" if run.ended_at else f"since {when(run.created_at)}"
    title = (f"{one_line(run.workflow)} {run.outcome}", f"bold {style(run.outcome)}")
    to.print(Text.assemble(sign(to, run.outcome), " ", title, f" {took}  ", (f"run {run.id}", "dim")))
    # Of a summary only the reason is news: the outcome stands in the title, the counts in the tally.
    news = _COUNTS.sub("", one_line(run.summary).removeprefix(f"{one_line(run.workflow)} {run.outcome}: "))
    if news and reason:
        to.print(Text(f"  {news}"))
    to.print(Text.assemble("  ", tally(to, tree.leaves(run.phases))))
    if run.anomalies:
        told = f"out of the ordinary: {one_line(listed(run.anomalies))}"
        to.print(Text.assemble("  ", sign(to, "warning"), " ", (told, style("warning"))))


def _phase(to: Console, phase: PhaseView) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, expand=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(one_line(phase.name), style="bold"), Text(), Text(), tally(to, tree.leaves([phase])))
    for top in phase.tasks:
        for task in tree.family(top):
            grid.add_row(*_row(to, task))
    return grid


def _row(to: Console, task: TaskView) -> tuple[Text, Text, Text, Text]:
    state = tree.shown_state(task)
    name = Text.assemble("  ", sign(to, state), " ", one_line(task.address))
    took = Text(duration(task.seconds) if task.started_at else "", style="dim")
    notes = [words(state), *(["unchanged"] if task.unchanged else []), *([words(task.undo)] if task.undo else [])]
    notes += [f"{len(task.attempts)} attempts"] if len(task.attempts) > 1 else []
    why = "" if state == "succeeded" else _why(task)
    used = Text(_used(task), style="dim")
    return name, took, used, Text.assemble((", ".join(notes), style(state)), "  " if why else "", (why, "dim"))


def _used(task: TaskView) -> str:
    """What the attempts of a task used, as far as it is worth a word: processor time and peak memory."""
    cpu = sum(attempt.usage.cpu for attempt in task.attempts)
    memory = max((max(attempt.usage.memory, attempt.usage.group_memory) for attempt in task.attempts), default=0)
    parts = ([f"{duration(cpu)} cpu"] if cpu >= _WORTH_CPU else []) + ([size(memory)] if memory >= _WORTH_MEMORY else [])
    return ", ".join(parts)


def _failure(to: Console, run: RunView, task: TaskView, log_tail: LogTail) -> None:
    state = tree.shown_state(task)
    told = ((one_line(task.address), f"bold {style(state)}"), f"  {words(state)}", f"  {_why(task)}".rstrip())
    to.print(Text.assemble(sign(to, state), " ", *told))
    attempt = tree.last_log(task)
    bar = "│" if _unicode(to) else "|"
    for line in tail_lines(log_tail(attempt.log, _TAIL), _LINES) if attempt else []:
        to.print(Text.assemble((f"  {bar} ", "dim"), line), soft_wrap=True)
    if attempt:
        to.print(Text(f"  more: turbo logs {run.id} {one_line(task.address)}", style="dim"), soft_wrap=True)
    to.print()


def _why(task: TaskView) -> str:
    """The sentence about a task without its beginning, where the task and its state stand beside it."""
    told = one_line(task.why or task.reason)
    for known in (f"{one_line(task.address)} ", f"was {task.state}, ", f"was {task.state}: ", f"{task.state} "):
        told = told.removeprefix(known)
    return told


def _message(to: Console, message: MessageView) -> Text:
    receipts = ", ".join(f"{channel}: {receipt}" for channel, receipt in message.receipts.items())
    return Text.assemble(sign(to, message.level), " ", one_line(message.subject), (f"  {one_line(receipts)}", "dim"))
