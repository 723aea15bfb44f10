"""The chain of hashes: random edits of every kind are found with their first bad event, and anybody can check a journal."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.acceptance.project import Project
from tests.figures import Figure
from tests.journal.make import filled
from turbo_core.errors import JournalDamaged
from turbo_core.journal.codec import Row, digest
from turbo_core.journal.reader import checked_events, verify

EVENTS = 10
EDITS = 10_000
RUN, OTHER = "0aaa-0000-000", "0bbb-0000-000"
COLUMNS = ", ".join(Row._fields)

Edit: TypeAlias = Callable[[sqlite3.Connection, random.Random], int]
"""Changes rows; gives the number of the first event that is not what was written."""


def rows(connection: sqlite3.Connection) -> list[Row]:
    return [Row._make(row) for row in connection.execute(f"SELECT {COLUMNS} FROM event ORDER BY seq")]


def put(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(f"INSERT OR REPLACE INTO event ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def signed(row: Row) -> Row:
    """The row with a hash that fits it."""
    return row._replace(hash=digest(RUN, row))


def changed(value: str | int | bytes, dice: random.Random) -> str | int | bytes:
    if isinstance(value, int):
        return value + dice.choice([-1, 1, 7, 1 << 40])
    if isinstance(value, str):
        return value + dice.choice(["x", " ", "\0", "\u0301"])
    place = dice.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << dice.randrange(8)]) + value[place + 1 :]


def change_a_value(connection: sqlite3.Connection, dice: random.Random) -> int:
    seq, column = dice.randint(1, EVENTS), dice.choice(Row._fields[1:])
    old = connection.execute(f"SELECT {column} FROM event WHERE seq = ?", (seq,)).fetchone()[0]
    connection.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (changed(old, dice), seq))
    return seq


def take_one_out(connection: sqlite3.Connection, dice: random.Random) -> int:
    seq = dice.randint(1, EVENTS)
    connection.execute("DELETE FROM event WHERE seq = ?", (seq,))
    return seq


def take_one_out_and_close_the_gap(connection: sqlite3.Connection, dice: random.Random) -> int:
    seq = take_one_out(connection, dice)
    for later in range(seq + 1, EVENTS + 1):
        connection.execute("UPDATE event SET seq = ? WHERE seq = ?", (later - 1, later))
    return seq


def cut_the_end_off(connection: sqlite3.Connection, dice: random.Random) -> int:
    seq = dice.randint(1, EVENTS)
    connection.execute("DELETE FROM event WHERE seq >= ?", (seq,))
    return seq


def exchange_two(connection: sqlite3.Connection, dice: random.Random) -> int:
    one, two = sorted(dice.sample(range(1, EVENTS + 1), 2))
    known = rows(connection)
    put(connection, known[one - 1]._replace(seq=two))
    put(connection, known[two - 1]._replace(seq=one))
    return one


def put_one_in(connection: sqlite3.Connection, dice: random.Random) -> int:
    """A copy, in the middle or at the end; what follows moves on."""
    seq = dice.randint(1, EVENTS)
    for later in range(EVENTS, seq, -1):
        connection.execute("UPDATE event SET seq = ? WHERE seq = ?", (later + 1, later))
    put(connection, rows(connection)[seq - 1]._replace(seq=seq + 1))
    return seq + 1


def sign_anew(connection: sqlite3.Connection, dice: random.Random) -> int:
    """Somebody knows how hashes are made, and leaves the next event as it is."""
    row = rows(connection)[dice.randint(1, EVENTS) - 1]
    put(connection, signed(row._replace(actor="mallory")))
    return min(row.seq + 1, EVENTS)  # the head has the hash of the last one


def sign_anew_and_mend_the_link(connection: sqlite3.Connection, dice: random.Random) -> int:
    known = rows(connection)
    row = signed(known[dice.randint(1, EVENTS - 1) - 1]._replace(actor="mallory"))
    put(connection, row)
    put(connection, known[row.seq]._replace(prev=row.hash))
    return row.seq + 1


def bring_one_from_another_run(connection: sqlite3.Connection, dice: random.Random) -> int:
    row = rows(connection)[dice.randint(1, EVENTS) - 1]
    put(connection, row._replace(hash=digest(OTHER, row)))
    return row.seq


KINDS: tuple[Edit, ...] = (
    change_a_value,
    take_one_out,
    take_one_out_and_close_the_gap,
    cut_the_end_off,
    exchange_two,
    put_one_in,
    sign_anew,
    sign_anew_and_mend_the_link,
    bring_one_from_another_run,
)


def first_bad(connection: sqlite3.Connection, folder: Path) -> int:
    """The event that the check of a whole journal names; 0 if it names none."""
    try:
        for _event in checked_events(connection, folder, RUN, 0):
            pass
    except JournalDamaged as error:
        return int(re.findall(r"first bad event: (\d+) ", str(error))[0])
    return 0


def test_10000_random_edits_are_found_with_their_first_bad_event(tmp_path: Path, figure: Figure) -> None:
    folder = filled(tmp_path, EVENTS, RUN)
    dice = random.Random(20261121)
    # The rows in memory, by the same code: a disk would only make it slow.
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with closing(sqlite3.connect(folder / "journal.db")) as written:
            written.backup(connection)
        assert first_bad(connection, folder) == 0
        for number in range(EDITS):
            edit = KINDS[number % len(KINDS)]
            connection.execute("BEGIN")
            expected = edit(connection, dice)
            assert first_bad(connection, folder) == expected, (number, edit.__name__)
            connection.execute("ROLLBACK")
            figure(f"edits found: {edit.__name__.replace('_', ' ')}", 1)
        assert first_bad(connection, folder) == 0


def independent(journal: Path) -> Iterator[tuple[int, bool]]:
    """What docs/audit.md says of the hashes, by the standard library alone: each event's number, and whether its hash fits."""
    names = ("actor", "at", "attempt", "dedupe", "epoch", "kind", "round", "seq", "source", "task", "tenant")
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        (kept,) = connection.execute("SELECT format, run FROM meta")
        before = bytes(32)
        for row in connection.execute("SELECT * FROM event ORDER BY seq"):
            parts = {name: json.dumps(row[name], ensure_ascii=False).encode() for name in names}
            parts |= {"body": row["body"], "format": b"%d" % kept["format"], "run": json.dumps(kept["run"]).encode()}
            form = b"{%s}" % b",".join(b'"%s":%s' % (name.encode(), parts[name]) for name in sorted(parts))
            length = len(form).to_bytes(8, "big")
            before = sha256(b"turbo/event/v1\0" + before + length + form).digest()
            yield row["seq"], before == row["hash"]


def test_anybody_can_check_a_journal_without_turbo(project: Project) -> None:
    project.write(
        "turbo.yaml", "name: small\ntasks:\n  one: {run: \"echo 'said=Grüße' >> $TURBO_OUTPUT\", outputs: {said: string}}\n"
    )
    assert project.turbo("run", "--reason", "ünïcode \U0001f680, 1.50").code == 0
    checked = dict(independent(project.run / "journal.db"))
    assert all(checked.values())
    assert len(checked) == verify(project.run).events > 10


@pytest.mark.parametrize("column", Row._fields[1:-1])
def test_every_column_is_covered_by_the_hash(tmp_path: Path, column: str) -> None:
    folder = filled(tmp_path, 2, RUN)
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        row = rows(connection)[0]
    other = row._replace(**{column: changed(getattr(row, column), random.Random(1))})
    assert digest(RUN, other) != digest(RUN, row)
    assert digest(OTHER, row) != digest(RUN, row)
