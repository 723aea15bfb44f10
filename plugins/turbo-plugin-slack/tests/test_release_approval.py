"""The example ``release-approval``, as a person uses it: real processes, and the small Slack to click on."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from turbo_core.testing import Project, ProjectFactory

from .fake_slack import APP, BOT, FakeSlack

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "release-approval"
TURBO = str(Path(sysconfig.get_path("scripts")) / "turbo")
PATIENCE = 90.0


@pytest.fixture
def project(turbo_project: ProjectFactory, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The example, started by Ada."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP)
    monkeypatch.setenv("TURBO_PLUGIN_SLACK_API_URL", slack.api_url)
    told = (EXAMPLE / "turbo.toml").read_text().replace('ada = ["slack:ada"]', f'ada = ["slack:ada", "{getpass.getuser()}"]')
    return turbo_project({"turbo.yaml": (EXAMPLE / "turbo.yaml").read_text(), "turbo.toml": told})


@contextmanager
def waiting(project: Project, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A ``turbo`` that waits for people; it is ended with the block."""
    command = (TURBO, *words, "--wait")
    with (
        (project.folder / "out.txt").open("w") as out,
        subprocess.Popen(command, cwd=project.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, text=True) as turbo,
    ):
        try:
            yield turbo
        finally:
            turbo.kill()


def ended(turbo: subprocess.Popen[str], project: Project) -> int:
    try:
        return turbo.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it goes on:\n{(project.folder / 'out.txt').read_text()}") from None


def events(project: Project) -> list[Any]:
    (run,) = (project.folder / ".turbo" / "runs").iterdir()
    told = project.run("events", run.name, "--json")
    assert told.ok, told
    return [json.loads(line) for line in told.out.splitlines()]


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (told := found()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)
    return told


def test_an_allowed_other_person_lets_it_go_on(project: Project, slack: FakeSlack) -> None:
    with waiting(project, "run") as turbo:
        question = slack.question()
        for user, why in (("eve", "eve"), ("ada", "started")):
            slack.click(user, "approve", question)
            whisper = slack.wait(lambda user=user: [each for each in slack.whispers if each["user"] == user])
            assert whisper, f"nobody told {user}"
            assert why in whisper[0]["text"]
        slack.click("grace", "approve", question)
        assert ended(turbo, project) == 0
    report = project.run("show")
    assert "grace" in report.out
    (run,) = (project.folder / ".turbo" / "runs").iterdir()
    page = (run / "report" / "report.md").read_text()
    assert "Release 1.2.0?" in page
    assert "grace" in page
    assert os.environ["SLACK_BOT_TOKEN"] not in page


def test_killed_while_it_waits_and_resumed_it_still_waits(project: Project, slack: FakeSlack) -> None:
    with waiting(project, "run") as turbo:
        question = slack.question()
        turbo.kill()
        turbo.wait()
    with waiting(project, "resume") as turbo:
        slack.click("grace", "approve", question)
        assert ended(turbo, project) == 0
    told = [event for event in events(project) if event["kind"] == "run.taken"]
    assert len(told) == 2


def test_a_rejection_ends_it(project: Project, slack: FakeSlack) -> None:
    with waiting(project, "run") as turbo:
        slack.click("grace", "reject", slack.question())
        assert ended(turbo, project) == 1
    assert "upload" not in {event["task"] for event in events(project) if event["kind"] == "attempt.started"}


def test_after_its_time_an_answer_is_refused(project: Project, slack: FakeSlack) -> None:
    """Another question keeps Turbo there, so that somebody hears the late click."""
    text = project.read("turbo.yaml").replace("within: 2h", "within: 1s")
    project.write({"turbo.yaml": text.replace("    fit:\n", '    other: {decide: "Anything else?"}\n    fit:\n')})
    with waiting(project, "run"):
        question = until(lambda: [each for each in list(slack.messages) if "1.2.0" in each["text"] and "actions" in str(each)])[0]
        question = json.loads(json.dumps(question))
        until(lambda: [each for each in events(project) if each["kind"] == "task.ended" and each["task"] == "fit"])
        slack.click("grace", "approve", question)
        assert slack.wait(lambda: slack.whispers)
    (late,) = slack.whispers
    assert late["user"] == "grace"
