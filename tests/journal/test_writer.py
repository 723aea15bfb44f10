import os
import sqlite3
import stat
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journal.make import AT, HOLDER, filled, new, put
from turbo_core.errors import JournalDamaged, RunHeld, StorageFailed, TurboError
from turbo_core.journal.lock import is_held
from turbo_core.journal.port import Journal
from turbo_core.journal.reader import read, verify
from turbo_core.journal.runs import run_folder, runs
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft


def edit(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_it_is_a_journal(tmp_path: Path) -> None:
    journal: Journal = new(tmp_path)
    assert (journal.run, journal.epoch, journal.usable) == ("0aaa-0000-000", 1, True)
    journal.close()


def test_what_is_staged_is_what_is_read_later(tmp_path: Path) -> None:
    journal = new(tmp_path)
    body = {"seconds": 1.5, "score": Decimal("0.10"), "cells": ({"a": 1},)}
    staged = [
        journal.stage(Draft(kind="x", task="t", attempt=n, body=body, source="s", dedupe="d"), round=2, at=AT) for n in (1, 2)
    ]
    journal.commit()
    assert list(journal.events()) == staged
    assert list(journal.events(1)) == staged[1:]
    assert staged[0].body == {"seconds": Decimal("1.5"), "score": Decimal("0.10"), "cells": [{"a": 1}]}
    assert [(e.seq, e.epoch, e.round) for e in staged] == [(1, 1, 2), (2, 1, 2)]
    assert staged[0].prev == "0" * 64
    assert staged[1].prev == staged[0].hash
    journal.close()
    assert list(read(run_folder(tmp_path, journal.run))) == staged


def test_nothing_is_there_before_the_commit(tmp_path: Path) -> None:
    journal = new(tmp_path)
    journal.stage(Draft(kind="x"), round=1, at=AT)
    assert list(journal.events()) == []
    journal.drop()
    journal.commit()
    assert put(journal).seq == 1
    journal.close()


def test_a_bad_body_stages_nothing(tmp_path: Path) -> None:
    journal = new(tmp_path)
    with pytest.raises(TypeError):
        put(journal, bad=object())
    assert put(journal).seq == 1
    journal.close()


def test_taking_a_run_goes_on_with_the_next_epoch(tmp_path: Path) -> None:
    folder = filled(tmp_path, 3)
    journal = SqliteJournal.take(folder, HOLDER)
    event = put(journal)
    assert (event.seq, event.epoch, journal.epoch) == (4, 2, 2)
    journal.close()
    journal.close()
    idle = SqliteJournal.take(folder, HOLDER)  # takes, writes nothing: its epoch was never used
    idle.close()
    journal = SqliteJournal.take(folder, HOLDER)
    assert journal.epoch == 3
    assert len(list(journal.events())) == 4
    journal.close()


def test_a_held_run_is_refused_naming_the_holder(tmp_path: Path) -> None:
    journal = new(tmp_path)
    folder = run_folder(tmp_path, journal.run)
    with pytest.raises(RunHeld, match=f"process {os.getpid()} on .+ since {AT}") as caught:
        SqliteJournal.take(folder, HOLDER)
    assert caught.value.exit_code == 75
    assert is_held(folder) == HOLDER
    journal.close()
    assert is_held(folder) is None


def test_a_forked_child_does_not_keep_the_run(tmp_path: Path) -> None:
    journal = new(tmp_path)
    folder = run_folder(tmp_path, journal.run)
    lives, alive = os.pipe()
    end, ending = os.pipe()
    child = os.fork()
    if not child:
        os.write(alive, b"1")
        os.close(ending)
        os.read(end, 1)  # until the parent closes its end
        os._exit(0)
    os.read(lives, 1)
    journal.close()
    assert is_held(folder) is None
    os.close(ending)
    os.waitpid(child, 0)


def test_a_writer_whose_epoch_has_passed_writes_nothing(tmp_path: Path) -> None:
    journal = new(tmp_path)
    put(journal)
    folder = run_folder(tmp_path, journal.run)
    edit(folder, "UPDATE lease SET epoch = 2, holder = 'process 7 on moon'")
    journal.stage(Draft(kind="x"), round=1, at=AT)
    with pytest.raises(RunHeld, match="process 7 on moon"):
        journal.commit()
    assert not journal.usable
    with pytest.raises(StorageFailed, match="nothing more may be written"):
        journal.stage(Draft(kind="x"), round=1, at=AT)
    assert len(list(read(folder))) == 1
    journal.close()


def test_an_attempt_ends_at_most_once_in_a_round(tmp_path: Path) -> None:
    journal = new(tmp_path)
    put(journal, "attempt.ended", task="a", attempt=1)
    put(journal, "attempt.ended", task="a", attempt=2)
    with pytest.raises(TurboError, match="contradicts"):
        put(journal, "attempt.ended", task="a", attempt=1)
    assert not journal.usable
    assert len(list(journal.events())) == 2
    journal.close()


def test_everything_is_private_whatever_the_umask(tmp_path: Path) -> None:
    for number, umask in enumerate((0, 0o777)):
        before = os.umask(umask)
        try:
            journal = new(tmp_path / str(number))
            put(journal)
        finally:
            os.umask(before)
        home = tmp_path / str(number) / ".turbo"
        paths = [home, *home.rglob("*")]
        assert {"journal.db", "journal.db-wal", "run.lock", "reserve", "head"} <= {path.name for path in paths}
        for path in paths:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        journal.close()


def test_a_run_is_never_made_over_another(tmp_path: Path) -> None:
    folder = filled(tmp_path, 2)
    with pytest.raises(StorageFailed):
        new(tmp_path)
    assert len(list(read(folder))) == 2
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_settings_are_in_force(tmp_path: Path) -> None:
    journal = new(tmp_path)
    asked = {
        name: journal._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "fullfsync")
    }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1}
    journal.close()


