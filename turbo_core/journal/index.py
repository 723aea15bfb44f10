"""The file of a project's history: its tables, opening it, one transaction, and whether it is sound. It knows no run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from turbo_core.journal.files import FILE_MODE
from turbo_core.journal.runs import HOME_NAME, home
from turbo_core.words import JSON

FILE_NAME: Final = "history.db"
_VERSION: Final = 3
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, created TEXT NOT NULL, ended TEXT NOT NULL, outcome TEXT NOT NULL,
    seconds REAL NOT NULL, actor TEXT NOT NULL, takes INTEGER NOT NULL, foretold BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS run_of_workflow ON run (workflow, id);
CREATE TABLE IF NOT EXISTS success (
    workflow TEXT NOT NULL, address TEXT NOT NULL, fingerprint TEXT NOT NULL, outputs BLOB NOT NULL, run TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (workflow, address)
) STRICT;
CREATE TABLE IF NOT EXISTS task (
    run TEXT NOT NULL, address TEXT NOT NULL, state TEXT NOT NULL, failure TEXT NOT NULL, unchanged INTEGER NOT NULL,
    seconds REAL NOT NULL, waited REAL NOT NULL, output INTEGER NOT NULL, log INTEGER NOT NULL, cpu REAL NOT NULL,
    memory INTEGER NOT NULL, blocks INTEGER NOT NULL, cost REAL NOT NULL, tries BLOB NOT NULL, PRIMARY KEY (run, address)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decision (
    run TEXT NOT NULL, seq INTEGER NOT NULL, workflow TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL,
    decision TEXT NOT NULL, body BLOB NOT NULL, outcome TEXT NOT NULL, undone INTEGER NOT NULL, rating TEXT NOT NULL,
    why TEXT NOT NULL, PRIMARY KEY (run, seq)
) STRICT;
CREATE INDEX IF NOT EXISTS decision_of_gate ON decision (workflow, address, run);
"""
_TABLES: Final = ("run", "success", "task", "decision")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error tells that the file is not what SQLite wrote."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def place(project: Path) -> Path:
    """Where the index is."""
    return project / HOME_NAME / FILE_NAME


def ask(project: Path, query: str, values: tuple[str | int, ...]) -> list[tuple[JSON, ...]]:
    """The rows that a query finds; none if the index is missing or cannot be read."""
    try:
        with closing(_connect(project, "ro")) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error:
        return []


def _connect(project: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(place(project)))}?mode={mode}", uri=True, isolation_level=None, timeout=5.0)


@contextmanager
def changing(project: Path) -> Iterator[sqlite3.Connection]:
    """One transaction. A rollback journal and not a WAL: many processes write here, and seldom."""
    home(project)
    with closing(_connect(project, "rwc")) as connection:
        place(project).chmod(FILE_MODE)
        connection.execute("BEGIN IMMEDIATE")
        try:
            _require_tables(connection)
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def is_sound(project: Path) -> bool:
    """Whether the index is there, can be read, and has the tables that this version knows."""
    try:
        with closing(_connect(project, "ro")) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
    except sqlite3.OperationalError:  # there is none, or it is locked
        return place(project).exists()
    except sqlite3.Error:
        return False


def _require_tables(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        for table in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def remove(project: Path) -> None:
    """Take the index away."""
    for name in (FILE_NAME, f"{FILE_NAME}-journal"):
        place(project).with_name(name).unlink(missing_ok=True)
