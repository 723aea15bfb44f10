"""What ``turbo doctor RUN`` tells: whether the journal is what was written, what is known up to a damage, how the run stands.

Reads, and changes nothing; whether something is wrong is the journal's judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from turbo_core.cli.past import NEXT, look
from turbo_core.cli.shell import Shell
from turbo_core.errors import JournalDamaged, UsageError
from turbo_core.journal import store
from turbo_core.journal.anchors import Anchor, anchors_in
from turbo_core.journal.head import read_head
from turbo_core.journal.inbox import INBOX_NAME
from turbo_core.journal.lock import is_held
from turbo_core.journal.reader import VerifyResult, read, verify
from turbo_core.journal.runs import look_at
from turbo_core.journal.writer import RESERVE_NAME
from turbo_core.model import Event
from turbo_core.report.text import cut, one_line, plural

_LONG: Final = 200


def checked(folder: Path, noted: str | None = None) -> tuple[VerifyResult, Sequence[Anchor]]:
    """Check a journal, and that it agrees with the heads in a text, if there is one; gives what was found, and these heads.

    Raises:
        JournalDamaged: it is not what was written; tells what is known nevertheless.
        UsageError: the text has no head of this run.
    """
    anchors = [anchor for anchor in anchors_in(noted or "") if anchor.run == folder.name]
    if noted is not None and not anchors:
        raise UsageError(
            "no head of this run is noted there", where=f"run {folder.name}", next_step="note one with: turbo doctor RUN --head"
        )
    result = verify(folder, anchors)
    if result.problem:
        raise JournalDamaged(
            "the journal is damaged",
            where=f"run {result.run}",
            why="\n".join((result.problem, *_known(folder, result.events))),
            next_step="restore the run's folder from a copy, or start a new run",
        )
    return result, anchors


def tell(shell: Shell, folder: Path, result: VerifyResult, anchors: Sequence[Anchor]) -> None:
    """Print what there is to know about a run whose journal is sound."""
    shell.print(f"ok: {plural(result.events, 'event')} in run {result.run}, the last one is {result.head[:16]}")
    for name, told in _facts(folder, anchors):
        shell.print(f"{name:<12} {one_line(told)}")


def _known(folder: Path, sound: int) -> Iterator[str]:
    yield f"the first {plural(sound, 'event')} are sound" if sound else "no event is known to be sound"
    head = read_head(folder)
    log = folder / f"{store.FILE_NAME}-wal"
    if head is not None and head.seq > sound and not (log.exists() and log.stat().st_size):
        yield f"{plural(head.seq, 'event')} had been written, and the log that held the last ones ({log.name}) is gone"
    done = [event.task for event in _sound(folder, sound) if event.kind == "task.ended" and event.body["state"] == "succeeded"]
    if done:
        yield f"up to there had succeeded: {cut(', '.join(done), _LONG)}"


def _sound(folder: Path, last: int) -> Iterator[Event]:
    with suppress(JournalDamaged):
        yield from (event for event in read(folder) if event.seq <= last)


def _facts(folder: Path, anchors: Sequence[Anchor]) -> Iterator[tuple[str, str]]:
    if anchors:
        last = max(anchor.seq for anchor in anchors)
        yield "anchors", f"the journal agrees with {plural(len(anchors), 'head')} noted outside, up to event {last}"
    elif read_head(folder) is None:
        yield "head", "there is none; that events were cut off at the end would not be noticed"
    run = look_at(folder)
    if run is not None:
        past = look(run)
        yield "state", "; ".join(part for part in (past.state, NEXT.get(past.state, "").format(run=past.id)) if part)
    holder = is_held(folder)
    yield "runner", "nobody holds the run" if holder is None else f"{holder} holds the run"
    if holder is not None and not (folder / RESERVE_NAME).exists():
        yield "reserve", "there is none; a full disk leaves no room for ends"
    waiting = sum(1 for _ in (folder / INBOX_NAME).glob("*.json"))
    if waiting:
        yield "requests", f"{waiting} in the inbox; the next runner takes them"
