"""The file of a project's history: its tables, what they answer, and whether it is sound. It knows no run."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Final

from turbo_core.journal.tables import Tables
from turbo_core.words import JSON

FILE_NAME: Final = "history.db"
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
CREATE TABLE IF NOT EXISTS facts (run TEXT PRIMARY KEY, tasks INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS decision (
    run TEXT NOT NULL, seq INTEGER NOT NULL, workflow TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL,
    decision TEXT NOT NULL, body BLOB NOT NULL, outcome TEXT NOT NULL, undone INTEGER NOT NULL, rating TEXT NOT NULL,
    why TEXT NOT NULL, PRIMARY KEY (run, seq)
) STRICT;
CREATE INDEX IF NOT EXISTS decision_of_gate ON decision (workflow, address, run);
"""
_INDEX: Final = Tables(name=FILE_NAME, version=5, schema=_SCHEMA, patience=5.0)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error tells that the file is not what SQLite wrote."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def place(project: Path) -> Path:
    """Where the index is."""
    return _INDEX.place(project)


def ask(project: Path, query: str, values: tuple[str | int, ...]) -> list[tuple[JSON, ...]]:
    """The rows that a query finds; none if the index is missing or cannot be read."""
    try:
        with closing(_INDEX.connect(project)) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error:
        return []


class Asking:
    """`ask` again and again, from any thread: the index stays open."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def ask(self, query: str, values: tuple[str | int, ...]) -> list[tuple[JSON, ...]]:
        """The rows that a query finds; none if the index is missing or cannot be read. It is opened anew then."""
        with self._turn:
            try:
                self._connection = self._connection or _INDEX.connect(self._project)
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error:
                self._close()
                return []

    def close(self) -> None:
        """Let go of the index; whoever asks again opens it."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def changing(project: Path) -> AbstractContextManager[sqlite3.Connection]:
    """One transaction.

    Raises:
        sqlite3.Error, OSError: the index cannot be written.
    """
    return _INDEX.changing(project)


def is_sound(project: Path) -> bool:
    """Whether the index is there, can be read, and has the tables that this version knows."""
    try:
        with closing(_INDEX.connect(project)) as connection:
            return _INDEX.is_current(connection)
    except sqlite3.OperationalError:  # there is none, or it is locked
        return place(project).exists()
    except sqlite3.Error:
        return False


def remove(project: Path) -> None:
    """Take the index away."""
    for name in (FILE_NAME, f"{FILE_NAME}-journal"):
        place(project).with_name(name).unlink(missing_ok=True)
