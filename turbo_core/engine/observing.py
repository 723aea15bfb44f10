"""Observers: each reads the journal from its own durable cursor, in a thread of its own, and may lag.

Live view, exporters and replay are this one mechanism. An observer never stops or slows the run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile
from pathlib import Path

from turbo_core.errors import TurboError
from turbo_core.journal.reader import Cursor, follow, read
from turbo_core.model import Event, RunInfo
from turbo_core.plugins.loading import Plugins

PACE = 0.05
"""Seconds between two looks at the journal: a burst of commits is read at once, and takes little from the run itself."""

NOTED_EVERY = 1.0
"""Seconds after which a cursor is written, busy or idle: each time costs the disk as much as a commit of the run does."""

Track = Callable[[Event, RunInfo], None]
TrackEnd = Callable[[RunInfo], None]


def _nothing(_run: RunInfo) -> None:
    """What most observers do at the end."""


def earlier(folder: Path, seq: int) -> Iterator[Event]:
    """The events of a run before number ``seq``, from the first on, for an observer that has not seen them in this process."""
    return takewhile(lambda event: event.seq < seq, read(folder))


def tracker(plugins: Plugins, name: str) -> Track:
    """The way to tell a plugin of an event."""

    def track(event: Event, run: RunInfo) -> None:
        plugins.call(name, "turbo_track", event=event, run=run, earlier=partial(earlier, run.folder, event.seq))

    return track


def track_end(plugins: Plugins, name: str) -> TrackEnd:
    """The way to tell a plugin that no more events come for now."""
    return lambda run: plugins.call(name, "turbo_track_end", run=run)


class Observer:
    """One observer of one run.

    Args:
        name: of the plugin; its cursor bears it.
        track: is called for each event.
        info: which run.
        durable: keep the cursor; a view of this process begins at the start instead.
        end: is called once at the end, if there was any event.
    """

    def __init__(self, name: str, track: Track, info: RunInfo, *, durable: bool = True, end: TrackEnd = _nothing) -> None:
        self.name = name
        self.faults = 0
        self.fault = ""
        self._track = track
        self._info = info
        self._end = end
        self._told = False
        self._cursor = Cursor(info.folder, name) if durable else None
        self._news = threading.Condition()
        self._committed = self._seen = self._saved = 0
        self._saved_at = time.monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"turbo-observer-{name}", daemon=True)
        self._thread.start()

    def notify(self, seq: int) -> None:
        """Events up to this number are durable."""
        with self._news:
            self._committed = seq
            self._news.notify()

    def close(self, timeout: float) -> None:
        """Let it see all that is committed, for at most ``timeout`` seconds; whoever asks again does not wait again."""
        with self._news:
            waited = self._closing.is_set()
            self._closing.set()
            self._news.notify()
        self._thread.join(0 if waited else timeout)

    def _work(self) -> None:
        self._seen = self._saved = self._cursor.load() if self._cursor else 0
        try:
            with self._news:
                self._news.wait_for(lambda: self._committed or self._closing.is_set())
            for event in follow(self._info.folder, self._seen, self._wait):
                self._see(event)
            self._save()
            if self._told:
                self._try(lambda: self._end(self._info))
        except TurboError as error:
            self.fault = str(error)

    def _see(self, event: Event) -> None:
        self._told = True
        self._try(lambda: self._track(event, self._info))
        self._seen = event.seq
        if self._until_noted() <= 0:
            self._save()

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # the boundary to foreign code
            self.faults += 1
            self.fault = f"{type(error).__name__}: {error}"

    def _wait(self) -> bool:
        """Wait for news; false when all is seen and nothing more comes."""
        due = time.monotonic() + PACE
        if not self._stirs(max(0.0, self._until_noted())):
            self._save()
            self._stirs(None)
        self._closing.wait(max(0.0, due - time.monotonic()))  # commits meanwhile do not wake it
        return self._committed > self._seen

    def _stirs(self, timeout: float | None) -> bool:
        """Whether there are news, or the end is wanted, within ``timeout`` seconds (``None``: however long that takes)."""
        with self._news:
            return self._news.wait_for(lambda: self._committed > self._seen or self._closing.is_set(), timeout)

    def _until_noted(self) -> float:
        """Seconds until the cursor is to be written; they may be over."""
        return self._saved_at + NOTED_EVERY - time.monotonic()

    def _save(self) -> None:
        if self._cursor is not None and self._seen > self._saved:
            self._cursor.save(self._seen)
            self._saved = self._seen
        self._saved_at = time.monotonic()
