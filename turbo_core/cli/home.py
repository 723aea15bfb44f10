"""The bare ``turbo``: what one can do here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from turbo_core import __version__
from turbo_core.app import App
from turbo_core.cli.drawing import console_of, drawing
from turbo_core.cli.past import NEXT, Past, ago, look
from turbo_core.cli.shell import Shell
from turbo_core.cli.waiting import command_for
from turbo_core.engine.nodes import Node
from turbo_core.journal.runs import RunRef, run_folder, runs
from turbo_core.report.looks import look as look_of
from turbo_core.report.looks import speaks_unicode, style
from turbo_core.report.text import one_line
from turbo_core.workflow.finding import workflow_files
from turbo_core.workflow.listing import Listed, peek

_RECENT: Final = 10
"""How many of the latest runs are searched for questions."""

_OPEN: Final = frozenset({"parked", "running"})


def show(shell: Shell) -> int:
    """Tell which workflows there are, how the last run went, what waits for a person, and what to type next."""
    app = shell.app()
    workflows = [peek(path) for path in workflow_files(app.project)]
    recent = [look(run) for run in _recent(app)]
    shell.print(f"turbo {__version__} in {app.project}")
    _workflows(shell, workflows)
    if recent:
        _last(shell, recent[-1])
    waiting = [(past, node) for past in recent if past.state in _OPEN for node in _questions(app, past)]
    if waiting:
        shell.print("\nWaiting for a person")
    for past, node in waiting:
        shell.print(f"  {past.id}  {node.address}  {one_line(str(node.asked.get('question') or node.message), 100)}")
    shell.print(f"\nNext: {_next(workflows, recent, waiting)}")
    if workflows or recent:
        shell.print("More: turbo --help")
    return 0


def _recent(app: App) -> Sequence[RunRef]:
    return runs(app.project)[-_RECENT:]


def _workflows(shell: Shell, workflows: Sequence[Listed]) -> None:
    shell.print("\nWorkflows" if workflows else "\nThere are no workflows here yet.")
    names = [one_line(listed.name or listed.path.name) for listed in workflows]
    width = max(map(len, names), default=0)
    for listed, name in zip(workflows, names, strict=True):
        told = "broken, see: turbo check" if listed.problem else listed.description.partition("\n")[0]
        shell.print(f"  {name.ljust(width)}  {one_line(told)}".rstrip())


def _last(shell: Shell, past: Past) -> None:
    state = "lost" if past.state in {"interrupted", "damaged"} else past.state
    sign = Text(look_of(state).mark(unicode=speaks_unicode(console_of(shell).encoding)), style=style(state))
    shell.print("\nLast run")
    name = (f"{one_line(past.workflow)} ".lstrip(), "bold")
    told = ", ".join(part for part in (past.state, ago(past.ended or past.started)) if part)
    with drawing(shell) as to:
        to.print(Text.assemble("  ", sign, " ", name, told, (f"  run {past.id}", "dim")), soft_wrap=True)


def _questions(app: App, past: Past) -> Iterator[Node]:
    yield from app.fold(run_folder(app.project, past.id)).asking


def _next(workflows: Sequence[Listed], recent: Sequence[Past], waiting: Sequence[tuple[Past, Node]]) -> str:
    """What to type next, and why."""
    if waiting:
        past, node = waiting[-1]
        return command_for(past.id, node)
    known = NEXT.get(recent[-1].state) if recent else None
    if known:
        return known.format(run=recent[-1].id)
    if any(listed.problem for listed in workflows):
        return "turbo check"
    if not workflows:
        return "turbo init  (writes a first workflow for this folder)"
    first = workflows[0]
    return "turbo run" if first.path.name == "turbo.yaml" else f"turbo run {one_line(first.name)}"
