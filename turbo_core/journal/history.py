"""The history of a project: its runs, what each of their tasks took, and the last success of each task; made from the journals.

Nothing depends on it being right or there: what cannot be read counts as unknown, what cannot be written is left out. An index
that is missing, damaged or of another version is made anew at the end of the next run. Only what it keeps of runs whose
folders are gone cannot be made again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from turbo_core.errors import TurboError
from turbo_core.journal import codec, decided, index
from turbo_core.journal.reader import read
from turbo_core.journal.runs import folders, runs
from turbo_core.model import Event
from turbo_core.tracking.facts import Facts, RunFact, TaskFact
from turbo_core.words import JSON

DETAILED: Final = 200
"""Of so many runs of a workflow, the latest ones, the facts of their tasks are kept; of older ones only a line."""
FACTS: Final = 100_000
"""Of large workflows fewer: so many facts of tasks, and those of ``FEWEST`` runs anyhow."""
FEWEST: Final = 20
_RUN: Final = ("id", "workflow", "created", "ended", "outcome", "seconds", "actor")
_RUNS: Final = "SELECT id, workflow, created, ended, outcome, seconds, actor FROM run WHERE workflow = ? ORDER BY id DESC LIMIT ?"
_DETAILS: Final = """
SELECT run.*, facts.body FROM run LEFT JOIN facts ON facts.run = run.id WHERE workflow = ? ORDER BY id DESC LIMIT ?
"""
_FACTS: Final = msgspec.json.Encoder()
_FACTS_BACK: Final = msgspec.json.Decoder(tuple[TaskFact, ...])
_SUCCESS: Final = "SELECT fingerprint, outputs, run FROM success WHERE workflow = ? AND address = ?"
_KEEP_NEWER: Final = """
INSERT INTO success VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    fingerprint = excluded.fingerprint, outputs = excluded.outputs, run = excluded.run, at = excluded.at
WHERE excluded.at >= at
"""
_FORGET: Final = """
DELETE FROM facts WHERE run IN (SELECT id FROM run WHERE workflow = ? ORDER BY id DESC LIMIT -1 OFFSET ?)
"""


class PastRun(Struct, frozen=True, kw_only=True):
    """One line of the history. ``ended`` is the time of the last event; ``seconds`` counts from the first to it."""

    id: str
    workflow: str
    created: str
    ended: str
    outcome: str
    seconds: float
    actor: str


class Success(Struct, frozen=True, kw_only=True):
    """The last success of a task: the fingerprint of what it was made from, its outputs, and the run."""

    fingerprint: str
    outputs: Mapping[str, JSON]
    run: str


class _Known(Struct, frozen=True, kw_only=True):
    """What is entered of one run: its facts, the tasks that succeeded with a fingerprint, and what tells about its decisions."""

    fact: RunFact | None
    successes: tuple[Event, ...]
    decisive: tuple[Event, ...]


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a rebuilt index holds: runs read from their journals, and runs kept from the old index, whose folders are gone.

    ``lost`` tells that the old index could not be read: runs whose folders are gone are not known any more.
    """

    read: int
    kept: int
    lost: bool


def record(project: Path, events: Iterable[Event]) -> bool:
    """Enter a run, or what is new of it. Gives false if the index could not be written, which harms nothing.

    An index that is missing, damaged or of another version is made anew first, from all journals.

    Args:
        project: the project's folder.
        events: all events of the run so far.
    """
    try:
        if not _recorded(project, events):
            rebuild(project)
    except (sqlite3.Error, OSError, TurboError):
        return False
    return True


def _recorded(project: Path, events: Iterable[Event]) -> bool:
    """Enter a run, if the index is sound."""
    if not index.is_sound(project):
        return False
    known = _gather(events)
    try:
        with index.changing(project) as connection:
            _enter(connection, known)
    except sqlite3.DatabaseError as error:
        if not index.is_damage(error):
            raise
        return False
    return True


def require(project: Path) -> None:
    """Make the index anew if it is missing, damaged or of another version.

    Raises:
        StorageFailed: a journal cannot be read.
        sqlite3.Error: the index cannot be written.
    """
    if not index.is_sound(project):
        rebuild(project)


def rebuild(project: Path) -> Rebuilt:
    """Make the index anew from the journals. Runs with a damaged journal are left out; those whose folders are gone are kept.

    Raises:
        StorageFailed: a journal cannot be read.
        sqlite3.Error: the index cannot be written.
    """
    lost = not index.is_sound(project) and index.place(project).exists()
    try:
        return _refill(project, lost)
    except sqlite3.DatabaseError as error:
        if not index.is_damage(error):
            raise
    index.remove(project)
    return _refill(project, lost=True)


