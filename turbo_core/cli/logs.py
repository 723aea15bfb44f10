"""``turbo logs``: what a task printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from turbo_core.cli.naming import run_and_task, task_of, view_of
from turbo_core.cli.shell import Shell
from turbo_core.cli.watch import Watch
from turbo_core.engine.scheduler import log_name
from turbo_core.errors import UsageError
from turbo_core.journal import reader
from turbo_core.journal.logs import path_of
from turbo_core.model import AttemptView, TaskView
from turbo_core.report.text import strip_controls

_PIECE = 65_536


@click.command("logs")
@click.argument("words", nargs=-1, metavar="[RUN] TASK")
@click.option("--attempt", type=click.IntRange(1), metavar="N", help="The attempt with this number; the last if not given.")
@click.option("--raw", is_flag=True, help="Print the bytes as they are, control sequences too. Secrets stay masked.")
@click.option("--follow", "follows", is_flag=True, help="Print the output of all attempts as it comes, until the task is done.")
@click.option("--undo", "undone", is_flag=True, help="Print the output of its undo instead, of the last try.")
@click.pass_obj
def command(shell: Shell, *, words: tuple[str, ...], attempt: int | None, raw: bool, follows: bool, undone: bool) -> None:
    """Show what TASK printed.

    TASK is an address, or a name that only one task has. Without RUN it is about the latest run.
    """
    run, name = run_and_task(words, "logs")
    app = shell.app()
    folder, view = view_of(app, run)
    task = task_of(view, name)
    copy = _Copy(sys.stdout.buffer, raw=raw)
    if undone:
        copy.rest_of(_log_of_undo(folder, task, app.fold(folder).nodes[task.address].undo_tries))
    elif follows:
        _follow(folder, task.address, attempt, copy)
    else:
        copy.rest_of(_log(folder, task, attempt))
    if not copy.offset:
        shell.warn(f"{task.address} printed nothing.")


def _log(folder: Path, task: TaskView, number: int | None) -> Path:
    if task.cells or task.phases:
        inside = [*task.cells, *(one for phase in task.phases for one in phase.tasks)]
        named = ", ".join(one.address for one in inside[:5])
        raise UsageError(f"{task.address} has no log of its own", next_step=f"see its parts: {named}")
    kept = [attempt for attempt in task.attempts if number in (None, attempt.number)]
    if not kept:
        raise UsageError(_missing(task, number), why=task.why)
    path = path_of(folder, kept[-1].log)
    if path is None:
        raise UsageError(f"the log of {task.address} is not there", where=str(folder / kept[-1].log))
    return path


def _log_of_undo(folder: Path, task: TaskView, tries: int) -> Path:
    path = path_of(folder, log_name(task.address, tries, undo=True))
    if path is None:
        raise UsageError(f"{task.address} has no log of an undo", next_step="see turbo show")
    return path


def _missing(task: TaskView, number: int | None) -> str:
    if number is None or not task.attempts:
        return f"{task.address} has no log"
    return f"{task.address} has no attempt {number}, only {_numbers(task.attempts)}"


def _numbers(attempts: tuple[AttemptView, ...]) -> str:
    return ", ".join(str(attempt.number) for attempt in attempts)


def _follow(folder: Path, address: str, number: int | None, copy: _Copy) -> None:
    """Copy log after log until the task has ended, or nobody runs the run any more."""
    log: Path | None = None

    def look() -> None:
        if log is not None:
            copy.rest_of(log)

    for event in reader.follow(folder, 0, Watch(folder, look)):
        if event.task != address:
            continue
        if event.kind == "attempt.started" and number in (None, event.attempt):
            copy.offset, log = 0, folder / event.body["log"]
        elif event.kind == "attempt.ended":
            look()
            log = None
        if event.kind == "task.ended" or (event.kind == "attempt.ended" and event.attempt == number):
            return


class _Copy:
    """Copies a growing file to a stream, from where it stopped the last time."""

    def __init__(self, stream: BinaryIO, *, raw: bool) -> None:
        self.offset = 0
        self._stream = stream
        self._made: Callable[[bytes], bytes] = _as_it_is if raw else _harmless

    def rest_of(self, path: Path) -> None:
        if not path.is_file():
            return
        with path.open("rb") as file:
            file.seek(self.offset)
            while line := file.readline(_PIECE):
                self._stream.write(self._made(line))
            self.offset = file.tell()
        self._stream.flush()


def _as_it_is(line: bytes) -> bytes:
    return line


def _harmless(line: bytes) -> bytes:
    return strip_controls(line.decode(errors="replace").replace("\r\n", "\n")).encode()
