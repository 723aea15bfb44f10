"""The SQLite file of one run: its tables, how it is opened, how rows are read, and what its errors mean.

Only this room knows SQL. The file is never opened but through SQLite: closing any other descriptor of it would drop the locks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from turbo_core.errors import JournalDamaged, StorageFailed, TurboError
from turbo_core.journal.codec import GENESIS, Row, digest, to_event
from turbo_core.journal.files import AFTER_FULL, FILE_MODE, storage
from turbo_core.model import Event
from turbo_core.words import FORMAT

FILE_NAME = "journal.db"

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE event (
    seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, round INTEGER NOT NULL, kind TEXT NOT NULL, task TEXT NOT NULL,
    attempt INTEGER NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, dedupe TEXT NOT NULL,
    tenant TEXT NOT NULL, body BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_end ON event (task, attempt, round) WHERE kind = 'attempt.ended';
CREATE TABLE lease (epoch INTEGER NOT NULL, holder TEXT NOT NULL) STRICT;
CREATE TABLE meta (format INTEGER NOT NULL, run TEXT NOT NULL) STRICT;
INSERT INTO lease VALUES (0, '');
COMMIT;
"""
_PRAGMAS: dict[str, int | str] = {
    "busy_timeout": 5000,  # milliseconds; only a foreign program can make us wait
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a commit that returned survives the loss of power
    "fullfsync": 1,  # macOS: through the drive's cache
    "checkpoint_fullfsync": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
}
_READ_PRAGMAS: dict[str, int | str] = {"busy_timeout": 5000, "trusted_schema": 0, "cell_size_check": 1, "query_only": 1}
_SELECT = f"SELECT {', '.join(Row._fields)} FROM event"  # noqa: S608 - the names of our own columns
_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * len(Row._fields))})"  # noqa: S608 - question marks
_BATCH = 512


def create(path: Path, run: str) -> None:
    """Make the file of a new run, complete and durable, and close it."""
    with faults(path):
        connection = _connect(path, "rwc")
        try:
            path.chmod(FILE_MODE)  # the log and index files beside it inherit this
            _set(connection, _PRAGMAS, path)
            connection.executescript(_SCHEMA)
            connection.execute("INSERT INTO meta VALUES (?, ?)", (FORMAT, run))
        finally:
            connection.close()


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """Open the journal in a run's folder, durable settings in force.

    Raises:
        JournalDamaged: there is none, or it is not one.
        StorageFailed: it cannot be opened, or a setting is refused.
    """
    return _open(folder, "rw", _PRAGMAS)


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open the journal in a run's folder without ever changing it; a writer may live beside."""
    return _open(folder, "ro", _READ_PRAGMAS)


def run_of(connection: sqlite3.Connection, place: Path) -> str:
    """Give the run that the journal belongs to.

    Raises:
        JournalDamaged: it does not say, or its format is one that this version of Turbo does not know.
    """
    rows = connection.execute("SELECT format, run FROM meta").fetchall()
    if len(rows) != 1:
        raise damaged(place, 1, "it does not say which run it belongs to")
    version, run = rows[0]
    if version != FORMAT:
        raise JournalDamaged(
            f"the journal has format {version}, this Turbo reads format {FORMAT}",
            where=str(place),
            why="first bad event: 1",
            next_step="use the version of Turbo that wrote it",
        )
    return str(run)


def epoch_of(connection: sqlite3.Connection, place: Path) -> int:
    """Give the epoch of the last writer, 0 if nothing was written yet.

    Raises:
        JournalDamaged: it does not say.
    """
    leases = connection.execute("SELECT epoch, holder FROM lease").fetchall()
    if len(leases) != 1:
        raise damaged(place, 1, "it does not say who wrote it last")
    return int(leases[0][0])


def check_structure(connection: sqlite3.Connection, place: Path) -> None:
    """Let SQLite check its pages and indexes.

    Raises:
        JournalDamaged: they are not sound.
    """
    told = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if told != "ok":
        raise damaged(place, 1, told)


def hash_of(connection: sqlite3.Connection, seq: int, place: Path) -> bytes:
    """Give the hash of event ``seq``, or of the beginning for 0.

    Raises:
        JournalDamaged: there is no such event.
    """
    if seq == 0:
        return GENESIS
    found = connection.execute("SELECT hash FROM event WHERE seq = ?", (seq,)).fetchone()
    if found is None:
        raise damaged(place, last_seq(connection) + 1, f"event {seq} is missing")
    return bytes(found[0])


