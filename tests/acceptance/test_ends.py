"""Cancelling and time limits: what a person types, what tasks get, and that no process is left."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.project import Project, Started, alive, end, until
from tests.acceptance.terminal import terminal
from tests.plugins.shelf import Shelf

CTRL_C = b"\x03"

# A task that tidies up when it is asked to end, and says so.
TIDY = """
name: tidy
tasks:
  serve:
    run: |
      trap 'sleep 0.3; echo tidied; exit 0' TERM
      echo $$ >> pids
      sleep 1000 & echo $! >> pids
      echo serving
      wait
  later: {needs: [serve], run: echo never}
finally:
  - {run: echo at-the-end}
"""
STUBBORN = """
name: stubborn
tasks:
  serve:
    run: |
      trap '' TERM INT HUP
      echo $$ >> pids
      echo serving
      while :; do sleep 0.1; done
finally:
  - {run: echo at-the-end}
"""
# A child that has left its parent, its session and its group, and does not hear TERM.
ESCAPED = """
name: escaped
tasks:
  serve:
    run: |
      cat > grown.py <<'END'
      import os, signal, sys, time
      if os.fork():
          sys.exit(0)
      os.setsid()
      if os.fork():
          sys.exit(0)
      signal.signal(signal.SIGTERM, signal.SIG_IGN)
      with open("pids", "a") as file:
          print(os.getpid(), file=file)
      time.sleep(1000)
      END
      python3 grown.py
      while ! test -s pids; do sleep 0.05; done
      echo serving
      sleep 1000
    %s
"""


# A plugin whose document never gets ready.
HUNG = """
    import pathlib, time
    from turbo_core import hookimpl

    @hookimpl
    def turbo_document(run, context):
        pathlib.Path("writing").touch()
        time.sleep(1000)
