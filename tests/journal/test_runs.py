from pathlib import Path

import pytest

from tests.journal.make import filled, new
from turbo_core.errors import RunUnknown, StorageFailed
from turbo_core.journal.files import storage, write_whole
from turbo_core.journal.runs import home, new_id, resolve, run_folder, runs

NOW = 1_800_000_000.0


def test_ids_sort_by_time_and_differ_early() -> None:
    times = [NOW + step for step in (0, 0.001, 0.5, 1, 60, 3600, 86400, 3e7, 3e8)]
    ids = [new_id(time) for time in times]
    assert ids == sorted(ids)
    assert {len(run) for run in ids} == {13}
    assert new_id(NOW)[:6] != new_id(NOW + 40)[:6]
    assert len({new_id(NOW) for _ in range(50)}) > 40


def test_runs_are_listed_newest_last_with_their_ends(tmp_path: Path) -> None:
    assert runs(tmp_path) == []
    ids = [new_id(NOW + second) for second in range(3)]
    for count, run in enumerate(reversed(ids), start=1):
        filled(tmp_path, count, run)
    found = runs(tmp_path)
    assert [run.id for run in found] == ids
    assert [run.last and run.last.seq for run in found] == [3, 2, 1]
    assert all(run.first and run.first.seq == 1 and run.first.run == run.id and not run.problem for run in found)


def test_any_unique_beginning_is_enough(tmp_path: Path) -> None:
    one, two = filled(tmp_path, 1, "01ab-cdef-gh0"), filled(tmp_path, 1, "01ab-cdef-gh01")
    other = filled(tmp_path, 1, "02ab-cdef-gh0")
    assert resolve(tmp_path, "02") == other
    assert resolve(tmp_path, "O2AB") == other
    assert resolve(tmp_path, "01abcdefgh0") == one  # a whole id wins
    assert resolve(tmp_path, "o1-ab-cdef-gh-0-i") == two
    assert resolve(tmp_path, None) == other


def test_an_unknown_or_ambiguous_beginning_names_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(RunUnknown, match="no runs here yet"):
        resolve(tmp_path, None)
    with pytest.raises(RunUnknown, match="no runs here yet"):
        resolve(tmp_path, "x")
    filled(tmp_path, 1, "01ab-0000-000")
    filled(tmp_path, 1, "01ac-0000-000")
    with pytest.raises(RunUnknown, match=r"2 runs have.*01ac-0000-000, 01ab-0000-000"):
        resolve(tmp_path, "01a")
    with pytest.raises(RunUnknown, match="latest runs are 01ac-0000-000, 01ab-0000-000"):
        resolve(tmp_path, "x")


def test_the_latest_run_is_one_that_began(tmp_path: Path) -> None:
    began = filled(tmp_path, 1, "01ab-0000-000")
    new(tmp_path, "01ac-0000-000").close()
    assert resolve(tmp_path, None) == began
    assert run_folder(tmp_path, "01ab-0000-000") == began


def test_a_full_disk_says_so() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(StorageFailed, match=r"the disk is full.*turbo resume"), storage(full):
        full.write_bytes(b"x")


def test_git_does_not_see_it(tmp_path: Path) -> None:
    assert (home(tmp_path) / ".gitignore").read_text() == "*\n"
    (home(tmp_path) / ".gitignore").write_text("# mine\n")
    home(tmp_path)
    assert (home(tmp_path) / ".gitignore").read_text() == "# mine\n"


def test_a_place_that_cannot_be_written_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / ".turbo").write_text("a file")
    with pytest.raises(StorageFailed):
        home(tmp_path)
    with pytest.raises(StorageFailed, match="disk"):
        write_whole(tmp_path / "missing" / "x", b"")
    (tmp_path / "there").mkdir()
    with pytest.raises(StorageFailed):
        write_whole(tmp_path / "there", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".turbo", "there"]


def test_a_folder_that_was_never_finished_is_not_a_run(tmp_path: Path) -> None:
    (tmp_path / ".turbo" / "runs" / ".new-01ab-0000-000-12345678").mkdir(parents=True)
    (tmp_path / ".turbo" / "runs" / "note.txt").write_text("a stray file")
    assert runs(tmp_path) == []
