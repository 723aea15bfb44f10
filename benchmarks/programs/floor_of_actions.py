"""As little as Python can do: call the work of each task in graph.json, and commit starts and ends durably, in hundreds."""

import json
import os
import sqlite3
from pathlib import Path

GROUP = 100
journal = sqlite3.connect("journal.db", isolation_level=None)
journal.executescript(
    "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA fullfsync = 1;"
    "CREATE TABLE event (seq INTEGER PRIMARY KEY, kind TEXT, task INTEGER)"
)
size = len(json.loads(Path("graph.json").read_text()))


def mark() -> None:
    file = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, b".")
    os.close(file)


def commit(kind: str, tasks: range) -> None:
    journal.execute("BEGIN IMMEDIATE")
    journal.executemany("INSERT INTO event (kind, task) VALUES (?, ?)", [(kind, task) for task in tasks])
    journal.execute("COMMIT")


for first in range(0, size, GROUP):
    tasks = range(first, min(first + GROUP, size))
    commit("started", tasks)
    for _ in tasks:
        mark()
    commit("ended", tasks)
