"""The journal under real kills, stops, full disks and crowds: every writer here is a process of its own."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.journal.make import AT, HOLDER, filled, new, put
from tests.programs import script
from turbo_core.errors import RunHeld
from turbo_core.journal.lock import is_held
from turbo_core.journal.reader import follow, read, verify
from turbo_core.journal.runs import run_folder, runs
from turbo_core.journal.writer import SqliteJournal

APPEND = """
import sys
from tests.journal.make import HOLDER, put
from turbo_core.journal.writer import SqliteJournal
from pathlib import Path
journal = SqliteJournal.take(Path(sys.argv[1]), HOLDER)
print("taken", flush=True)
while True:
    print(put(journal, note="x" * 300).seq, flush=True)
"""
FILL = """
import resource, signal, sys
from pathlib import Path
from tests.journal.make import AT, HOLDER, put
from turbo_core.errors import StorageFailed
from turbo_core.journal.writer import SqliteJournal
from turbo_core.model import Draft
journal = SqliteJournal.take(Path(sys.argv[1]), HOLDER)
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
last = 0
try:
    while True:
        last = put(journal, note="x" * 3000).seq
except StorageFailed as error:
    print(last, journal.usable, error)
try:
    journal.commit()
except StorageFailed as error:
    print("again:", error)
if journal.release_reserve() and journal.usable:
    journal.drop()
    print(put(journal, "run.cancelling").seq)
journal.close()
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(script(code, *arguments), stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> list[str]:
    with process:
        assert process.stdout is not None
        return process.stdout.read().splitlines()


def test_40_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    rng = random.Random(3)
    known = list(read(folder))
    for _ in range(40):
        process = start(APPEND, folder)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.03))
        process.kill()
        told = [int(line) for line in finish(process) if line.strip()]
        events = list(read(folder))  # what the killed writer left behind
        assert events[: len(known)] == known
        assert len(events) >= (told[-1] if told else 0)
        known = events
    assert len(known) > 40
    assert verify(folder).problem == ""
    assert len({event.epoch for event in known}) > 10


def test_a_stopped_writer_keeps_its_run_and_readers_go_on(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    process = start(APPEND, folder)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(RunHeld, match=f"process {process.pid} on"):
            SqliteJournal.take(folder, HOLDER)
        assert len(list(read(folder))) >= 3
        assert runs(tmp_path)[0].last is not None
    finally:
        process.kill()
        finish(process)
    assert is_held(folder) is None
    SqliteJournal.take(folder, HOLDER).close()


def test_of_8_takers_exactly_one_works(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    code = """
import sys
from pathlib import Path
from tests.journal.make import HOLDER, put
from turbo_core.errors import RunHeld
from turbo_core.journal.writer import SqliteJournal
sys.stdin.readline()
try:
    journal = SqliteJournal.take(Path(sys.argv[1]), HOLDER)
except RunHeld as error:
    print("held", error.exit_code, flush=True)
else:
    print("mine", put(journal).seq, flush=True)
    sys.stdin.readline()
"""
    command = script(code, folder)
    takers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) for _ in range(8)]
    said = []
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
    for taker in takers:
        assert taker.stdout is not None
        said.append(taker.stdout.readline().strip())
    for taker in takers:
        taker.communicate("end\n")
    assert sorted(said) == ["held 75"] * 7 + ["mine 2"]
    assert len(list(read(folder))) == 2


def test_a_limit_on_file_size_stops_the_writer_for_good(tmp_path: Path) -> None:
    folder = filled(tmp_path, 1)
    first, again, *more = finish(start(FILL, folder, "limit"))
    count, usable, *_ = first.split(" ", 2)
    assert usable == "False"
    assert "E-storage" not in first
    assert "nothing more may be written" in again
    assert more == []
    assert len(list(read(folder))) == int(count) > 5
    assert verify(folder).problem == ""


def test_a_full_disk_can_be_waited_out_and_the_reserve_serves_the_end(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        folder = filled(disk, 1)
        first, again, end = finish(start(FILL, folder, "disk"))
        count, usable, told = first.split(" ", 2)
        assert usable == "True"
        assert "the disk is full" in told
        assert "the disk is full" in again
        assert int(end) == int(count) + 1
        events = list(read(folder))
        assert len(events) == int(end)
        assert events[-1].kind == "run.cancelling"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_follower_sees_what_comes(tmp_path: Path) -> None:
    journal = new(tmp_path)
    put(journal)
    written = iter(range(3))

    def wait() -> bool:
        number = next(written, None)
        if number is None:
            return False
        put(journal, "more", n=number)
        return True

    seen = list(follow(run_folder(tmp_path, journal.run), 0, wait))
    assert [event.seq for event in seen] == [1, 2, 3, 4]
    journal.close()


def test_a_process_that_dies_while_it_makes_a_run_leaves_nothing_that_counts(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from tests.journal.make import new
real = Path.rename
Path.rename = lambda *_: os._exit(9)
new(Path(sys.argv[1]))
"""
    finish(start(code, tmp_path))
    assert list((tmp_path / ".turbo" / "runs").iterdir())
    assert runs(tmp_path) == []
    journal = new(tmp_path)
    put(journal, at=AT)
    journal.close()
    assert len(runs(tmp_path)) == 1
