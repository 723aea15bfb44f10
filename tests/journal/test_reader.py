from pathlib import Path

import pytest

from tests.journal.make import filled
from turbo_core.errors import JournalDamaged
from turbo_core.journal.reader import Cursor, read, verify


def test_reading_goes_on_after_any_event(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1300)  # more than two batches
    everything = list(read(folder))
    assert [event.seq for event in everything] == list(range(1, 1301))
    for after in (1, 512, 1299, 1300):
        assert list(read(folder, after)) == everything[after:]


def test_reading_after_an_event_that_never_was_is_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path, 3)
    with pytest.raises(JournalDamaged, match="first bad event: 4 "):
        list(read(folder, 9))


def test_a_sound_journal_is_told_with_its_head(tmp_path: Path) -> None:
    folder = filled(tmp_path, 3)
    result = verify(folder)
    assert (result.run, result.events, result.problem, result.bad_seq) == (folder.name, 3, "", 0)
    assert result.head == list(read(folder))[-1].hash


@pytest.mark.parametrize("name", ["slack", "a/b", "..", ".", "über: x"])
def test_a_cursor_keeps_its_place_under_any_name(tmp_path: Path, name: str) -> None:
    assert Cursor(tmp_path, name).load() == 0
    Cursor(tmp_path, name).save(7)
    Cursor(tmp_path, "other").save(9)
    assert Cursor(tmp_path, name).load() == 7
    assert len(list((tmp_path / "cursors").iterdir())) == 2


def test_a_damaged_cursor_begins_again(tmp_path: Path) -> None:
    Cursor(tmp_path, "a").save(7)
    (tmp_path / "cursors" / "a").write_bytes(b"\xff")
    assert Cursor(tmp_path, "a").load() == 0
