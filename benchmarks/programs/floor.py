"""As little as Python can do: run the tasks of graph.json, two at a time, by ``posix_spawn``.

With the name of a file, each start and end is committed there as durably as Turbo does it: before the act, in batches.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path

PRAGMAS = "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA fullfsync = 1"


def main() -> None:
    needs: list[list[int]] = json.loads(Path("graph.json").read_text())
    journal = sqlite3.connect(sys.argv[1], isolation_level=None) if len(sys.argv) > 1 else None
    if journal:
        journal.executescript(f"{PRAGMAS}; CREATE TABLE event (seq INTEGER PRIMARY KEY, kind TEXT, task INTEGER)")
    left = [len(each) for each in needs]
    dependents: list[list[int]] = [[] for _ in needs]
    for task, each in enumerate(needs):
        for need in each:
            dependents[need].append(task)
    ready = [task for task in reversed(range(len(needs))) if not left[task]]
    running: dict[int, int] = {}
    while ready or running:
        ended = reaped(running)
        for task in ended:
            for dependent in dependents[task]:
                left[dependent] -= 1
                if not left[dependent]:
                    ready.append(dependent)
        starting = [ready.pop() for _ in range(min(2 - len(running), len(ready)))]
        if journal:
            journal.execute("BEGIN IMMEDIATE")
            rows = [("ended", task) for task in ended] + [("started", task) for task in starting]
            journal.executemany("INSERT INTO event (kind, task) VALUES (?, ?)", rows)
            journal.execute("COMMIT")
        for task in starting:
            running[os.posix_spawnp("touch", ["touch", f"out/{task}"], os.environ)] = task


def reaped(running: dict[int, int]) -> list[int]:
    """The tasks that have ended: at least one, if any is running."""
    ended = []
    options = 0
    while running:
        pid, status = os.waitpid(-1, options)
        if not pid:
            break
        if status:
            raise SystemExit("a task failed")
        ended.append(running.pop(pid))
        options = os.WNOHANG
    return ended


main()
