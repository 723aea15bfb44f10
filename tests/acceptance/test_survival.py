"""What is kept when the runner is killed, when two want one run, and when the disk is full."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.acceptance.project import Ended, Project, Started, alive, until

CHAIN = """
name: chain
tasks:
  first: {run: "echo first >> done; echo first"}
  second:
    needs: [first]
    risk: read
    run: |
      echo $$ >> pids
      sh -c 'echo $$ >> pids; exec setsid sleep 1000' &
      echo begun >> done
      while ! test -e go; do sleep 0.05; done
      echo second >> done
  third: {needs: [second], run: "echo third >> done"}
"""


def _begin(project: Project, workflow: str = CHAIN) -> Started:
    project.write("turbo.yaml", workflow)
    going = project.start("run")
    until(lambda: "begun" in project.read("done"))
    return going


def _pids(project: Project) -> list[int]:
    return [int(line) for line in project.read("pids").split()]


def _is_told(ended: Ended, code: int, *parts: str) -> None:
    """An error of one kind: what, where, why and the next step, and no traceback."""
    assert ended.code == code, ended.err
    assert ended.err.count("error: ") == 1, ended.err
    assert "Traceback" not in ended.err
    for part in parts:
        assert part in ended.err


def test_a_killed_runner_leaves_no_process_and_nothing_runs_twice(project: Project) -> None:
    going = _begin(project)
    going.send(signal.SIGKILL)
    assert going.wait().code == -signal.SIGKILL
    until(lambda: not alive(_pids(project)))
    project.write("go", "")
    ended = project.turbo("resume", "--plain")
    assert ended.code == 0, ended.err
    assert "taken up again" in ended.out
    assert Counter(project.read("done").split()) == {"first": 1, "begun": 2, "second": 1, "third": 1}
    ends = [(event.task, event.body["state"]) for event in project.events() if event.kind == "attempt.ended"]
    assert ends == [("first", "succeeded"), ("second", "lost"), ("second", "succeeded"), ("third", "succeeded")]
    assert [event.epoch for event in project.events() if event.kind == "run.taken"] == [1, 2]


def test_a_task_that_may_have_happened_is_asked_about(project: Project) -> None:
    going = _begin(project, CHAIN.replace("risk: read", "risk: change"))
    going.send(signal.SIGKILL)
    going.wait()
    project.write("go", "")
    assert project.turbo("resume").code == 3
    assert "second" in project.turbo("why", "second").out
    answered = project.turbo("resume", "--lost", "done", "--json")
    assert answered.code == 0, answered.err
    assert Counter(project.read("done").split()) == {"first": 1, "begun": 1, "third": 1}


def test_a_run_has_one_runner(project: Project) -> None:
    going = _begin(project)
    second = project.turbo("resume")
    _is_told(second, 75, str(going.pid), project.run.name)
    assert second.out == ""
    project.write("go", "")
    assert going.wait().code == 0
    assert [event.epoch for event in project.events() if event.kind == "run.taken"] == [1]


def test_a_run_that_has_ended_is_not_resumed(project: Project) -> None:
    project.write("turbo.yaml", "name: short\ntasks:\n  one: {run: 'exit 3'}\n")
    assert project.turbo("run").code == 1
    before = project.kinds()
    assert project.events()[-1].body["at_rest"] == "failed"  # so the workflow and the journal need not be read
    project.write("turbo.yaml", "this is not read")
    _is_told(project.turbo("resume"), 2, "the run failed", "turbo resume --failed")
    assert project.kinds() == before
    project.write("turbo.yaml", "name: short\ntasks:\n  one: {run: 'true'}\n")
    _is_told(project.turbo("resume", "--failed"), 2, "turbo.yaml")


def test_waiting_for_a_run(project: Project) -> None:
    going = _begin(project)
    waiting = project.start("wait")
    impatient = project.turbo("wait", "--timeout", "0.1")
    assert (impatient.code, impatient.err) == (3, "The run is still going on.\n")
    project.write("go", "")
    assert waiting.wait().code == going.wait().code == 0
    assert "3 succeeded" in waiting.out


# ---------------------------------------------------------------- a full disk

LARGE = """
name: large
tasks:
  first: {run: "echo first >> done"}
  many:
    needs: [first]
    run: |
      echo "$PART" >> done
      printf 'blob=%0400000d\\n' "$PART" >> "$TURBO_OUTPUT"
    env: {PART: "${{ matrix.part }}"}
    matrix: {part: [1, 2, 3, 4, 5, 6, 7, 8], max_parallel: 1}
    risk: read
    outputs: {blob: string}
"""
FILLING = """
name: filling
tasks:
  first: {run: "echo first >> done"}
  fill:
    needs: [first]
    risk: read
    allow_failure: true
    run: "test ! -e filler && cat /dev/zero > filler"
  last: {needs: [fill], run: "echo last >> done"}
"""


def test_a_file_that_may_not_grow_ends_the_run_and_it_can_be_resumed(project: Project) -> None:
    project.write("turbo.yaml", LARGE)
    blocks = ["/bin/sh", "-c", 'ulimit -f 4096; exec "$@"', "sh"]  # of 512 bytes
    _is_told(project.turbo("run", under=blocks), 74, "journal.db", "turbo resume")
    assert project.turbo("resume", "--quiet").code == 0
    done = Counter(project.read("done").split())
    assert set(done) == {"first", *"12345678"}
    ends = Counter(event.task for event in project.events() if event.kind == "task.ended" and event.body["state"] == "succeeded")
    assert set(ends.values()) == {1}
    assert done["first"] == 1


@pytest.fixture
def small_disk(project: Project) -> Iterator[Project]:
    """The project on a disk of a few megabytes."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(project.folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield project
    project.close()
    subprocess.run(["umount", "--lazy", str(project.folder)], check=True)


def test_a_full_disk_ends_the_run_and_it_can_be_resumed(small_disk: Project) -> None:
    small_disk.write("turbo.yaml", FILLING)
    _is_told(small_disk.turbo("run"), 74, "the disk is full", "free some space, then: turbo resume")
    assert small_disk.kinds()[-1] == "attempt.ended"
    (small_disk.folder / "filler").unlink()
    assert small_disk.turbo("resume").code == 0
    assert small_disk.read("done").split() == ["first", "last"]
