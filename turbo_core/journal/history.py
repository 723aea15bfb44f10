"""The history of a project: an index of its runs and of the last success of each task, made from the journals.

Nothing depends on it being right or there: what cannot be read counts as unknown, what cannot be written is left out, and
``rebuild`` makes it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from turbo_core.errors import TurboError
from turbo_core.journal import codec
from turbo_core.journal.files import FILE_MODE
from turbo_core.journal.reader import read
from turbo_core.journal.runs import HOME_NAME, home, runs
from turbo_core.model import Event
from turbo_core.words import JSON

FILE_NAME = "history.db"
_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, created TEXT NOT NULL, ended TEXT NOT NULL, outcome TEXT NOT NULL,
    seconds REAL NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS success (
    workflow TEXT NOT NULL, address TEXT NOT NULL, fingerprint TEXT NOT NULL, outputs BLOB NOT NULL, run TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (workflow, address)
) STRICT;
"""
_KEEP_NEWER = """
INSERT INTO success VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    fingerprint = excluded.fingerprint, outputs = excluded.outputs, run = excluded.run, at = excluded.at
WHERE excluded.at >= at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One line of the history. ``ended`` is the time of the last event; ``seconds`` counts from the first to it."""

    id: str
    workflow: str
    created: str
    ended: str
    outcome: str
    seconds: float
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """The last success of a task: the fingerprint of what it was made from, its outputs, and the run."""

    fingerprint: str
    outputs: Mapping[str, JSON]
    run: str


def record(project: Path, events: Iterable[Event]) -> bool:
    """Enter a run, or what is new of it. Gives false if the index could not be written, which harms nothing.

    Args:
        project: the project's folder.
        events: all events of the run so far.
    """
    try:
        with _changing(project) as connection:
            _enter(connection, events)
    except (sqlite3.Error, OSError, TurboError):
        return False
    return True


def rebuild(project: Path) -> int:
    """Make the index anew from the journals; gives how many runs are in it. Runs with a damaged journal are left out.

    Raises:
        StorageFailed: a journal cannot be read.
        sqlite3.Error: the index cannot be written.
    """
    try:
        return _refill(project)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
    path = _path(project)
    for name in (FILE_NAME, f"{FILE_NAME}-journal"):
        path.with_name(name).unlink(missing_ok=True)
    return _refill(project)


def last_success(project: Path, workflow: str, address: str) -> Success | None:
    """Give the last success of a task; ``None`` if none is known."""
    query = "SELECT fingerprint, outputs, run FROM success WHERE workflow = ? AND address = ?"
    try:
        for fingerprint, outputs, run in _ask(project, query, (workflow, address)):
            return Success(fingerprint=fingerprint, outputs=codec.decode(outputs), run=run)
    except ValueError:  # a damaged index
        return None
    return None


def past_runs(project: Path, workflow: str, limit: int) -> list[PastRun]:
    """Give the latest ``limit`` runs of a workflow that are known, newest first."""
    query = "SELECT id, workflow, created, ended, outcome, seconds, actor FROM run WHERE workflow = ? ORDER BY id DESC LIMIT ?"
    return [
        PastRun(id=run, workflow=name, created=created, ended=ended, outcome=outcome, seconds=seconds, actor=actor)
        for run, name, created, ended, outcome, seconds, actor in _ask(project, query, (workflow, limit))
    ]


def ended(project: Path) -> dict[str, str]:
    """The runs that are known to have ended: id → time of the last event."""
    query = "SELECT id, ended FROM run WHERE outcome IN ('succeeded', 'failed', 'cancelled')"
    return {str(run): str(at) for run, at in _ask(project, query, ())}


def _path(project: Path) -> Path:
    return project / HOME_NAME / FILE_NAME


def _ask(project: Path, query: str, values: tuple[str | int, ...]) -> list[tuple[JSON, ...]]:
    try:
        with closing(_connect(project, "ro")) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error:
        return []


def _connect(project: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(_path(project)))}?mode={mode}", uri=True, isolation_level=None, timeout=5.0)


@contextmanager
def _changing(project: Path) -> Iterator[sqlite3.Connection]:
    """One transaction. A rollback journal and not a WAL: many processes write here, and seldom."""
    home(project)
    with closing(_connect(project, "rwc")) as connection:
        _path(project).chmod(FILE_MODE)
        connection.execute("BEGIN IMMEDIATE")
        try:
            _require_tables(connection)
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _require_tables(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        for table in ("run", "success"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def _refill(project: Path) -> int:
    count = 0
    with _changing(project) as connection:
        connection.execute("DELETE FROM run")
        connection.execute("DELETE FROM success")
        for run in runs(project):
            if not run.problem:
                count += _enter_journal(connection, run.folder)
    return count


def _enter_journal(connection: sqlite3.Connection, folder: Path) -> int:
    connection.execute("SAVEPOINT run")
    try:
        _enter(connection, read(folder))
    except TurboError:
        connection.execute("ROLLBACK TO run")
        return 0
    finally:
        connection.execute("RELEASE run")
    return 1


def _enter(connection: sqlite3.Connection, events: Iterable[Event]) -> None:
    workflow, first, last, outcome = "", None, None, "running"
    for event in events:
        first, last = first or event, event
        if event.kind == "run.created":
            workflow = str(event.body.get("workflow", ""))
        elif event.kind == "task.ended":
            _enter_success(connection, workflow, event)
        outcome = _outcome(event, outcome)
    if first is None or last is None:
        return
    seconds = (datetime.fromisoformat(last.at) - datetime.fromisoformat(first.at)).total_seconds()
    line = (first.run, workflow, first.at, last.at, outcome, seconds, first.actor)
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", line)


def _outcome(event: Event, before: str) -> str:
    if event.kind == "run.ended":
        return str(event.body.get("outcome", before))
    if event.kind == "run.parked":
        return "parked"
    return "running" if event.kind in {"run.taken", "run.round"} else before


def _enter_success(connection: sqlite3.Connection, workflow: str, event: Event) -> None:
    fingerprint = event.body.get("fingerprint")
    if event.body.get("state") == "succeeded" and fingerprint:
        outputs = codec.encode(event.body.get("outputs") or {})
        connection.execute(_KEEP_NEWER, (workflow, event.task, str(fingerprint), outputs, event.run, event.at))
