"""Heads that are kept outside find what the chain alone cannot: a journal that was written anew, or cut with its head."""

from __future__ import annotations

import random
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.acceptance.project import Project
from tests.figures import Figure
from tests.journal.make import filled
from turbo_core.journal.anchors import Anchor, anchors_in
from turbo_core.journal.codec import GENESIS, Row, digest
from turbo_core.journal.head import Head, HeadFile
from turbo_core.journal.reader import read, verify

EVENTS = 12
WORK = "name: work\ntasks:\n  one: {run: 'true'}\n"


def forge(folder: Path, since: int, *, until: int = EVENTS) -> None:
    """Write a journal anew from event ``since`` on, with hashes that fit, up to ``until``; the head file too."""
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as connection:
        known = [Row._make(row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
        prev = known[since - 2].hash if since > 1 else GENESIS
        connection.execute("DELETE FROM event WHERE seq >= ?", (since,))
        for row in known[since - 1 : until]:
            forged = row._replace(actor="mallory", prev=prev)
            prev = digest(folder.name, forged)
            connection.execute(f"INSERT INTO event VALUES ({', '.join('?' * len(row))})", (*forged[:-1], prev))
    head = HeadFile(folder)
    head.write(Head(min(until, EVENTS), prev))
    head.close()


def heads_of(folder: Path) -> list[Anchor]:
    return [Anchor(folder.name, event.seq, event.hash) for event in read(folder)]


def test_what_was_written_anew_is_sound_in_itself_and_found_by_heads(tmp_path: Path, figure: Figure) -> None:
    dice = random.Random(5)
    for number in range(40):
        folder = filled(tmp_path, EVENTS, f"0aaa-0000-{number:03}")
        heads = heads_of(folder)
        noted = sorted(dice.sample(range(1, EVENTS + 1), 3))
        since = dice.randint(1, noted[-1])
        assert verify(folder, heads).problem == ""
        forge(folder, since)
        assert verify(folder).problem == ""  # nobody can tell from inside
        found = verify(folder, [heads[seq - 1] for seq in dice.sample(noted, 3)])
        agreed = max((seq for seq in noted if seq < since), default=0)
        assert (found.bad_seq, found.events) == (agreed + 1, agreed)
        assert "noted outside" in found.problem
        figure("journals written anew, found by heads outside", 1)


def test_an_end_that_was_cut_off_with_the_head_file_is_found(tmp_path: Path) -> None:
    folder = filled(tmp_path, EVENTS)
    heads = heads_of(folder)
    forge(folder, EVENTS - 1, until=EVENTS - 2)
    assert verify(folder).events == EVENTS - 2
    found = verify(folder, [heads[2], heads[-1]])
    assert found.bad_seq == EVENTS - 1
    assert f"event {EVENTS} was noted outside, and is missing" in found.problem


def test_two_heads_of_one_event_cannot_both_be_right(tmp_path: Path) -> None:
    folder = filled(tmp_path, EVENTS)
    heads = heads_of(folder)
    assert verify(folder, [heads[3], heads[3]]).problem == ""
    assert verify(folder, [heads[3], heads[3]._replace(hash="0" * 64)]).bad_seq == 1


def test_heads_are_found_between_other_lines() -> None:
    one = Anchor("0aaa-0000-000", 7, "ab" * 32)
    text = f"Notes:\n    {one}\n> {one}\nturbo-head 0aaa-0000-000 0 {'a' * 64}\nturbo-head x 1 {'A' * 64}\r\n{one} more\n{one}"
    assert list(anchors_in(text)) == [one, one]


def test_a_run_that_goes_on_agrees_with_its_earlier_heads(project: Project) -> None:
    project.write("turbo.yaml", "name: work\ntasks:\n  one: {run: 'test -e ready'}\n")
    assert project.turbo("run").code == 1
    heads = project.write("heads", project.turbo("doctor", "--head").out)
    project.write("ready", "")
    assert project.turbo("resume", "--failed").code == 0
    with heads.open("a") as file:
        file.write(project.turbo("doctor", project.run.name, "--head").out)
    ended = project.turbo("doctor", "--anchor", str(heads))
    assert ended.code == 0
    last = project.events()[-1].seq
    assert f"the journal agrees with 2 heads noted outside, up to event {last}" in ended.out


def test_a_workflow_notes_its_own_head(project: Project) -> None:
    project.write("turbo.yaml", WORK + 'finally:\n  - run: turbo doctor "$TURBO_RUN" --head >> heads.txt\n')
    assert project.turbo("run").code == 0
    (noted,) = anchors_in(project.read("heads.txt"))
    events = project.events()
    assert noted.run == project.run.name
    assert 1 < noted.seq < len(events)
    assert events[noted.seq - 1].hash == noted.hash


def test_a_head_is_kept_as_a_git_note_and_read_from_a_pipe(project: Project) -> None:
    project.write("turbo.yaml", WORK)
    assert project.turbo("run").code == 0
    shell = """
        set -e
        git init -q . && git commit -q --allow-empty -m first
        turbo doctor --head | git notes --ref=turbo append -F - HEAD
        git notes --ref=turbo append -m "seen by a person" HEAD
        git notes --ref=turbo show HEAD | turbo doctor "$1" --anchor -
    """
    told = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", project.run.name], cwd=project.folder, capture_output=True, text=True, check=True
    )
    assert "the journal agrees with 1 head noted outside" in told.stdout


def test_a_file_without_a_head_of_the_run_is_no_success(project: Project) -> None:
    project.write("turbo.yaml", WORK)
    assert project.turbo("run").code == 0
    for content in (b"", b"\xff\xfe\0\n", b"turbo-head 0zzz-0000-000 1 " + b"0" * 64):
        (project.folder / "heads").write_bytes(content)
        ended = project.turbo("doctor", "--anchor", "heads")
        assert (ended.code, ended.out) == (2, "")
        assert "no head of this run is noted there" in ended.err


def test_no_head_is_given_of_a_journal_that_is_damaged_or_forged(project: Project) -> None:
    project.write("turbo.yaml", WORK)
    assert project.turbo("run").code == 0
    heads = project.write("heads", project.turbo("doctor", "--head").out)
    with closing(sqlite3.connect(project.run / "journal.db")) as connection:
        count = int(connection.execute("SELECT max(seq) FROM event").fetchone()[0])
    forge(project.run, 3, until=count)
    forged = project.turbo("doctor", "--head", "--anchor", str(heads))
    assert (forged.code, forged.out) == (65, "")
    assert "first bad event: 1 (up to event" in forged.err
    with closing(sqlite3.connect(project.run / "journal.db")) as connection, connection:
        connection.execute("UPDATE event SET actor = 'eve' WHERE seq = 5")
    damaged = project.turbo("doctor", "--head")
    assert (damaged.code, damaged.out) == (65, "")
    assert "first bad event: 5 " in damaged.err
    assert "the first 4 events are sound" in damaged.err
