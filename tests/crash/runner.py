"""One runner in a process of its own, which notes what was acknowledged, and ends itself with SIGKILL where it is told.

All that is done from outside, around the journal's public port: Turbo does not know that it is tested. What is acknowledged is
written by one call for each commit, so it is there whatever happens to the process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

from turbo_core.app import App
from turbo_core.engine.terms import Options
from turbo_core.errors import RunUnknown
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft, Event

ACKNOWLEDGED = "acknowledged.txt"
KILLED = -signal.SIGKILL
PATIENCE = 120.0
"""Seconds that a runner may take before it counts as hanging."""

Act = Literal["go", "wait", "approve"]
"""``go``: run, or resume as far as it goes; ``wait``: the same, and stay while a person is asked; ``approve``: answer a gate."""

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.crash.runner", "turbo_core.testing", "pydantic"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A runner kills itself before or after its ``number``-th append (from 1) that has an event of this kind.

    ``kind`` may be the beginning of a kind; by default all appends count.
    """

    number: int
    when: Literal["before", "after"]
    kind: str = ""


def start(project: Path, act: Act = "go", moment: Moment | None = None) -> BaseProcess:
    """Start a runner; its exit code is that of the run, or ``KILLED``."""
    process = _context.Process(target=_run, args=(project, act, moment))
    process.start()
    return process


def finish(process: BaseProcess) -> int:
    """Wait for a runner; gives its exit code."""
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"the runner {process.pid} hangs")
    return process.exitcode


def acknowledged(project: Path) -> list[list[str]]:
    """The words of each commit that any runner has known to be durable: ``SEQ:KIND:HASH`` of each event."""
    path = project / ACKNOWLEDGED
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def _run(project: Path, act: Act, moment: Moment | None) -> None:
    _note_commits(project, moment)
    app = App(project, flags={"jobs": 2, "report": False})
    acts: dict[Act, Callable[[], int]] = {
        "go": lambda: _go(app, wait=False),
        "wait": lambda: _go(app, wait=True),
        "approve": lambda: _approve(app),
    }
    raise SystemExit(acts[act]())


def _go(app: App, *, wait: bool) -> int:
    try:
        folder = app.folder(None)
    except RunUnknown:
        return app.run(app.workflow()[0], {}, Options(wait=wait)).code
    return app.resume(folder, wait=wait).code


def _approve(app: App) -> int:
    folder = app.folder(None)
    task = next(iter(app.fold(folder).asking)).address
    result = app.answer(folder, task, {"approve": True, "comment": "", "fields": {}})
    assert result is not None
    return result.code


def _note_commits(project: Path, moment: Moment | None) -> None:
    descriptor = os.open(project / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    stage, commit, numbers = SqliteJournal.stage, SqliteJournal.commit, count(1)
    staged: list[Event] = []

    def noted_stage(journal: SqliteJournal, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        event = stage(journal, draft, round=round, at=at)
        staged.append(event)
        return event

    def noted_commit(journal: SqliteJournal) -> None:
        counts = moment is not None and any(event.kind.startswith(moment.kind) for event in staged)
        number = next(numbers) if counts else 0
        _kill_self(moment, number, "before")
        commit(journal)
        _kill_self(moment, number, "after")
        os.write(descriptor, (" ".join(f"{event.seq}:{event.kind}:{event.hash}" for event in staged) + "\n").encode())
        staged.clear()

    SqliteJournal.stage = noted_stage  # type: ignore[method-assign, assignment]
    SqliteJournal.commit = noted_commit  # type: ignore[method-assign, assignment]


def _kill_self(moment: Moment | None, number: int, when: str) -> None:
    if moment is not None and (moment.number, moment.when) == (number, when):
        os.kill(os.getpid(), signal.SIGKILL)
