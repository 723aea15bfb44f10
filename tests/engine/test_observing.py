"""Observers: they see every event once, and note how far they have come from time to time, not at each burst."""

import time
from pathlib import Path

import pytest

from tests.acceptance.project import until
from tests.journal.make import filled
from turbo_core.engine.observing import NOTED_EVERY, Observer
from turbo_core.journal.reader import Cursor
from turbo_core.model import Event, RunInfo

EVENTS = 40


class Watched:
    """An observer of a journal whose events become known one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = filled(folder, EVENTS)
        self.seen: list[int] = []
        info = RunInfo(id=self.folder.name, workflow="many", project="", folder=self.folder, live=True)
        self.observer = Observer("watched", self.see, info)

    def see(self, event: Event, _run: RunInfo) -> None:
        self.seen.append(event.seq)

    def noted(self) -> int:
        return Cursor(self.folder, "watched").load()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_an_idle_observer_notes_where_it_stands_without_being_closed(watched: Watched) -> None:
    watched.observer.notify(EVENTS)
    until(lambda: watched.noted() == EVENTS)
    watched.observer.close(10)
    assert watched.seen == list(range(1, EVENTS + 1))


def test_bursts_are_noted_together(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[int] = []
    save = Cursor.save
    monkeypatch.setattr(Cursor, "save", lambda cursor, seq: (notes.append(seq), save(cursor, seq)))
    begun = time.monotonic()
    for seq in range(1, EVENTS + 1):
        watched.observer.notify(seq)
        time.sleep(0.02)
    watched.observer.close(10)
    took = time.monotonic() - begun
    assert watched.seen == list(range(1, EVENTS + 1))
    assert notes[-1] == EVENTS == watched.noted()
    assert len(notes) <= 1 + took / NOTED_EVERY
