"""The facts of files, kept from one run to the next: a file of the same size and time has the same facts.

It is a cache and nothing else: what cannot be read or written is found out anew, and nobody is told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from turbo_plugin_project.reading import VERSION, Facts, packed, unpacked
from turbo_plugin_project.tree import File

_BATCH: Final = 500
_TABLE: Final = """CREATE TABLE IF NOT EXISTS facts
(path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, told TEXT, windows BLOB) WITHOUT ROWID"""


class Cache:
    """The facts that are known; ``store`` is ``None`` where none can be kept."""

    def __init__(self, store: sqlite3.Connection | None) -> None:
        self._store = store
        self._new: list[tuple[str, int, int, str, bytes]] = []

    def get(self, file: File) -> Facts | None:
        """The facts of a file, if it has not changed since."""
        if self._store is None:
            return None
        with suppress(sqlite3.Error, ValueError, TypeError):
            row = self._store.execute("SELECT size, changed, told, windows FROM facts WHERE path = ?", (file.path,)).fetchone()
            if row and row[:2] == (file.size, file.changed):
                return unpacked(json.loads(row[2]), row[3])
        return None

    def put(self, file: File, facts: Facts) -> None:
        """Remember the facts of a file."""
        self._new.append((file.path, file.size, file.changed, json.dumps(packed(facts)), facts.windows.tobytes()))
        if len(self._new) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is new."""
        if self._store is not None:
            with suppress(sqlite3.Error), self._store:
                self._store.executemany("REPLACE INTO facts VALUES (?, ?, ?, ?, ?)", self._new)
        self._new.clear()

    def forget(self, kept: set[str]) -> None:
        """Drop the facts of files that are gone."""
        if self._store is not None:
            with suppress(sqlite3.Error), self._store:
                known = {row[0] for row in self._store.execute("SELECT path FROM facts")}
                self._store.executemany("DELETE FROM facts WHERE path = ?", [(path,) for path in known - kept])


def place(home: Path, folder: str) -> Path:
    """Where the facts of a folder are kept: each has a file of its own, because paths are relative to it."""
    name = "" if folder in ("", ".") else "-" + sha256(folder.encode()).hexdigest()[:12]
    return home / f"project-facts{name}.db"


@contextmanager
def opened(file: Path | None) -> Iterator[Cache]:
    """The cache in a file, whose folder is made invisible to git; nothing is kept where there is no file."""
    store = _store(file) if file and _made(file.parent) else None
    if store is None:
        yield Cache(None)
        return
    with closing(store):
        cache = Cache(store)
        yield cache
        cache.flush()


def _made(home: Path) -> bool:
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        if not (home / ".gitignore").exists():
            (home / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError:
        return False
    return True


def _store(file: Path) -> sqlite3.Connection | None:
    for last in (False, True):
        try:
            return _connected(file)
        except sqlite3.DatabaseError as error:
            if last or "locked" in str(error):
                return None
            with suppress(OSError):  # damaged, or of another version: made anew
                file.unlink(missing_ok=True)
    return None


def _connected(file: Path) -> sqlite3.Connection:
    store = sqlite3.connect(file, timeout=5)
    try:
        (found,) = store.execute("PRAGMA user_version").fetchone()
        if found not in (0, VERSION):
            raise sqlite3.DatabaseError("the facts are of another version")
        store.execute("PRAGMA synchronous=OFF")
        store.execute(_TABLE)
        store.execute(f"PRAGMA user_version={VERSION}")
        store.commit()
    except sqlite3.Error:
        store.close()
        raise
    return store