"""


@pytest.fixture
def pids(project: Project) -> Iterator[list[int]]:
    """The processes that tasks wrote down; those that a failed test left are ended."""
    found: list[int] = []
    yield found
    end(_written(project))


def _written(project: Project) -> list[int]:
    return [int(line) for line in project.read("pids").split()]


def _begin(project: Project, workflow: str, *arguments: str) -> Started:
    project.write("turbo.yaml", workflow)
    going = project.start("run", *arguments)
    until(lambda: "serve │ serving" in going.out)
    return going


def _end_of(project: Project) -> tuple[str, list[str]]:
    """The outcome of the run, and how each attempt of its phases ended."""
    events = project.events()
    (ended,) = [event.body["outcome"] for event in events if event.kind == "run.ended"]
    return ended, [event.body["state"] for event in events if event.kind == "attempt.ended" and event.task == "serve"]


def test_ctrl_c_once_is_an_orderly_end(project: Project) -> None:
    project.write("turbo.yaml", TIDY)
    with terminal(project, "run", "--plain") as shown:
        shown.says(b"serving")
        shown.type(CTRL_C)
        assert shown.wait() == 130, shown.shown
    text = shown.shown.decode()
    for told in ("cancelling: SIGINT was received", "tidied", "at-the-end", "2 cancelled", "run cancelled"):
        assert told in text
    assert "never" not in text
    assert _end_of(project) == ("cancelled", ["cancelled"])
    assert not alive(_written(project))


def test_ctrl_c_twice_is_an_end_at_once(project: Project) -> None:
    project.write("turbo.yaml", STUBBORN)
    with terminal(project, "run", "--plain") as shown:
        shown.says(b"serving")
        shown.type(CTRL_C)
        shown.says(b"cancelling: ")
        shown.type(CTRL_C)
        assert shown.wait() == 130, shown.shown
    assert b"cancelling at once: SIGINT was received" in shown.shown
    assert b"at-the-end" not in shown.shown
    assert _end_of(project) == ("cancelled", ["cancelled"])
    assert not alive(_written(project))


def test_the_live_view_gives_the_terminal_back(project: Project) -> None:
    project.write("turbo.yaml", TIDY)
    with terminal(project, "run") as shown:
        shown.says(b"serving")
        assert b"\x1b[?25l" in shown.shown
        shown.type(CTRL_C)
        assert shown.wait() == 130
    assert shown.shown.rfind(b"\x1b[?25h") > shown.shown.rfind(b"\x1b[?25l")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_is_an_orderly_end(project: Project, number: signal.Signals, code: int) -> None:
    going = _begin(project, TIDY)
    going.send(number)
    ended = going.wait()
    assert (ended.code, ended.err) == (code, "")
    assert f"cancelling: {number.name} was received" in ended.out
    assert "tidied" in ended.out
    assert "at-the-end" in ended.out
    assert _end_of(project) == ("cancelled", ["cancelled"])
    assert not alive(_written(project))


def test_closing_the_window_is_an_orderly_end(project: Project) -> None:
    project.write("turbo.yaml", TIDY)
    with terminal(project, "run") as shown:
        shown.says(b"serving")
        shown.hang_up()
        assert shown.process.wait(60) == 129
    assert _end_of(project) == ("cancelled", ["cancelled"])
    assert not alive(_written(project))


def test_another_process_cancels(project: Project) -> None:
    going = _begin(project, TIDY)
    told = project.turbo("cancel", "--reason", "it is late")
    assert (told.code, told.out) == (0, "The runner of the run was told.\n")
    ended = going.wait()
    assert ended.code == 130
    assert "cancelling: it is late" in ended.out
    assert "tidied" in ended.out
    (cancelling,) = [event for event in project.events() if event.kind == "run.cancelling"]
    assert cancelling.body == {"force": False, "reason": "it is late", "signal": 2}
    again = project.turbo("cancel")
    assert again.code == 2
    assert again.err.startswith("error: the run has ended already")
    assert not alive(_written(project))


def test_ctrl_c_ends_a_document_that_hangs(project: Project, tmp_path: Path) -> None:
    Shelf(folder=tmp_path / "site", caches=tmp_path / "caches").plugin("hung", HUNG)
    project.write("turbo.yaml", "name: short\ntasks:\n  one: {run: 'true'}\n")
    going = project.start("run", env={"PYTHONPATH": str(tmp_path / "site"), "TURBO_CACHE_FOLDER": str(tmp_path / "caches")})
    until((project.folder / "writing").exists)
    going.send(signal.SIGINT)
    ended = going.wait()
    assert (ended.code, ended.err) == (130, "interrupted\n")
    assert project.turbo("show").code == 0
    assert [event.body["outcome"] for event in project.events() if event.kind == "run.ended"] == ["succeeded"]


@pytest.mark.slow
def test_a_child_that_got_away_is_cancelled(project: Project, pids: list[int]) -> None:
    going = _begin(project, ESCAPED % "risk: read")
    (grown,) = _written(project)
    assert alive([grown])
    assert project.turbo("cancel").code == 0
    assert going.wait().code == 130
    assert not alive([grown])
    events = project.events()
    asked, ended = (datetime.fromisoformat(event.at) for event in events if event.kind in {"run.cancelling", "attempt.ended"})
    assert ended - asked >= timedelta(seconds=10)
    (outcome,) = [event.body for event in events if event.kind == "attempt.ended"]
    assert outcome["verified"] is True


@pytest.mark.slow
def test_a_child_that_got_away_is_ended_by_a_time_limit(project: Project, pids: list[int]) -> None:
    project.write("turbo.yaml", ESCAPED % "timeout: 2s")
    ended = project.turbo("run")
    assert ended.code == 1
    assert re.search(r"serve\s+failed in 12", ended.out), ended.out
    (grown,) = _written(project)
    assert not alive([grown])
    (outcome,) = [event.body for event in project.events() if event.kind == "attempt.ended"]
    assert (outcome["failure"], outcome["verified"]) == ("timeout", True)
