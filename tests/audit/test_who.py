"""Who did what to a run, from where and why: in the journal, in turbo events, and in the report."""

from __future__ import annotations

import os
import pwd
import re
import signal
import socket

import pytest

from tests.acceptance.project import Project, until
from turbo_core.app import App
from turbo_core.model import ActView, Event

ME = pwd.getpwuid(os.getuid()).pw_name
HERE = f"command line on {socket.gethostname()}"

STEPS = """
name: steps
tasks:
  folder: {run: mkdir made, undo: rmdir made}
  fit: {needs: [folder], decide: "Is it fit?", ask: {within: 2h}}
"""
LONG = "name: long\ntasks:\n  wait: {run: 'touch begun; test -e go || sleep 1000', risk: change}\n"


def acts(project: Project) -> list[tuple[str, str, str]]:
    """What was done, to what, and why; that it was us, here, is checked on the way."""
    seen = App(project.folder).view(project.run).acts
    assert {(act.actor, act.source) for act in seen} == {(ME, HERE)}
    return [(act.what, act.task, act.reason) for act in seen]


def event_of(project: Project, kind: str) -> Event:
    return next(event for event in project.events() if event.kind == kind)


def test_run_approve_and_undo_tell_who_where_and_why(project: Project) -> None:
    project.write("turbo.yaml", STEPS)
    assert project.turbo("run", "--reason", "the release is due").code == 3
    run = project.run.name
    assert project.turbo("approve", run, "fit", "--comment", "I looked at it").code == 0
    assert project.turbo("undo", run, "--reason", "wrong version").code == 0
    assert acts(project) == [
        ("started the run", "", "the release is due"),
        ("resumed the run", "", ""),
        ("approved", "fit", "I looked at it"),
        ("resumed the run", "", ""),
        ("undid folder", "", "wrong version"),
    ]
    told = project.turbo("events").out
    assert re.search(rf"^\d+ \S+ run\.created by {ME} \({re.escape(HERE)}\)  .*reason=\"the release is due\"", told, re.MULTILINE)
    assert re.search(rf"^\d+ \S+ gate\.answered fit by {ME} \({re.escape(HERE)}\)  ", told, re.MULTILINE)
    assert not re.search(r"attempt\.\S+ \S+ by ", told)  # what follows by itself has nobody behind it
    assert project.turbo("report", run).code == 0
    page = (project.run / "report" / "report.html").read_text()
    for text in (page, (project.run / "report" / "report.md").read_text()):
        for part in ("Who did what", "undid folder", "wrong version", "I looked at it", HERE):
            assert part in text


def test_a_refused_answer_is_told_with_its_reason(project: Project) -> None:
    project.write("turbo.yaml", STEPS.replace("within: 2h", "within: 2h, who: [somebody-else]"))
    assert project.turbo("run").code == 3
    assert project.turbo("approve", project.run.name, "fit").code == 2
    what = f"approved, which does not count: {ME} is not among those who may answer: somebody-else"
    assert acts(project)[-1] == (what, "fit", "")


def test_a_cancel_from_another_process_and_the_resume_after_it(project: Project) -> None:
    project.write("turbo.yaml", LONG)
    going = project.start("run")
    until((project.folder / "begun").exists)
    assert project.turbo("cancel", "--reason", "the plan has changed").code == 0
    assert going.wait().code == 130
    project.write("go", "")
    assert project.turbo("resume", "--failed", "--reason", "it has not").code == 0
    assert acts(project) == [
        ("started the run", "", ""),
        ("cancelled the run", "", "the plan has changed"),
        ("resumed the run", "", "it has not"),
    ]


def test_a_resume_and_what_became_of_a_lost_task(project: Project) -> None:
    project.write("turbo.yaml", LONG)
    going = project.start("run")
    until((project.folder / "begun").exists)
    going.send(signal.SIGKILL)
    going.wait()
    assert project.turbo("resume", "--reason", "the machine had died").code == 3
    assert project.turbo("resume", "--lost", "done").code == 0
    assert acts(project) == [
        ("started the run", "", ""),
        ("resumed the run", "", "the machine had died"),
        ("resumed the run", "", ""),
        ("said what became of it: done", "wait", ""),
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_told_as_one(project: Project, number: signal.Signals) -> None:
    project.write("turbo.yaml", LONG)
    going = project.start("run")
    until((project.folder / "begun").exists)
    going.send(number)
    going.wait()
    act = App(project.folder).view(project.run).acts[-1]
    assert act == ActView(
        at=act.at, actor=ME, source="signal", what="cancelled the run", task="", reason=f"{number.name} was received"
    )


def test_a_reason_cannot_forge_a_line(project: Project) -> None:
    project.write("turbo.yaml", "name: short\ntasks:\n  one: {run: 'true'}\n")
    forged = 'ok\x1b[2K\r\n99 00:00:00 run.ended  outcome="succeeded" | <b>x</b> ![x](y)'
    assert project.turbo("run", "--reason", forged).code == 0
    told = project.turbo("events")
    assert "\x1b" not in told.out
    assert len(told.out.splitlines()) == len(project.events())
    markdown = (project.run / "report" / "report.md").read_text()
    assert "<b>x" not in markdown
    assert "![x](y)" not in markdown
    assert "<b>x" not in (project.run / "report" / "report.html").read_text()
    assert event_of(project, "run.created").body["reason"] == forged
