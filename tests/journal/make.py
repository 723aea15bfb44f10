"""Short ways to the values that the tests of the journal need."""

from pathlib import Path
from typing import Any

from turbo_core.journal.lock import Holder
from turbo_core.journal.runs import run_folder
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft, Event

AT = "2026-11-21T10:00:00Z"
HOLDER = Holder.here(AT)


def new(project: Path, run: str = "0aaa-0000-000") -> SqliteJournal:
    return SqliteJournal.create(run_folder(project, run), run, HOLDER)


def put(
    journal: SqliteJournal, kind: str = "task.ready", *, task: str = "", attempt: int = 0, at: str = AT, **body: Any
) -> Event:
    event = journal.stage(Draft(kind=kind, task=task, attempt=attempt, actor="ann", body=body), round=1, at=at)
    journal.commit()
    return event


def filled(project: Path, count: int, run: str = "0aaa-0000-000") -> Path:
    journal = new(project, run)
    for number in range(1, count + 1):
        journal.stage(Draft(kind="task.ready", task=f"t{number}", actor="ann", body={"n": number}), round=1, at=AT)
    journal.commit()
    journal.close()
    return run_folder(project, run)
