"""Which ended runs are kept: by number, age and size; what has not ended stays, whatever the bounds say."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journal.make import HOLDER, new, put
from turbo_core.engine.keeping import Bounds, discard, learn, surplus, tidy
from turbo_core.journal import history
from turbo_core.journal.reader import read
from turbo_core.journal.retention import remove, sweep
from turbo_core.journal.runs import folders, run_folder
from turbo_core.journal.writer import SqliteJournal

TEXT = "name: short\ntasks: {one: {run: 'true'}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path


def run(project: Path, number: int, *kinds: str, days: float = 0, known: bool = True) -> str:
    """A run with events of these kinds, that were written so many days ago; the history knows it."""
    name = f"0aa{number}-0000-000"
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    journal = new(project, name)
    created = {
        "workflow": "short",
        "path": "turbo.yaml",
        "texts": {"turbo.yaml": TEXT},
        "digest": "",
        "inputs": {},
        "options": {},
    }
    put(journal, "run.created", at=at, **created, actions={}, project=str(project))
    for kind in kinds:
        put(journal, kind, at=at, outcome="succeeded", exit_code=0, summary="", outputs={}, reset=[])
    journal.close()
    if known:
        history.record(project, read(run_folder(project, name)))
    return name


def left(project: Path) -> list[str]:
    return [folder.name for folder in folders(project)]


def test_the_latest_ended_runs_are_kept(project: Path) -> None:
    names = [run(project, number, "run.ended") for number in range(5)]
    assert tidy(project, Bounds()) == []
    assert tidy(project, Bounds(runs=5)) == []
    assert [old.folder.name for old in tidy(project, Bounds(runs=2))] == names[:3]
    assert left(project) == names[3:]


def test_what_has_not_ended_stays_and_takes_no_place(project: Path) -> None:
    open_ones = [run(project, 0, "run.parked"), run(project, 1), run(project, 2, "run.ended", "run.round")]
    ended = [run(project, number, "run.ended") for number in (3, 4)]
    tidy(project, Bounds(runs=1))
    assert left(project) == [*open_ones, ended[1]]


def test_the_journal_has_the_last_word(project: Path) -> None:
    name = run(project, 0, "run.ended")
    again = run(project, 1, "run.ended", "run.round", known=False)
    events = [event for event in read(run_folder(project, again)) if event.kind != "run.round"]
    history.record(project, events)  # as it was before the run was taken up again
    assert set(history.ended(project)) == {name, again}
    tidy(project, Bounds(days=1, runs=1))
    assert left(project) == [again]
    assert not discard(run_folder(project, again))


def test_age_counts_from_the_end(project: Path) -> None:
    names = [run(project, number, "run.ended", days=days) for number, days in enumerate((40, 31, 29, 0))]
    tidy(project, Bounds(days=30))
    assert left(project) == names[2:]


def test_size_counts_from_the_latest_on(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [run(project, number, "run.ended") for number in range(3)]
    monkeypatch.setattr("turbo_core.engine.keeping.GIB", 1)
    assert [old.folder.name for old in surplus(project, Bounds(gib=1 << 40))] == []
    with (run_folder(project, names[1]) / "logs").open("wb") as log:
        log.write(bytes(8 << 20))
    assert [old.folder.name for old in surplus(project, Bounds(gib=6 << 20))] == names[:2]


def test_a_run_that_somebody_holds_stays(project: Path) -> None:
    name = run(project, 0, "run.ended")
    spare = run(project, 1, "run.ended")
    journal = SqliteJournal.take(run_folder(project, name), HOLDER)
    assert tidy(project, Bounds(runs=1)) == []
    journal.close()
    assert [old.folder.name for old in tidy(project, Bounds(runs=1), spare=spare)] == [name]


def test_a_damaged_journal_stays(project: Path) -> None:
    name = run(project, 0, "run.ended")
    run(project, 1, "run.ended")
    (run_folder(project, name) / "journal.db").write_bytes(b"no journal")
    assert tidy(project, Bounds(runs=1)) == []
    assert len(left(project)) == 2


def test_the_history_learns_of_ends_that_it_has_missed(project: Path) -> None:
    names = [run(project, number, "run.ended", known=False) for number in range(2)]
    assert surplus(project, Bounds(runs=1)) == []
    learn(project)
    assert [old.folder.name for old in surplus(project, Bounds(runs=1))] == names[:1]


def test_a_removal_that_was_cut_off_is_finished(project: Path) -> None:
    folder = run_folder(project, run(project, 0, "run.ended"))
    shutil.copytree(folder, folder.with_name(f".gone-{folder.name}"))
    sweep(folder.parent)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert remove(folder, lambda: True)
    assert list(folder.parent.iterdir()) == []
