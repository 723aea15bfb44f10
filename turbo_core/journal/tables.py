"""A file of tables in a project's folder that many processes write, each seldom: its version, and one transaction at a time.

What stands in the tables is their owner's; what they hold can be made again or missed, so a file of another version is emptied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from msgspec import Struct

from turbo_core.journal.files import FILE_MODE
from turbo_core.journal.runs import HOME_NAME, home

_NAMES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


class Tables(Struct, frozen=True, kw_only=True):
    """One kind of such a file.

    Attributes:
        name: of the file.
        version: of its tables.
        schema: the statements that make them, each with ``IF NOT EXISTS``.
        patience: seconds to wait for another writer.
    """

    name: str
    version: int
    schema: str
    patience: float

    def place(self, project: Path) -> Path:
        """Where the file of a project is."""
        return project / HOME_NAME / self.name

    def connect(self, project: Path, mode: Literal["ro", "rwc"] = "ro") -> sqlite3.Connection:
        """Open the file; without a mode only to read. Threads may share the connection if they wait for each other.

        Raises:
            sqlite3.OperationalError: it is not there, or not for us.
        """
        place = f"file:{quote(str(self.place(project)))}?mode={mode}"
        return sqlite3.connect(place, uri=True, isolation_level=None, timeout=self.patience, check_same_thread=False)

    @contextmanager
    def changing(self, project: Path) -> Iterator[sqlite3.Connection]:
        """One transaction, in which all tables are there. A rollback journal and not a WAL, since writers are rare.

        Raises:
            sqlite3.Error, OSError: the file cannot be written.
        """
        home(project)
        with closing(self.connect(project, "rwc")) as connection:
            self.place(project).chmod(FILE_MODE)
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._require(connection)
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether an open file has the tables of this version."""
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == self.version)

    def _require(self, connection: sqlite3.Connection) -> None:
        if self.is_current(connection):
            return
        for (table,) in connection.execute(_NAMES).fetchall():
            connection.execute(f'DROP TABLE "{table}"')
        for statement in filter(str.strip, self.schema.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {self.version}")