def last_seq(connection: sqlite3.Connection) -> int:
    """Give the number of the last event, 0 if there is none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def ends(connection: sqlite3.Connection, run: str) -> tuple[Event, Event] | None:
    """Give the first and the last event, unchecked; ``None`` if there is none."""
    last = last_seq(connection)
    rows = [connection.execute(f"{_SELECT} WHERE seq = ?", (seq,)).fetchone() for seq in (1, last)]
    if None in rows:
        return None
    return to_event(run, Row._make(rows[0])), to_event(run, Row._make(rows[1]))


def events(connection: sqlite3.Connection, run: str, *, after: int, prev: bytes, place: Path) -> Iterator[Event]:
    """Read the events that follow number ``after``, whose hash is ``prev``, and check that each follows from the one before.

    Reads in short transactions, so that a long reader never keeps the writer's log from shrinking.

    Raises:
        JournalDamaged: the chain breaks; the error names the first bad event.
    """
    seq = after
    while rows := _batch(connection, seq, place):
        for row in rows:
            seq += 1
            yield _checked(run, row, seq, prev, place)
            prev = row.hash


def append(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Add rows; part of a transaction of the caller."""
    connection.executemany(_INSERT, rows)


def damaged(place: Path, seq: int, why: str) -> JournalDamaged:
    """Say that the journal at ``place`` is damaged from event ``seq`` on."""
    return JournalDamaged(
        "the journal is not what was written",
        where=str(place),
        why=f"first bad event: {seq} ({why})",
        next_step="restore the run's folder from a copy, or start a new run",
    )


@contextmanager
def faults(place: Path, *, seq: int = 1) -> Iterator[None]:
    """Turn an error of SQLite inside the block into one of Turbo's; ``seq`` is the first event that it can concern."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged page can hold bytes that are no text
        raise explain(error, place, seq=seq) from error


def explain(error: sqlite3.Error | UnicodeDecodeError, place: Path, *, seq: int = 1) -> TurboError:
    """Say what an error of SQLite means for the journal at ``place``."""
    code = primary_code(error)
    why = f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
    if code == sqlite3.SQLITE_FULL:
        return StorageFailed("the disk is full", where=str(place), why=why, next_step=AFTER_FULL)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StorageFailed("another program keeps the journal locked", where=str(place), why=why, next_step="end that program")
    if code in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return damaged(place, seq, why)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return TurboError("a fact contradicts one that is already in the journal", where=str(place), why=why)
    return StorageFailed("the journal cannot be used", where=str(place), why=why, next_step="check the disk, then: turbo resume")


def primary_code(error: sqlite3.Error | UnicodeDecodeError) -> int:
    """Give SQLite's own code of an error; text that is not Unicode has none and counts as a plain error."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _connect(path: Path, mode: Literal["ro", "rw", "rwc"], *, fixed: bool = False) -> sqlite3.Connection:
    options = f"mode={mode}&immutable=1" if fixed else f"mode={mode}"
    return sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, isolation_level=None)


def _is_fixed(path: Path) -> bool:
    """Whether nothing can change a journal: nobody has it open for writing, and we could not write beside it either.

    SQLite reads a WAL journal only where it can make the index beside it, unless it is told that the file never changes.
    """
    return not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)


def _open(folder: Path, mode: Literal["ro", "rw"], pragmas: dict[str, int | str]) -> sqlite3.Connection:
    path = folder / FILE_NAME
    with storage(path):
        if not path.exists():
            raise damaged(path, 1, "the file is missing")
    with faults(path):
        connection = _connect(path, mode, fixed=mode == "ro" and _is_fixed(path))
        try:
            _set(connection, pragmas, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _set(connection: sqlite3.Connection, pragmas: dict[str, int | str], path: Path) -> None:
    for name, wanted in pragmas.items():
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise StorageFailed(
                "this disk or this SQLite cannot keep a journal safely",
                where=str(path),
                why=f"{name} is {found}, wanted is {wanted}; SQLite is {sqlite3.sqlite_version}",
                next_step="keep the project on a local disk",
            )
    connection.execute("PRAGMA mmap_size = 0")  # answers nothing where SQLite was built without it


def _batch(connection: sqlite3.Connection, seq: int, place: Path) -> list[Row]:
    with faults(place, seq=seq + 1):
        found = connection.execute(f"{_SELECT} WHERE seq > ? ORDER BY seq LIMIT ?", (seq, _BATCH)).fetchall()
    return [Row._make(row) for row in found]


def _checked(run: str, row: Row, seq: int, prev: bytes, place: Path) -> Event:
    if row.seq != seq:
        raise damaged(place, seq, "it is missing")
    if row.prev != prev:
        raise damaged(place, seq, "it does not follow from the one before")
    try:
        if digest(run, row) == row.hash:
            return to_event(run, row)
    except (TypeError, ValueError, AttributeError) as error:  # a damaged page can hold any type in any column
        raise damaged(place, seq, str(error)) from error
    raise damaged(place, seq, "its hash does not match its contents")
