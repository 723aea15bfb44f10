"""Damaged journals of real runs are refused or read right, never silently less; turbo doctor explains."""

from __future__ import annotations

import json
import random
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.acceptance.project import Ended, Project, until
from tests.figures import Figure
from turbo_core.errors import JournalDamaged
from turbo_core.journal.inbox import leave
from turbo_core.journal.lock import Holder
from turbo_core.journal.reader import read, verify
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Event

CUT_OFF = """
name: cut_off
tasks:
  one: {run: 'true', undo: 'true'}
  two: {needs: [one], run: 'true'}
  wait: {needs: [two], run: 'touch begun; sleep 1000'}
"""
PARTS = ("journal.db", "journal.db-wal")
FRAME = 4096 + 24


@pytest.fixture
def killed(project: Project) -> Path:
    """The folder of a run whose runner was killed: its last events are only in the log beside the journal."""
    project.write("turbo.yaml", CUT_OFF)
    going = project.start("run")
    until((project.folder / "begun").exists)
    until(lambda: json.loads(project.turbo("events", "--json").out.splitlines()[-1])["kind"] == "attempt.started")
    going.send(signal.SIGKILL)
    going.wait()
    assert (project.run / "journal.db-wal").stat().st_size > 3 * FRAME
    return project.run


def copied(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("bell"))
    return to


def is_refused(folder: Path, good: list[Event]) -> bool:
    """Whether a journal is refused by who checks it and by who would write it. Who reads it gets all of it, or an error."""
    with suppress(JournalDamaged):
        assert list(read(folder)) == good
    found = verify(folder)
    if not found.problem:
        SqliteJournal.take(folder, Holder.here("")).close()
        return False
    assert found.bad_seq == found.events + 1
    with pytest.raises(JournalDamaged, match="first bad event: "):
        SqliteJournal.take(folder, Holder.here(""))
    return True


@pytest.mark.timeout(1800)  # the long form
@pytest.mark.parametrize("part", PARTS)
def test_flipped_bytes(killed: Path, tmp_path: Path, part: str, long: bool, figure: Figure) -> None:
    good, dice = list(read(killed)), random.Random(part)
    for _ in range(1000 if long else 60):
        hurt = copied(killed, tmp_path / "copy" / killed.name)
        data = bytearray((hurt / part).read_bytes())
        for _ in range(dice.choice([1, 1, 16])):
            data[dice.randrange(len(data))] ^= dice.randint(1, 255)
        (hurt / part).write_bytes(data)
        if dice.random() < 0.5:
            (hurt / "journal.db-shm").unlink(missing_ok=True)  # as on another machine
        refused = is_refused(hurt, good)
        figure(f"bytes flipped in {part}: {'refused' if refused else 'read right'}", 1)


def test_a_log_that_was_cut_anywhere_is_refused(killed: Path, tmp_path: Path, figure: Figure) -> None:
    good, size = list(read(killed)), (killed / "journal.db-wal").stat().st_size
    frames = range(32, size, FRAME)
    for keep in (0, 31, *frames, *(frame + FRAME // 2 for frame in frames)):
        hurt = copied(killed, tmp_path / "copy" / killed.name)
        with (hurt / "journal.db-wal").open("r+b") as log:
            log.truncate(min(keep, size - 1))
        (hurt / "journal.db-shm").unlink(missing_ok=True)
        assert is_refused(hurt, good), keep
        figure("cuts of a log that were refused", 1)


def deleted(folder: Path) -> None:
    for name in ("journal.db-wal", "journal.db-shm"):
        (folder / name).unlink()


def emptied(folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"")


def of_another_run(folder: Path) -> None:
    """The journal as it was when the run was made: a log that was copied too late."""
    with (folder / "journal.db-wal").open("r+b") as log:
        log.truncate(32 + FRAME)
    (folder / "journal.db-shm").unlink()


def is_told(ended: Ended, run: str) -> None:
    assert ended.code == 65, (ended.out, ended.err)
    assert ended.err.count("error: ") == 1
    assert "Traceback" not in ended.err
    assert run in ended.err


@pytest.mark.parametrize("harm", [emptied, of_another_run])
def test_who_reads_or_writes_a_damaged_run_is_refused(project: Project, killed: Path, harm: Callable[[Path], None]) -> None:
    harm(killed)
    for command in ("doctor", "events", "resume"):
        is_told(project.turbo(command, killed.name), killed.name)


def test_every_command_refuses_a_damaged_run(project: Project, killed: Path) -> None:
    run = killed.name
    deleted(killed)
    for command in ("resume", "show", "why", "report", "cancel", "undo", "events", "doctor", "approve", "resume --take-over"):
        words = [*command.split(), run, *({"why": ["two"], "approve": ["two"]}.get(command, []))]
        is_told(project.turbo(*words), run)
    assert "damaged" in project.turbo("runs").out
    assert project.turbo("run", "--help").code == 0


def test_doctor_explains_a_log_that_was_deleted(project: Project, killed: Path) -> None:
    events = list(read(killed))
    deleted(killed)
    told = project.turbo("doctor", killed.name)
    is_told(told, killed.name)
    assert f"{len(events)} events had been written, and the log that held the last ones (journal.db-wal) is gone" in told.err
    assert "restore the run's folder from a copy, or start a new run" in told.err


def test_doctor_tells_what_is_known_up_to_the_damage(project: Project, killed: Path) -> None:
    last = len(list(read(killed)))
    with (killed / "journal.db-wal").open("r+b") as log:
        log.truncate((killed / "journal.db-wal").stat().st_size - FRAME)
    (killed / "journal.db-shm").unlink()
    told = project.turbo("doctor", killed.name)
    is_told(told, killed.name)
    assert f"first bad event: {last} " in told.err or "first bad event: " in told.err
    assert "up to there had succeeded: one" in told.err
    assert "events are sound" in told.err


def test_doctor_explains_a_sound_run_that_was_cut_off(project: Project, killed: Path) -> None:
    (killed / "head").unlink()
    leave(killed, {"kind": "cancel"})
    told = project.turbo("doctor", killed.name).out.splitlines()
    assert told[0].startswith("ok: ")
    facts = dict(line.split(maxsplit=1) for line in told[1:])
    assert facts["head"].startswith("there is none")
    assert facts["state"] == f"interrupted; turbo resume {killed.name}"
    assert facts["runner"] == "nobody holds the run"
    assert facts["requests"] == "1 in the inbox; the next runner takes them"