def test_a_setting_that_is_refused_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path, 1)
    monkeypatch.setitem(SqliteJournal.take.__func__.__globals__["store"]._PRAGMAS, "synchronous", 99)
    with pytest.raises(StorageFailed, match="synchronous is"):
        SqliteJournal.take(folder, HOLDER)
    assert is_held(folder) is None


def test_a_foreign_lock_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    journal = new(tmp_path)
    put(journal)
    journal._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(run_folder(tmp_path, journal.run) / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageFailed, match="another program keeps the journal locked"):
        put(journal)
    other.close()
    assert len(list(journal.events())) == 1
    journal.close()


def test_a_run_without_events_is_not_a_run_but_can_be_taken(tmp_path: Path) -> None:
    journal = new(tmp_path)
    folder = run_folder(tmp_path, journal.run)
    journal.close()
    assert runs(tmp_path) == []
    SqliteJournal.take(folder, HOLDER).close()


def test_another_format_is_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    edit(folder, "UPDATE meta SET format = 2")
    with pytest.raises(JournalDamaged, match="format 2"):
        SqliteJournal.take(folder, HOLDER)


@pytest.mark.parametrize("sql", ["DELETE FROM lease", "DELETE FROM meta", "DROP TABLE lease", "UPDATE meta SET run = 'other'"])
def test_a_journal_that_lacks_something_is_refused(tmp_path: Path, sql: str) -> None:
    folder = filled(tmp_path, 1)
    edit(folder, sql)
    with pytest.raises(JournalDamaged):
        SqliteJournal.take(folder, HOLDER)
    assert verify(folder).problem  # who checks it says the same
    assert is_held(folder) is None


def test_the_reserve_is_released_once(tmp_path: Path) -> None:
    journal = new(tmp_path)
    reserve = run_folder(tmp_path, journal.run) / "reserve"
    assert reserve.stat().st_size == 1024 * 1024
    assert journal.release_reserve()
    assert not reserve.exists()
    assert not journal.release_reserve()
    journal.close()
    again = SqliteJournal.take(run_folder(tmp_path, journal.run), HOLDER)
    assert reserve.stat().st_size == 1024 * 1024, "who goes on with the run needs one again"
    again.close()
    journal.close()


def test_a_holder_that_has_not_signed_yet_is_held_all_the_same(tmp_path: Path) -> None:
    journal = new(tmp_path)
    folder = run_folder(tmp_path, journal.run)
    (folder / "run.lock").write_bytes(b"{half")
    with pytest.raises(RunHeld, match="has not said its name"):
        SqliteJournal.take(folder, HOLDER)
    journal.close()
