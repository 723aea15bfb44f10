import sqlite3
import subprocess
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journal.make import new, put
from tests.programs import script
from turbo_core.journal.history import PastRun, Success, Successes, facts, past_runs, rebuild, record
from turbo_core.journal.reader import read
from turbo_core.journal.runs import run_folder


def a_run(project: Path, run: str, *, fingerprint: str = "f1", hour: int = 10, end: str = "run.ended") -> Path:
    journal = new(project, run)
    put(journal, "run.created", at=f"2026-11-21T{hour}:00:00Z", workflow="release")
    put(journal, "task.ended", task="a", at=f"2026-11-21T{hour}:00:01Z", state="failed", fingerprint="bad", outputs={})
    put(journal, "task.ended", task="b", at=f"2026-11-21T{hour}:00:01Z", state="succeeded", fingerprint="", outputs={})
    outputs = {"v": Decimal("1.50")}
    put(
        journal,
        "task.ended",
        task="c",
        at=f"2026-11-21T{hour}:00:02Z",
        state="succeeded",
        fingerprint=fingerprint,
        outputs=outputs,
    )
    put(journal, end, at=f"2026-11-21T{hour}:00:03.500Z", outcome="succeeded")
    journal.close()
    return run_folder(project, run)


def last(project: Path, workflow: str, address: str) -> Success | None:
    with closing(Successes(project)) as successes:
        return successes.last(workflow, address)


def check(project: Path) -> None:
    success = last(project, "release", "c")
    assert success is not None
    assert (success.fingerprint, success.outputs, success.run) == ("f2", {"v": Decimal("1.50")}, "02")
    assert last(project, "release", "a") is None
    assert last(project, "release", "b") is None
    assert last(project, "other", "c") is None
    assert [(run.id, run.outcome) for run in past_runs(project, "release", 9)] == [("02", "parked"), ("01", "succeeded")]
    assert past_runs(project, "release", 9)[1] == PastRun(
        id="01", workflow="release", created="2026-11-21T10:00:00Z", ended="2026-11-21T10:00:03.500Z",
        outcome="succeeded", seconds=3.5, actor="ann",
    )  # fmt: skip
    assert len(past_runs(project, "release", 1)) == 1


def test_what_is_recorded_is_found_and_the_newer_success_wins(tmp_path: Path) -> None:
    one, two = a_run(tmp_path, "01"), a_run(tmp_path, "02", fingerprint="f2", hour=11, end="run.parked")
    for folder in (two, one, one):
        assert record(tmp_path, read(folder))
    check(tmp_path)


def test_the_index_is_made_anew_from_the_journals(tmp_path: Path) -> None:
    a_run(tmp_path, "01")
    a_run(tmp_path, "02", fingerprint="f2", hour=11, end="run.parked")
    hurt = a_run(tmp_path, "03", fingerprint="f3", hour=12)
    connection = sqlite3.connect(hurt / "journal.db")
    connection.execute("UPDATE event SET kind = 'x' WHERE seq = 5")
    connection.commit()
    connection.close()
    assert rebuild(tmp_path).read == 2
    check(tmp_path)
    index = tmp_path / ".turbo" / "history.db"
    index.write_bytes(b"rubbish " * 1000)
    assert last(tmp_path, "release", "c") is None
    assert record(tmp_path, [])  # a damaged index is made anew
    check(tmp_path)
    assert rebuild(tmp_path).read == 2
    check(tmp_path)
    (hurt / "journal.db").write_bytes(b"")
    connection = sqlite3.connect(index)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    assert rebuild(tmp_path).read == 2
    check(tmp_path)


def test_a_run_that_goes_on_is_running_again(tmp_path: Path) -> None:
    journal = new(tmp_path, "01")
    put(journal, "run.created", workflow="w")
    put(journal, "run.parked")
    put(journal, "run.taken")
    record(tmp_path, journal.events())
    assert past_runs(tmp_path, "w", 1)[0].outcome == "running"
    journal.close()


def test_an_index_that_cannot_be_used_harms_nothing(tmp_path: Path) -> None:
    assert last(tmp_path, "w", "a") is None
    assert past_runs(tmp_path, "w", 1) == []
    folder = a_run(tmp_path, "01")
    assert record(tmp_path, [])  # there was no index: it is made from all journals
    assert len(past_runs(tmp_path, "release", 1)) == 1
    index = tmp_path / ".turbo" / "history.db"
    record(tmp_path, read(folder))
    connection = sqlite3.connect(index)
    assert [task.address for task in facts(tmp_path, "release", 1)[0].tasks] == ["a", "b", "c"]
    connection.execute("UPDATE success SET outputs = x'ff'")
    connection.execute("UPDATE facts SET body = x'ff'")
    connection.commit()
    connection.close()
    assert last(tmp_path, "release", "c") is None
    assert facts(tmp_path, "release", 1) == []
    index.unlink()
    index.mkdir()
    assert not record(tmp_path, read(folder))
    with pytest.raises(sqlite3.Error):
        rebuild(tmp_path)


def test_who_keeps_the_index_open_is_told_what_is_new(tmp_path: Path) -> None:
    successes = Successes(tmp_path)
    assert successes.last("release", "c") is None
    for number in (1, 2):
        record(tmp_path, read(a_run(tmp_path, f"0{number}", fingerprint=f"f{number}", hour=10 + number)))
        success = successes.last("release", "c")
        assert success is not None
        assert success.fingerprint == f"f{number}"
    (tmp_path / ".turbo" / "history.db").write_bytes(b"rubbish " * 1000)
    assert successes.last("release", "c") is None
    assert rebuild(tmp_path).lost
    assert successes.last("release", "c") == success
    successes.close()


def test_4_recorders_at_once(tmp_path: Path) -> None:
    for number in range(4):
        a_run(tmp_path, f"0{number}", hour=10 + number, fingerprint=f"f{number}")
    code = """
import sys
from pathlib import Path
from turbo_core.journal.history import record
from turbo_core.journal.reader import read
from turbo_core.journal.runs import run_folder
project = Path(sys.argv[1])
assert all(record(project, read(run_folder(project, sys.argv[2]))) for _ in range(10))
"""
    recorders = [subprocess.Popen(script(code, tmp_path, f"0{n}")) for n in range(4)]
    assert [recorder.wait() for recorder in recorders] == [0] * 4
    success = last(tmp_path, "release", "c")
    assert success is not None
    assert success.run == "03"
    assert len(past_runs(tmp_path, "release", 9)) == 4
