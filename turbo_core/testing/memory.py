"""A journal that lives in memory, and can fail at any commit. It knows the codec, and no files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from turbo_core.journal.codec import GENESIS, Row, digest, encode, to_event
from turbo_core.model import Draft, Event


class Crash(Exception):  # noqa: N818 - it is no error: the test asked for it
    """The process ends here, as far as the run can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashPoint:
    """When to crash: ``when`` the ``commit``-th commit (from 1) is made."""

    commit: int
    when: Literal["before", "after"]


class MemoryJournal:
    """Implements `turbo_core.journal.port.Journal` over a list of events.

    Args:
        run: the id of the run.
        events: the committed events; the list is shared, so that the next journal can go on with it.
        crash: where to raise `Crash`, if anywhere.
    """

    def __init__(self, run: str, events: list[Event], crash: CrashPoint | None = None) -> None:
        self.run = run
        self.epoch = events[-1].epoch + 1 if events else 1
        self.usable = True
        self.commits = 0
        self._events = events
        self._staged: list[Event] = []
        self._crash = crash

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Give a draft its place; the event is what a reader would get."""
        seq, prev = len(self._events) + len(self._staged), GENESIS
        if seq:
            prev = bytes.fromhex((self._staged or self._events)[-1].hash)
        row = Row(
            seq=seq + 1,
            epoch=self.epoch,
            round=round,
            kind=draft.kind,
            task=draft.task,
            attempt=draft.attempt,
            at=at,
            actor=draft.actor,
            source=draft.source,
            dedupe=draft.dedupe,
            tenant="",
            body=encode(draft.body),
            prev=prev,
            hash=b"",
        )
        event = to_event(self.run, row._replace(hash=digest(self.run, row)))
        self._staged.append(event)
        return event

    def commit(self) -> None:
        """Keep the staged events.

        Raises:
            Crash: this is the commit at which it was to crash.
        """
        self.commits += 1
        point = self._crash if self._crash is not None and self._crash.commit == self.commits else None
        if point is not None and point.when == "before":
            raise Crash
        self._events.extend(self._staged)
        self._staged.clear()
        if point is not None:
            raise Crash

    def drop(self) -> None:
        """Forget the staged events."""
        self._staged.clear()

    def release_reserve(self) -> bool:
        """Memory keeps no reserve."""
        return False

    def events(self, after: int = 0) -> Iterator[Event]:
        """The committed events that follow number ``after``."""
        yield from self._events[after:]

    def close(self) -> None:
        """Nothing is held."""
        self.drop()