class Successes:
    """The last success of each task of a project, for who asks for one after the other, from any thread."""

    def __init__(self, project: Path) -> None:
        self._index = index.Asking(project)

    def last(self, workflow: str, address: str) -> Success | None:
        """Give the last success of a task; ``None`` if none is known."""
        try:
            for fingerprint, outputs, run in self._index.ask(_SUCCESS, (workflow, address)):
                return Success(fingerprint=fingerprint, outputs=codec.decode(outputs), run=run)
        except ValueError:  # a damaged index
            return None
        return None

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()


def past_runs(project: Path, workflow: str, limit: int) -> list[PastRun]:
    """Give the latest ``limit`` runs of a workflow that are known, newest first."""
    return [
        PastRun(id=run, workflow=name, created=created, ended=ended, outcome=outcome, seconds=seconds, actor=actor)
        for run, name, created, ended, outcome, seconds, actor in index.ask(project, _RUNS, (workflow, limit))
    ]


def facts(project: Path, workflow: str, limit: int) -> list[RunFact]:
    """Give the latest ``limit`` runs of a workflow that are known, with the facts of their tasks, oldest first.

    Runs of which only a line is kept have no tasks.
    """
    try:
        return [_run_of(row) for row in reversed(index.ask(project, _DETAILS, (workflow, limit)))]
    except ValueError:  # a damaged index
        return []


def tasks_of_latest(project: Path, workflow: str) -> int:
    """How many tasks the latest run of a workflow had; 0 if none is known."""
    query = "SELECT tasks FROM facts WHERE run = (SELECT max(id) FROM run WHERE workflow = ?)"
    return sum(int(count) for (count,) in index.ask(project, query, (workflow,)))


def workflows(project: Path) -> list[str]:
    """The names of the workflows that have run, the latest first."""
    return [str(name) for (name,) in index.ask(project, "SELECT workflow FROM run GROUP BY workflow ORDER BY max(id) DESC", ())]


def ended(project: Path) -> dict[str, str]:
    """The runs that are known to have ended: id → time of the last event."""
    query = "SELECT id, ended FROM run WHERE outcome IN ('succeeded', 'failed', 'cancelled')"
    return {str(run): str(at) for run, at in index.ask(project, query, ())}


def _refill(project: Path, lost: bool) -> Rebuilt:
    count = 0
    with index.changing(project) as connection:
        present = [(folder.name,) for folder in folders(project)]
        connection.executemany("DELETE FROM success WHERE run = ?", present)
        connection.executemany("DELETE FROM run WHERE id = ?", present)
        connection.executemany("DELETE FROM facts WHERE run = ?", present)
        connection.executemany("DELETE FROM decision WHERE run = ?", present)
        kept = connection.execute("SELECT count(*) FROM run").fetchone()[0]
        for run in runs(project):
            if not run.problem:
                count += _enter_journal(connection, run.folder)
    return Rebuilt(read=count, kept=kept, lost=lost)


def _enter_journal(connection: sqlite3.Connection, folder: Path) -> int:
    connection.execute("SAVEPOINT run")
    try:
        _enter(connection, _gather(read(folder)))
    except TurboError:
        connection.execute("ROLLBACK TO run")
        return 0
    finally:
        connection.execute("RELEASE run")
    return 1


def _gather(events: Iterable[Event]) -> _Known:
    fold = Facts()
    successes, decisive = [], []
    for event in events:
        fold.apply(event)
        if event.kind in decided.KINDS:
            decisive.append(event)
        if event.kind == "task.ended" and event.body.get("state") == "succeeded" and event.body.get("fingerprint"):
            successes.append(event)
    return _Known(fact=fold.fact(), successes=tuple(successes), decisive=tuple(decisive))


def _enter(connection: sqlite3.Connection, known: _Known) -> None:
    fact = known.fact
    if fact is None:
        return
    for event in known.successes:
        outputs = codec.encode(event.body.get("outputs") or {})
        values = (fact.workflow, event.task, str(event.body["fingerprint"]), outputs, event.run, event.at)
        connection.execute(_KEEP_NEWER, values)
    decided.enter(connection, fact.workflow, fact.outcome, known.decisive)
    line = (*(getattr(fact, name) for name in _RUN), fact.takes, codec.encode(dict(fact.foretold)))
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", line)
    # All of a run at once: a row for each task would take as long to read as all that is worked out from them.
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (fact.id, len(fact.tasks), _FACTS.encode(fact.tasks)))
    detailed = min(DETAILED, max(FEWEST, FACTS // max(len(fact.tasks), 1)))
    connection.execute(_FORGET, (fact.workflow, detailed))


def _run_of(row: tuple[JSON, ...]) -> RunFact:
    *line, takes, foretold, tasks = row
    seconds = {name: float(value) for name, value in codec.decode(foretold).items()}
    known = _FACTS_BACK.decode(tasks) if tasks else ()
    return RunFact(**dict(zip(_RUN, line, strict=True)), takes=takes, foretold=seconds, tasks=known)
