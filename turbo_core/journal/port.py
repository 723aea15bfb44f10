"""What the engine needs of a journal, in values only: another store (a database server, memory) implements the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from turbo_core.model import Draft, Event


class Journal(Protocol):
    """The one writer of one run's events."""

    @property
    def run(self) -> str:
        """The id of the run."""

    @property
    def epoch(self) -> int:
        """Counts the writers of this run from 1; each event carries the epoch of its writer."""

    @property
    def usable(self) -> bool:
        """False once the journal has failed in a way after which nothing more may be written."""

    def stage(self, draft: Draft, *, round: int, at: str) -> Event:  # noqa: A002 - the event's own word
        """Give a draft its place in the journal, in memory only.

        The event that comes back is what will be read later, to the byte: decimals for fractions, lists for tuples.

        Args:
            draft: the fact.
            round: the round of the run.
            at: the time of the event, in UTC.

        Raises:
            TypeError, ValueError: the body is not JSON; nothing was staged.
            StorageFailed: the journal is no longer usable.
        """

    def commit(self) -> None:
        """Make all staged events durable, all or none.

        Raises:
            RunHeld: another writer has taken the run; nothing was written.
            StorageFailed: nothing was written; if ``usable`` (the disk is full) the events are still staged.
        """

    def drop(self) -> None:
        """Forget the staged events, as if they had never been drafted."""

    def release_reserve(self) -> bool:
        """Free the space that is kept for ends and cancels on a full disk; false if there was none left."""

    def events(self, after: int = 0) -> Iterator[Event]:
        """Read the committed events that follow number ``after``, checking the chain.

        Raises:
            JournalDamaged: an event is not what was written.
        """

    def close(self) -> None:
        """Let go of the run. Staged events are dropped."""
