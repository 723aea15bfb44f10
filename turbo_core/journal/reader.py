"""Reading a run's journal without ever changing it, and each observer's own place in it.

Works beside a living writer, and on what a killed one left behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from turbo_core.errors import JournalDamaged
from turbo_core.journal import store
from turbo_core.journal.anchors import Anchor
from turbo_core.journal.files import private_folder, write_whole
from turbo_core.journal.head import read_head
from turbo_core.model import Event

CURSORS_NAME = "cursors"


class VerifyResult(Struct, frozen=True, kw_only=True):
    """What a check of a whole journal found.

    ``events`` counts the sound events, ``head`` is the hash of the last of them (hex). If ``problem`` is not empty, event
    ``bad_seq`` is the first that is not sound.
    """

    run: str
    events: int
    head: str
    problem: str = ""
    bad_seq: int = 0


class Cursor:
    """How far one observer has come in one run; survives the process."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / CURSORS_NAME / quote(name, safe="").replace(".", "%2E")

    def load(self) -> int:
        """Give the number of the last event that was seen to its end; 0 if that is not known."""
        try:
            return max(0, int(self._path.read_text("ascii")))
        except (OSError, ValueError):
            return 0

    def save(self, seq: int) -> None:
        """Note that the observer has seen event ``seq`` to its end.

        Raises:
            StorageFailed: it could not be written.
        """
        private_folder(self._path.parent)
        write_whole(self._path, b"%d\n" % seq)


def read(folder: Path, after: int = 0) -> Iterator[Event]:
    """Read the committed events of the run in ``folder`` that follow number ``after``, checking the chain.

    Raises:
        JournalDamaged: the journal is not what was written; the error names the first bad event.
        StorageFailed: the disk failed.
    """
    return follow(folder, after, _enough)


def follow(folder: Path, after: int, wait: Callable[[], bool]) -> Iterator[Event]:
    """Read the events that follow number ``after``, and those still to come.

    Args:
        folder: the run's folder.
        after: the number of the last event that is known already.
        wait: called each time that nothing is left; sleeps a while and returns true to look again, false to stop.
    """
    with closing(store.open_for_reading(folder)) as connection:
        path = folder / store.FILE_NAME
        with store.faults(path):
            run = store.run_of(connection, path)
        while True:
            for event in checked_events(connection, folder, run, after):
                yield event
                after = event.seq
            if not wait():
                return


def verify(folder: Path, anchors: Iterable[Anchor] = ()) -> VerifyResult:
    """Check everything about the journal that can be checked from the inside, and that it agrees with what is known outside.

    Args:
        folder: the run's folder.
        anchors: heads of this run that were noted earlier. Of events that were written anew, the first bad one is given as
            the one that follows the last anchor that agrees.

    Raises:
        StorageFailed: the disk failed.
    """
    path, noted = folder / store.FILE_NAME, _by_number(anchors)
    tip = agreed = (0, "")
    try:
        with closing(store.open_for_reading(folder)) as connection, store.faults(path):
            store.check_structure(connection, path)
            store.epoch_of(connection, path)
        for event in read(folder):
            tip = (event.seq, event.hash)
            if event.seq not in noted:
                continue
            if noted.pop(event.seq) != {event.hash}:
                tip = agreed
                raise store.damaged(path, tip[0] + 1, f"up to event {event.seq} it is not what was noted outside")
            agreed = tip
        if noted:
            raise store.damaged(path, tip[0] + 1, f"event {min(noted)} was noted outside, and is missing")
    except JournalDamaged as error:
        return VerifyResult(run=folder.name, events=tip[0], head=tip[1], problem=str(error), bad_seq=tip[0] + 1)
    return VerifyResult(run=folder.name, events=tip[0], head=tip[1])


def _by_number(anchors: Iterable[Anchor]) -> dict[int, set[str]]:
    noted: dict[int, set[str]] = {}
    for anchor in anchors:
        noted.setdefault(anchor.seq, set()).add(anchor.hash)
    return noted


def checked_events(connection: sqlite3.Connection, folder: Path, run: str, after: int) -> Iterator[Event]:
    """Read events through a connection, checking the chain and that the journal is as long as its head says.

    Raises:
        JournalDamaged: it is not; the error names the first bad event.
    """
    path = folder / store.FILE_NAME
    head = read_head(folder)  # before the events: a living writer moves on meanwhile
    with store.faults(path, seq=after + 1):
        prev = store.hash_of(connection, after, path)
    yield from store.events(connection, run, after=after, prev=prev, place=path)
    if head is not None:
        with store.faults(path, seq=head.seq):
            if store.hash_of(connection, head.seq, path) != head.hash:
                raise store.damaged(path, head.seq, "it is not the event that was committed under this number")


def _enough() -> bool:
    return False
