import os
from pathlib import Path

import pytest

from turbo_core.journal.reports import beginning_of, read
from turbo_core.tracking.reported import Reported, lines, parse


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"done=3\ntotal=10\n", Reported(done=3, total=10)),
        (b"done=3\ntotal=10\ndone=4\n", Reported(done=4, total=10)),
        (b"done=0.5\n", Reported(done=0.5)),
        (b"done=1\ndone=2", Reported(done=1)),
        (b"cost=1.5\nnote=hello\n\n=\nx\n", Reported(cost=1.5)),
        (b"done=nan\ndone=inf\ndone=-1\ndone=\ndone=0x1\ndone=" + b"1" * 99 + b"\n", Reported()),
        (b"\xff\xfe\ndone=1\r\n", Reported(done=1)),
        (b"", Reported()),
    ],
)
def test_the_last_whole_line_of_each_name_counts(data: bytes, told: Reported) -> None:
    assert parse(data) == told


def test_a_part_lies_between_nothing_and_all() -> None:
    assert Reported(done=30, total=10).part == 1
    assert Reported(done=1, total=0).part is None
    assert Reported(cost=1).part is None
    assert parse(lines(1, 3, None).encode()).part == pytest.approx(1 / 3)


def test_what_is_no_file_of_a_task_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.progress"
    assert read(str(path)) is None
    os.mkfifo(path)
    assert read(str(path)) is None
    path.unlink()
    (tmp_path / "real").write_text("done=1\n")
    path.symlink_to(tmp_path / "real")
    assert read(str(path)) is None
    assert read(str(tmp_path)) is None
    assert read(str(tmp_path / "real")) == Reported(done=1)


def test_of_a_huge_file_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.progress"
    path.write_bytes(b"done=1\n" * 100_000 + b"done=7\ntotal=9\n")
    assert read(str(path)) == Reported(done=7, total=9)


def test_the_files_of_an_attempt_lie_beside_each_other() -> None:
    assert beginning_of("/run", "logs/build.1.log") == "/run/files/build.1"
