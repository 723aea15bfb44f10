"""Two runners and one run: one works, the others are refused; who is taken over writes nothing more."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.project import Project, Started, alive, until
from tests.figures import Figure
from turbo_core.app import App
from turbo_core.engine.session import PROCESSES_NAME
from turbo_core.journal.lock import LOCK_NAME
from turbo_core.journal.reader import read, verify

CROWD = 8
BUSY = """
name: busy
tasks:
  first: {run: "echo first >> done"}
  hold:
    needs: [first]
    risk: read
    run: |
      echo $$ >> pids
      sh -c 'echo $$ >> pids; exec setsid sleep 1000' &
      echo hold >> done
      while ! test -e go; do sleep 0.05; done
  last: {needs: [hold], run: "echo last >> done"}
"""
TICK = """
  tick:
    needs: [first]
    risk: read
    run: |
      echo tick >> done
      while ! test -e tock; do sleep 0.05; done
"""
HOLDER = re.compile(r"process (\d+) on")


def begun(project: Project, workflow: str = BUSY) -> Started:
    """A runner that is in the middle of a task."""
    project.write("turbo.yaml", workflow)
    going = project.start("run", "--jobs", "2")
    until(lambda: "hold" in project.read("done"))
    return going


def pids(project: Project) -> list[int]:
    """The processes of every attempt of the task that holds."""
    return [int(line) for line in project.read("pids").split()]


def epochs(project: Project) -> list[int]:
    return [event.epoch for event in project.events() if event.kind == "run.taken"]


def is_stopped(pid: int) -> bool:
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout[:1] == "T"


@pytest.mark.timeout(3600)  # the long form
def test_of_eight_that_resume_at_once_one_works_and_seven_name_it(project: Project, long: bool, figure: Figure) -> None:
    project.write("turbo.yaml", BUSY)
    for number in range(50 if long else 1):
        (project.folder / "go").unlink(missing_ok=True)
        cut_off(project, holds=2 * number + 1)
        crowd = [project.start("resume") for _ in range(CROWD)]
        until(lambda crowd=crowd: sum(one.process.poll() is not None for one in crowd) == CROWD - 1)
        (winner,) = (one for one in crowd if one.process.poll() is None)
        for loser in (one.wait() for one in crowd if one is not winner):
            assert (loser.code, loser.out) == (75, ""), loser.err
            assert HOLDER.findall(loser.err) == [str(winner.pid)], loser.err
        project.write("go", "")
        assert winner.wait().code == 0
        folder = App(project.folder).folder(None)
        assert [event.epoch for event in read(folder) if event.kind == "run.taken"] == [1, 2]
        figure("times that one of eight worked, and seven were refused", 1)


def cut_off(project: Project, *, holds: int) -> None:
    """Leave a run whose runner was killed in the middle of a task."""
    going = project.start("run")
    until(lambda: project.read("done").split().count("hold") == holds)
    going.send(signal.SIGKILL)
    going.wait()


def test_a_runner_that_is_stopped_is_taken_over_and_its_tasks_are_ended_first(project: Project) -> None:
    going = begun(project)
    going.send(signal.SIGSTOP)
    until(lambda: is_stopped(going.pid))
    left = pids(project)
    (project.run / "reserve").unlink()
    told = project.turbo("doctor", project.run.name).out
    assert f"process {going.pid} on " in told
    assert "reserve      there is none; a full disk leaves no room for ends" in told
    refused = project.turbo("resume")
    assert refused.code == 75
    assert "turbo resume --take-over" in refused.err
    assert alive(left) == left
    project.write("go", "")
    ended = project.turbo("resume", "--take-over", "--reason", "it hung")
    assert ended.code == 0, ended.err
    assert alive([*left, going.pid]) == []
    assert going.wait().code == -signal.SIGKILL
    events = project.events()
    taken = next(event for event in events if event.kind == "run.taken" and event.epoch == 2)
    assert re.fullmatch(rf"process {going.pid} on \S+ since \S+", taken.body["took_over"])
    assert not [event for event in events if event.epoch == 1 and event.seq > taken.seq]
    assert Counter(project.read("done").split()) == {"first": 1, "hold": 2, "last": 1}
    lost = [event.task for event in events if event.kind == "attempt.ended" and event.body["state"] == "lost"]
    assert lost == ["hold"]
    assert App(project.folder).view(project.run).acts[-1].what.startswith(f"took the run over from process {going.pid} on ")


def test_a_runner_that_wakes_beside_its_successor_writes_nothing_and_ends_its_tasks(project: Project) -> None:
    """The locks are gone, as on a disk that does not keep them: the epoch alone stands between the two."""
    going = begun(project, BUSY + TICK)
    until(lambda: "tick" in project.read("done"))
    going.send(signal.SIGSTOP)
    until(lambda: is_stopped(going.pid))
    left = pids(project)
    for lock in (LOCK_NAME, PROCESSES_NAME):
        (project.run / lock).unlink()
    successor = project.start("resume")
    until(lambda: project.read("done").split().count("hold") == 2)
    mine = [pid for pid in pids(project) if pid not in left]
    before = project.events()
    going.send(signal.SIGCONT)
    project.write("tock", "")  # what it has started ends, and it wants to write that down
    woken = going.wait()
    assert woken.code == 75, woken.err
    assert f"process {successor.pid} on" in woken.err
    until(lambda: not alive(left))
    assert alive(mine) == mine
    project.write("go", "")
    assert successor.wait().code == 0
    events = project.events()
    assert events[: len(before)] == before
    taken = next(event for event in events if event.epoch == 2)
    assert {event.epoch for event in events[taken.seq - 1 :]} == {2}
    assert verify(project.run).problem == ""


def test_taking_over_what_nobody_holds_is_a_resume(project: Project) -> None:
    going = begun(project)
    going.send(signal.SIGKILL)
    going.wait()
    project.write("go", "")
    assert project.turbo("resume", "--take-over").code == 0
    assert [event.body["took_over"] for event in project.events() if event.kind == "run.taken" and event.epoch == 2] == [""]


def test_what_would_be_refused_ends_nobody(project: Project) -> None:
    going = begun(project)
    project.write("turbo.yaml", BUSY + "  more: {run: 'true'}\n")
    ended = project.turbo("resume", "--take-over")
    assert ended.code == 2
    assert "turbo.yaml" in ended.err
    project.write("go", "")
    assert going.wait().code == 0
    assert epochs(project) == [1]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the kernel does not tell what a process has open")
def test_a_holder_that_cannot_be_seen_from_here_is_not_ended(project: Project) -> None:
    going = begun(project)
    lock = project.run / LOCK_NAME
    told = json.loads(lock.read_text())
    with subprocess.Popen(["sleep", "1000"]) as stranger:
        for wrong in ({"host": "elsewhere"}, {"pid": stranger.pid}, {"pid": 0}):
            lock.write_text(json.dumps({**told, **wrong}))
            ended = project.turbo("resume", "--take-over")
            assert ended.code == 75
            assert "cannot be ended from here" in ended.err
            assert alive([going.pid, stranger.pid]) == [going.pid, stranger.pid]
        stranger.kill()
    project.write("go", "")
    assert going.wait().code == 0
