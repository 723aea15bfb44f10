"""The runs of a project: their ids, their folders, and finding one by the beginning of its id.

.turbo/.gitignore
.turbo/runs/ID/   journal.db  head  run.lock  reserve  inbox/  cursors/
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from turbo_core.errors import JournalDamaged, RunUnknown, StorageFailed
from turbo_core.journal import store
from turbo_core.journal.files import private_folder, write_whole
from turbo_core.journal.head import read_head
from turbo_core.model import Event

HOME_NAME = ".turbo"
RUNS_NAME = "runs"
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nothing in it is mistaken for anything else
_MISTAKEN = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_BEGINNING = 1_767_225_600.0  # the first second of 2026; eight digits of milliseconds last until 2060
_SHOWN = 5


class RunRef(Struct, frozen=True, kw_only=True):
    """A run, seen from outside: its first and last event, unchecked; if ``problem`` is not empty, they cannot be read."""

    id: str
    folder: Path
    first: Event | None
    last: Event | None
    problem: str = ""


def new_id(now: float) -> str:
    """Make the id of a run that starts at ``now`` (Unix time in seconds), such as ``0vq3-k9m2-x7d``.

    Ids sort by start time, to the millisecond. The first five letters or digits differ as soon as two starts lie more than
    half a minute apart. Upper case, missing dashes, and o, i, l for 0, 1, 1 are forgiven where an id is read.
    """
    time = _base32(round((now - _BEGINNING) * 1000), 8)
    return f"{time[:4]}-{time[4:]}-{_base32(secrets.randbelow(32**3), 3)}"


def home(project: Path) -> Path:
    """Give the project's ``.turbo`` folder, made if need be, and invisible to git.

    Raises:
        StorageFailed: it cannot be made.
    """
    folder = private_folder(project / HOME_NAME)
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", b"*\n")
    return folder


def run_folder(project: Path, run: str) -> Path:
    """Give the folder in which the run with this id is, or would be."""
    return project / HOME_NAME / RUNS_NAME / run


def project_of(folder: Path) -> Path:
    """Give the folder in whose ``.turbo`` a run lies: its project, or a temporary one."""
    return folder.parents[2]


def runs(project: Path) -> list[RunRef]:
    """List the runs of a project, newest last. What never came to its first event is not a run."""
    found = (look_at(folder) for folder in folders(project))
    return [run for run in found if run is not None]


def look_at(folder: Path) -> RunRef | None:
    """See the run in a folder from outside; ``None`` if it never came to its first event."""
    path = folder / store.FILE_NAME
    try:
        with closing(store.open_for_reading(folder)) as connection, store.faults(path):
            ends = store.ends(connection, store.run_of(connection, path))
    except (JournalDamaged, StorageFailed, ValueError, TypeError) as error:
        return RunRef(id=folder.name, folder=folder, first=None, last=None, problem=str(error))
    if ends is None:
        return _begun(folder)
    return RunRef(id=folder.name, folder=folder, first=ends[0], last=ends[1])


def _begun(folder: Path) -> RunRef | None:
    """A run without an event: none at all, or one that has lost them."""
    head = read_head(folder)
    if head is None:
        return None
    problem = str(store.damaged(folder / store.FILE_NAME, 1, f"{head.seq} events had been written, and none is there"))
    return RunRef(id=folder.name, folder=folder, first=None, last=None, problem=problem)


def resolve(project: Path, prefix: str | None) -> Path:
    """Find the folder of the one run whose id begins with ``prefix``; ``None`` means the latest.

    Raises:
        RunUnknown: there is none, or more than one.
    """
    if prefix is None:
        for folder in reversed(folders(project)):
            if look_at(folder) is not None:
                return folder
        raise RunUnknown("there are no runs here yet", where=str(project), next_step="start one with: turbo run")
    wanted = _plain(prefix)
    found = [run for run in runs(project) if _plain(run.id).startswith(wanted)]
    exact = [run for run in found if _plain(run.id) == wanted]
    if len(exact or found) != 1:
        raise _unknown(project, prefix, found)
    return (exact or found)[0].folder


def _unknown(project: Path, prefix: str, found: list[RunRef]) -> RunUnknown:
    if not found:
        latest = ", ".join(run.id for run in runs(project)[: -_SHOWN - 1 : -1])
        return RunUnknown(
            f"no run has an id that begins with {prefix!r}",
            where=str(project),
            why=f"the latest runs are {latest}" if latest else "there are no runs here yet",
            next_step="see them with: turbo runs",
        )
    some = ", ".join(run.id for run in found[: -_SHOWN - 1 : -1])
    return RunUnknown(
        f"{len(found)} runs have an id that begins with {prefix!r}",
        where=str(project),
        why=f"the latest of them are {some}",
        next_step="give more of the id",
    )


def folders(project: Path) -> list[Path]:
    """List the folders of the runs of a project by their ids, oldest first; one may have no event yet."""
    try:
        return sorted(_named(project / HOME_NAME / RUNS_NAME))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _named(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if not entry.name.startswith(".") and entry.is_dir():  # a dot marks a folder that was never finished
            yield entry


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _plain(text: str) -> str:
    return text.strip().lower().translate(_MISTAKEN)
