import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.journal.make import HOLDER, filled, new, put
from turbo_core.errors import JournalDamaged
from turbo_core.journal.codec import Row, digest
from turbo_core.journal.reader import read, verify
from turbo_core.journal.runs import run_folder, runs
from turbo_core.journal.writer import SqliteJournal


def copy(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))


def test_300_random_edits_are_found_with_their_event(tmp_path: Path) -> None:
    folder = filled(tmp_path, 40)
    connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
    rng = random.Random(1)
    columns = ["epoch", "round", "kind", "task", "attempt", "at", "actor", "source", "dedupe", "tenant", "body", "prev", "hash"]
    for _ in range(300):
        seq, column = rng.randint(1, 40), rng.choice(columns)
        old = connection.execute(f"SELECT {column} FROM event WHERE seq = ?", (seq,)).fetchone()[0]
        if isinstance(old, int):
            bad: object = old + rng.randint(1, 9)
        elif isinstance(old, str):
            bad = old + rng.choice(["x", " ", "\0"])
        else:
            place = rng.randrange(len(old))
            bad = old[:place] + bytes([old[place] ^ (1 << rng.randrange(8))]) + old[place + 1 :]
        connection.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (bad, seq))
        found = verify(folder)
        assert (found.bad_seq, found.events) == (seq, seq - 1), (column, old, bad)
        assert f"first bad event: {seq} " in found.problem
        connection.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (old, seq))
    connection.close()
    assert verify(folder).problem == ""


FIELDS = "epoch, round, kind, task, attempt, at, actor, source, dedupe, tenant, body, prev, hash"


@pytest.mark.parametrize(
    ("sql", "bad"),
    [
        ("DELETE FROM event WHERE seq = 5", 5),
        ("DELETE FROM event WHERE seq > 7", 8),
        ("DELETE FROM event", 1),
        ("UPDATE event SET seq = 11 WHERE seq = 10", 10),
        ("UPDATE event SET seq = 100 - seq", 1),
        (f"INSERT INTO event SELECT 11, {FIELDS} FROM event WHERE seq = 10", 11),
    ],
)  # fmt: skip
def test_removed_moved_and_added_events_are_found(tmp_path: Path, sql: str, bad: int) -> None:
    folder = filled(tmp_path, 10)
    connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
    connection.execute(sql)
    connection.close()
    assert verify(folder).bad_seq == bad
    with pytest.raises(JournalDamaged):
        list(read(folder))
    with pytest.raises(JournalDamaged):
        SqliteJournal.take(folder, HOLDER)


def test_flipped_bytes_are_refused_or_make_no_difference(tmp_path: Path) -> None:
    folder = filled(tmp_path, 60)
    good = list(read(folder))
    rng = random.Random(2)
    refused = 0
    for _ in range(150):
        hurt = copy(folder, tmp_path / "copy")
        data = bytearray((hurt / "journal.db").read_bytes())
        for _ in range(rng.choice([1, 1, 40])):
            data[rng.randrange(len(data))] ^= rng.randint(1, 255)
        (hurt / "journal.db").write_bytes(data)
        verify(hurt)
        runs(tmp_path)
        try:
            events = list(read(hurt))
            SqliteJournal.take(hurt, HOLDER).close()
            assert events == good
        except JournalDamaged:
            refused += 1
    assert refused > 30


def test_a_log_that_was_cut_is_refused(tmp_path: Path) -> None:
    journal = new(tmp_path)
    for _ in range(20):
        put(journal)
    alive = run_folder(tmp_path, journal.run)
    size = (alive / "journal.db-wal").stat().st_size
    for keep in (0, size // 3, size - 1, size - 5000):
        hurt = copy(alive, tmp_path / "copy")
        with (hurt / "journal.db-wal").open("r+b") as wal:
            wal.truncate(keep)
        (hurt / "journal.db-shm").unlink()
        found = verify(hurt)
        assert found.bad_seq == found.events + 1 <= 20
        with pytest.raises(JournalDamaged):
            SqliteJournal.take(hurt, HOLDER)
    hurt = copy(alive, tmp_path / "copy")
    assert verify(hurt).events == 20
    journal.close()


def test_a_head_that_is_another_journals_is_refused(tmp_path: Path) -> None:
    one, other = filled(tmp_path, 3, "0aaa-0000-000"), filled(tmp_path, 3, "0bbb-0000-000")
    shutil.copy(one / "head", other / "head")
    assert verify(other).bad_seq == 4  # all three are sound in themselves
    assert "not the event that was committed" in verify(other).problem


@pytest.mark.parametrize("told", [None, b"", b"000000000009 " + b"0" * 64 + b" 00000000\n", b"\0" * 86])
def test_a_lost_or_half_written_head_does_no_harm(tmp_path: Path, told: bytes | None) -> None:
    folder = filled(tmp_path, 3)
    (folder / "head").unlink()
    if told is not None:
        (folder / "head").write_bytes(told)
    assert len(list(read(folder))) == 3


def test_no_file_and_no_database_are_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path, 3)
    (folder / "journal.db").write_bytes(b"not a database " * 500)
    assert verify(folder).bad_seq == 1
    with pytest.raises(JournalDamaged):
        list(read(folder))
    (folder / "journal.db").unlink()
    with pytest.raises(JournalDamaged, match="missing"):
        SqliteJournal.take(folder, HOLDER)
    assert "missing" in runs(tmp_path)[0].problem


def test_a_changed_event_with_a_new_hash_breaks_the_chain_after_it(tmp_path: Path) -> None:
    folder = filled(tmp_path, 10)
    connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
    row = Row._make(connection.execute("SELECT * FROM event WHERE seq = 4").fetchone())._replace(actor="mallory")
    connection.execute("UPDATE event SET actor = ?, hash = ? WHERE seq = 4", (row.actor, digest(folder.name, row)))
    connection.close()
    assert verify(folder).bad_seq == 5
