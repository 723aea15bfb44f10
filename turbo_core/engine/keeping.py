"""Which ended runs of a project are kept: the latest ones, within bounds. A run that has not ended is always kept.

The index of the history tells quickly which runs may go; the journal of each of them has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from turbo_core.engine.folding import fold
from turbo_core.engine.recovery import at_rest
from turbo_core.errors import TurboError
from turbo_core.journal import history
from turbo_core.journal.lock import is_held
from turbo_core.journal.reader import read
from turbo_core.journal.retention import remove, size, sweep
from turbo_core.journal.runs import folders, run_folder, runs

GIB = 1 << 30


class Bounds(Struct, frozen=True, kw_only=True):
    """What is kept of the ended runs: how many, for how many days after their end, and how much on the disk; 0: no bound."""

    runs: int = 0
    days: int = 0
    gib: int = 0

    def __bool__(self) -> bool:
        return bool(self.runs or self.days or self.gib)


class Old(Struct, frozen=True, kw_only=True):
    """An ended run. ``ended`` is the time of its last event."""

    folder: Path
    ended: str


def tidy(project: Path, bounds: Bounds, *, spare: str = "") -> list[Old]:
    """Remove the ended runs beyond the bounds; gives those that are gone. What cannot be removed stays, without a word.

    Args:
        project: the project's folder.
        bounds: what is kept.
        spare: the id of a run that is kept anyhow.
    """
    known = folders(project)
    if not bounds or not (bounds.days or bounds.gib or len(known) > bounds.runs):
        return []
    sweep(run_folder(project, ""))
    return [old for old in surplus(project, bounds) if old.folder.name != spare and discard(old.folder)]


def surplus(project: Path, bounds: Bounds) -> list[Old]:
    """The ended runs beyond the bounds, as far as the history knows; oldest first."""
    ended = history.ended(project)
    old = [Old(folder=folder, ended=ended[folder.name]) for folder in folders(project) if folder.name in ended]
    kept = set(_kept(old[::-1], bounds))
    return [one for one in old if one not in kept]


def _kept(newest_first: Sequence[Old], bounds: Bounds) -> Iterator[Old]:
    oldest = datetime.now(UTC) - timedelta(days=bounds.days)
    taken = 0
    for old in newest_first[: bounds.runs or None]:
        taken += size(old.folder) if bounds.gib else 0
        if taken > bounds.gib * GIB:
            return
        if not bounds.days or datetime.fromisoformat(old.ended) >= oldest:
            yield old


def learn(project: Path) -> None:
    """Let the history know of ended runs that it has missed, because their runner was killed in its last moment."""
    known = history.ended(project)
    for folder in folders(project):
        if folder.name not in known:
            try:
                history.record(project, read(folder))
            except TurboError:  # damaged: it stays as it is
                continue


def husks(project: Path) -> list[Path]:
    """The folders of runs that were cut off before their first event, and that nobody holds."""
    alive = {run.folder for run in runs(project)}
    return [folder for folder in folders(project) if folder not in alive and is_held(folder) is None]


def discard(folder: Path) -> bool:
    """Remove a run if it has ended, or never begun, and nobody holds it; tells whether it is gone."""
    try:
        return remove(folder, lambda: next(read(folder), None) is None or at_rest(fold(folder)))
    except TurboError:  # a journal that cannot be read, or a disk that refuses: no harm is done
        return False
