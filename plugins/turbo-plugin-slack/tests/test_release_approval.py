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

from turbo_plugin_slack.blocks import Post, blocks
from turbo_plugin_slack.interactions import Asked, carried

from .fake_slack import APP, BOT, FakeSlack

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "release-approval"
TURBO = str(Path(sysconfig.get_path("scripts")) / "turbo")
PATIENCE = 180.0
pytestmark = pytest.mark.timeout(900)  # real runs, on a machine that may be busy with others


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


def told(slack: FakeSlack, number: int) -> list[dict[str, Any]]:
    """What persons alone were told, from that number on; waits for it."""
    found: list[dict[str, Any]] = slack.wait(lambda: slack.whispers[number:])
    return found


def test_an_allowed_other_person_lets_it_go_on(project: Project, slack: FakeSlack) -> None:
    with waiting(project, "run") as turbo:
        question = slack.question()
        for number, (user, why) in enumerate((("eve", "eve"), ("ada", "started"))):
            slack.click(user, "approve", question)
            whispers = told(slack, number)
            assert whispers, f"nobody told {user}"
            assert whispers[0]["user"] == user
            assert why in whispers[0]["text"]
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
        slack.question()
        until(lambda: [each for each in events(project) if each["kind"] == "task.ended" and each["task"] == "fit"])
        (asked,) = [each for each in events(project) if each["kind"] == "gate.asked" and each["task"] == "fit"]
        late = Asked(run=asked["run"], task="fit", token=asked["body"]["bound"])
        post = Post(title="Release 1.2.0?", question=carried(late))
        slack.click("grace", "approve", {"channel": "C0TEAM", "ts": "1.000001", "blocks": blocks(post)})
        whispers = slack.wait(lambda: slack.whispers)
        assert whispers, "nobody told grace"
    assert whispers[0]["user"] == "grace"
    assert "fit" in whispers[0]["text"]
