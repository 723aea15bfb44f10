"""Folders that vanish or cannot be written, and disks on which only the logs find no room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.project import Ended, Project, Started, alive, until
from tests.journal.make import new, put
from turbo_core.errors import StorageFailed
from turbo_core.journal.reader import read
from turbo_core.journal.runs import run_folder

WAITING = """
name: waiting
tasks:
  first: {run: "echo first >> done"}
  hold:
    needs: [first]
    risk: read
    run: |
      echo $$ >> pids
      echo hold >> done
      while ! test -e go; do sleep 0.05; done
  last: {needs: [hold], risk: read, run: "echo last >> done"}
"""


def is_told(ended: Ended, code: int, *parts: str) -> None:
    assert ended.code == code, ended.err
    assert ended.err.count("error: ") == 1, ended.err
    assert "Traceback" not in ended.err
    for part in parts:
        assert part in ended.err


def begun(project: Project) -> Started:
    project.write("turbo.yaml", WAITING)
    going = project.start("run")
    until(lambda: "hold" in project.read("done"))
    return going


# ---------------------------------------------------------------- folders that vanish


def test_a_run_whose_folder_is_moved_away_stops_and_goes_on_when_it_is_back(project: Project) -> None:
    going = begun(project)
    folder = project.run
    folder.rename(project.aside / "moved")
    project.write("go", "")
    is_told(going.wait(), 74, "the journal is no longer in its place", "put the run's folder back")
    assert project.read("done").split() == ["first", "hold"]
    if folder.exists():
        shutil.rmtree(folder)
    (project.aside / "moved").rename(folder)
    assert project.turbo("resume").code == 0
    assert project.read("done").split() == ["first", "hold", "last"]  # the end of the second was written before it was missed


def test_a_run_whose_folder_is_deleted_ends_its_tasks_and_says_so(project: Project) -> None:
    going = begun(project)
    pids = [int(pid) for pid in project.read("pids").split()]
    shutil.rmtree(project.folder / ".turbo")
    project.write("go", "")
    is_told(going.wait(), 74, "the journal is no longer in its place")
    assert alive(pids) == []
    assert "last" not in project.read("done")


def replaced(file: Path) -> None:
    shutil.copy(file, file.with_name("copy"))
    file.with_name("copy").replace(file)


@pytest.mark.parametrize("harm", [Path.unlink, replaced, lambda file: file.parent.rename(file.parent.with_name("other"))])
def test_no_event_is_taken_for_written_in_a_file_that_nobody_will_read(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    journal = new(tmp_path)
    with closing(journal):
        put(journal)
        harm(run_folder(tmp_path, journal.run) / "journal.db")
        with pytest.raises(StorageFailed, match="no longer in its place"):
            put(journal)
        assert not journal.usable


# ---------------------------------------------------------------- folders that cannot be written


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write below a folder: by its mode, or for root, whom no mode stops, by a mount."""
    if os.getuid():
        modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*")) if path.is_dir()}
        for path in reversed(modes):
            path.chmod(0o500)
        undo = [(path.chmod, mode) for path, mode in modes.items()]
    else:
        bind = [["mount", "--bind", str(folder), str(folder)], ["mount", "-o", "remount,bind,ro", str(folder)]]
        if sys.platform != "linux" or any(subprocess.run(one, capture_output=True, check=False).returncode for one in bind):
            pytest.skip("root writes everywhere, and nothing can be mounted here")
        undo = []
    try:
        yield
    finally:
        for change, mode in undo:
            change(mode)
        if not os.getuid():
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_nothing_starts_where_nothing_can_be_written(project: Project) -> None:
    project.write("turbo.yaml", "name: one\ntasks:\n  one: {run: 'echo one >> \"$OUT\"'}\n")
    out = project.aside / "out"
    with read_only(project.folder):
        ended = project.turbo("run", env={"OUT": str(out)})
    is_told(ended, 74, str(project.folder))
    assert not out.exists()


def test_a_run_can_be_looked_at_where_nothing_can_be_written(project: Project) -> None:
    project.write("turbo.yaml", "name: one\ntasks:\n  one: {run: 'echo one'}\n")
    assert project.turbo("run").code == 0
    run, events = project.run.name, project.turbo("events", "--json").out
    with read_only(project.folder):
        assert project.turbo("events", "--json").out == events
        assert project.turbo("doctor", run).out.startswith("ok: ")
        assert project.turbo("logs", "one").out == "one\n"
        is_told(project.turbo("resume", "--failed"), 74, project.run.name)
        is_told(project.turbo("undo", run), 2, "nothing to undo")
    assert project.turbo("events", "--json").out == events


def test_a_run_that_was_cut_off_is_read_right_or_refused_where_nothing_can_be_written(project: Project) -> None:
    going = begun(project)
    going.process.kill()
    going.wait()
    events = list(read(project.run))
    assert (project.run / "journal.db-wal").stat().st_size
    for name in ("journal.db-shm", None):
        with read_only(project.folder):
            ended = project.turbo("events", "--json")
        assert ended.code in {0, 74}, ended.err
        assert len(ended.out.splitlines()) == (0 if ended.code else len(events))
        if name:
            (project.run / name).unlink()


# ---------------------------------------------------------------- no room for logs

LOUD = """
name: loud
tasks:
  loud: {run: "head -c 3000000 /dev/zero | tr '\\\\0' 'x'; echo loud >> done"}
  next: {needs: [loud], run: "echo next; echo next >> done"}
"""


def is_cut(project: Project, ended: Ended, why: str) -> None:
    """The run succeeded, its log is short, and that is said."""
    assert ended.code == 0, ended.err
    assert project.read("done").split() == ["loud", "next"]
    (end,) = (event for event in project.events() if event.kind == "attempt.ended" and event.task == "loud")
    assert end.body["state"] == "succeeded"
    assert f"the log is not complete: {why}" in end.body["message"]
    assert end.body["log_bytes"] == (project.run / "logs" / "loud.1.log").stat().st_size < 3_000_000
    assert "the log is not complete" in (project.run / "report" / "report.html").read_text()


def test_a_log_that_may_not_grow_costs_only_its_end(project: Project) -> None:
    project.write("turbo.yaml", LOUD)
    blocks = ["/bin/sh", "-c", 'ulimit -f 4096; exec "$@"', "sh"]  # of 512 bytes
    is_cut(project, project.turbo("run", under=blocks), "File too large")
    assert project.turbo("logs", "next").out == "next\n"


def test_a_full_disk_of_logs_costs_only_their_end(project: Project) -> None:
    """The logs get a small disk of their own, which the first task mounts."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs"]
    if sys.platform != "linux" or subprocess.run([*mount, str(project.aside)], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    subprocess.run(["umount", str(project.aside)], check=True)
    disk = f"phases:\n  first:\n    disk: {{run: '{' '.join(mount)} \".turbo/runs/$TURBO_RUN/logs\"'}}\n  then:"
    project.write(
        "turbo.yaml", LOUD.replace("tasks:", disk).replace("\n  loud:", "\n    loud:").replace("\n  next:", "\n    next:")
    )
    ended = project.turbo("run")
    try:
        is_cut(project, ended, "No space left on device")
    finally:
        subprocess.run(["umount", "--lazy", str(project.run / "logs")], check=True)
