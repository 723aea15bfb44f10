"""What people are told of runs, by rules: real runs in this process, with channels that keep what they get."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from turbo_core import ListenContext, Message, Receipt, hookimpl
from turbo_core.engine import delivering, runner
from turbo_core.telling.posted import posted
from turbo_core.testing import FakeChannel, Project, ProjectFactory

RULES = """
[[messages.rules]]
kinds = ["started", "failure", "decision", "finished"]
channels = ["chat"]
[messages.threads]
updates = 3
every = "0s"
"""
FLAPPING = """
name: nightly
tasks:
  build: {run: "test ! -f bad"}
"""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine takes its time for the last message of a run."""
    monkeypatch.setattr(runner, "DELIVERY_PATIENCE", 60.0)


class Dead(FakeChannel):
    """A channel that refuses everything."""

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        self.tries += 1
        raise ConnectionRefusedError("nobody there")


def kinds(messages: Sequence[Message]) -> list[str]:
    return [message.kind for message in messages]


def project_of(make: ProjectFactory, workflow: str, settings: str = RULES, **files: str) -> Project:
    return make({"turbo.yaml": workflow, "turbo.toml": settings, **files})


def test_a_task_that_fails_in_many_runs_is_one_thread_with_bounded_news_and_one_recovery(turbo_project: ProjectFactory) -> None:
    settings = RULES.replace('"started", "failure", "decision", "finished"', '"failure"')
    project = project_of(turbo_project, FLAPPING, settings, bad="")
    chat = FakeChannel("chat")
    for _ in range(6):
        assert project.play(plugins=[chat]).exit_code == 1
    (project.folder / "bad").unlink()
    for _ in range(2):
        assert project.play(plugins=[chat]).exit_code == 0
    assert kinds(chat.messages) == ["failure"] * 4 + ["recovery"]
    assert {message.thread for message in chat.messages} == {"nightly/build"}
    assert [message.count for message in chat.messages] == [1, 2, 3, 4, 6]
    assert [message.closes for message in chat.messages] == [False] * 4 + [True]
    first = chat.messages[0]
    assert [message.reference for message in chat.messages] == ["", *[first.key] * 4]
    assert first.subject == "nightly: build failed"
    withheld = [event for result in project.results for event in result.events if event.kind == "message.withheld"]
    assert [event.body["act"] for event in withheld] == ["group"] * 2


def test_attempts_that_fail_and_are_tried_again_are_the_same_thread(turbo_project: ProjectFactory) -> None:
    script = 'echo x >> tries; test "$(wc -l < tries)" -gt 50'
    workflow = f"name: n\ntasks:\n  t: {{run: '{script}', retry: {{times: 60, delay: 1ms, max_delay: 1ms}}}}\n"
    chat = FakeChannel("chat")
    result = project_of(turbo_project, workflow).play(plugins=[chat])
    assert result.exit_code == 0
    assert kinds(chat.messages) == ["started", *["failure"] * 4, "recovery", "finished"]
    assert chat.messages[-2].count == 50
    assert [message.level for message in chat.messages[1:5]] == ["warning"] * 4


def test_a_dead_channel_is_not_waited_for_and_what_it_missed_can_be_sent_later(
    turbo_project: ProjectFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "FIRST_WAIT", 0.001)
    project = project_of(turbo_project, FLAPPING, RULES.replace('"chat"', '"chat", "other"'))
    dead, other = Dead("chat"), FakeChannel("other")
    result = project.play(plugins=[dead, other])
    assert result.exit_code == 0
    assert kinds(other.messages) == ["started", "finished"]
    assert dead.tries > 0
    ended = next(event.seq for event in result.events if event.kind == "run.ended")
    before = [event.kind for event in result.events if event.seq < ended]
    assert before.count("attempt.ended") == 1
    assert not [event for event in result.events if event.kind == "message.delivered" and event.body["channel"] == "chat"]
    lost = [line for line in posted(result.events) if line.channel == "chat"]
    assert [line.kind for line in lost] == ["started", "finished"]
    assert {line.state for line in lost} == {"failed"}


class Stuck(FakeChannel):
    """A channel that answers nothing before the last task has been at work, and then refuses."""

    def __init__(self, name: str, last: Path) -> None:
        super().__init__(name)
        self.last = last
        self.in_vain = False

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        self.tries += 1
        until = time.monotonic() + 60
        while not self.last.exists() and not self.in_vain:
            self.in_vain = time.monotonic() > until
            time.sleep(0.01)
        raise ConnectionRefusedError("nobody there")


def test_a_channel_that_hangs_for_the_whole_run_delays_no_task(
    turbo_project: ProjectFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "FIRST_WAIT", 0.001)
    workflow = """
name: n
phases:
  one:
    a: {run: "true"}
    say: {communicate: hello, to: [chat], needs: [a]}
  two:
    last: {run: "touch last"}
"""
    project = project_of(turbo_project, workflow)
    stuck = Stuck("chat", project.folder / "last")
    result = project.play(plugins=[stuck])
    assert result.exit_code == 0
    assert not stuck.in_vain, "a task waited for the channel"
    starts = {event.task: event.seq for event in result.events if event.kind == "attempt.started"}
    told = [event.seq for event in result.events if event.kind.startswith("message.") and event.body.get("channel") == "chat"]
    assert stuck.tries > 0
    assert set(starts) == {"a", "last"}
    assert all(starts["last"] < seq for seq in told), "the channel answers when the last task is at work"


class Desk(FakeChannel):
    """A channel whose person decides."""

    def __init__(self) -> None:
        super().__init__("chat")
        self.posted: SimpleQueue[Message] = SimpleQueue()

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        self.posted.put(message)
        return super().turbo_communicate(message)

    @hookimpl
    def turbo_listen(self, context: ListenContext) -> None:
        while (message := self.posted.get(timeout=60)).question is None:
            continue
        context.answer(message.run, message.task, message.question.token, approve=True, who="chat:ada", comment="fine")


def test_whoever_was_asked_learns_what_was_decided_in_the_same_thread(turbo_project: ProjectFactory) -> None:
    desk = Desk()
    workflow = 'name: n\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 1h}}\n'
    result = turbo_project({"turbo.yaml": workflow}).play(wait=True, plugins=[desk])
    assert result.exit_code == 0
    asked, decided = desk.messages
    assert (asked.kind, decided.kind) == ("question", "decision")
    assert decided.thread == asked.thread != ""
    assert decided.closes
    assert decided.reference == asked.key
    assert decided.question is None
    assert "chat:ada approved it: fine" in decided.body


def test_a_question_that_nobody_hears_goes_to_others(turbo_project: ProjectFactory) -> None:
    class Slow(Desk):
        @hookimpl
        def turbo_listen(self, context: ListenContext) -> None:
            while (message := self.posted.get(timeout=60)).audience != "managers":
                continue
            assert message.question is not None
            context.answer(message.run, message.task, message.question.token, approve=False, who="chat:boss")

    desk = Slow()
    workflow = 'name: n\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 1h}}\n'
    settings = '[messages.escalate]\nafter = "10ms"\naudience = "managers"\nchannels = ["chat"]\n'
    result = turbo_project({"turbo.yaml": workflow, "turbo.toml": settings}).play(wait=True, plugins=[desk])
    assert result.exit_code == 1
    told = [(message.kind, message.audience, message.level) for message in desk.messages]
    assert told[:2] == [("question", "team", "warning"), ("question", "managers", "alert")]
    assert sorted(told[2:]) == [("decision", "managers", "warning"), ("decision", "team", "warning")]


def test_a_run_that_parks_says_that_nobody_is_left_to_escalate(turbo_project: ProjectFactory) -> None:
    workflow = 'name: n\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 1h}}\n'
    settings = '[messages.escalate]\nafter = "30m"\n'
    result = turbo_project({"turbo.yaml": workflow, "turbo.toml": settings}).run("run", "--plain")
    assert result.exit_code == 3
    assert "without a process nobody is told again of fit: turbo wait" in result.out + result.err


def test_a_project_words_its_messages_itself_for_each_audience(turbo_project: ProjectFactory) -> None:
    rules = RULES + '[[messages.rules]]\nkinds = ["finished"]\naudience = "managers"\nchannels = ["chat"]\n'
    words = {
        ".turbo/templates/messages/finished.managers.md.j2": "{{ run.workflow | upper }}: {{ run.outcome }}\n\nNo details.",
        ".turbo/templates/messages/started.md.j2": "{{ nonsense }}",
    }
    chat = FakeChannel("chat")
    project_of(turbo_project, FLAPPING, rules, **words).play(plugins=[chat])
    told: dict[tuple[str, str], Any] = {(message.kind, message.audience): message for message in chat.messages}
    assert told["finished", "managers"].subject == "NIGHTLY: succeeded"
    assert told["finished", "managers"].body == "No details."
    assert told["finished", "team"].subject == "nightly succeeded"
    assert told["started", "team"].subject == "nightly started"
    assert "the template of started messages fails: UndefinedError: 'nonsense' is undefined" in told["started", "team"].body


def test_no_secret_leaves_in_a_message(turbo_project: ProjectFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "verysecretvalue")
    workflow = """
name: n
tasks:
  leak: {run: 'echo "count=$TOKEN" > "$TURBO_OUTPUT"', secrets: [TOKEN], outputs: {count: integer}}
"""
    chat = FakeChannel("chat")
    result = project_of(turbo_project, workflow).play(plugins=[chat])
    assert result.exit_code == 1
    assert "failure" in kinds(chat.messages)
    assert "verysecretvalue" not in repr(chat.messages)
    assert "verysecretvalue" not in repr([event.body for event in result.events if event.kind == "message.queued"])


def test_a_rule_for_a_channel_that_nobody_offers_is_refused_before_anything_starts(turbo_project: ProjectFactory) -> None:
    result = project_of(turbo_project, FLAPPING).run("run")
    assert result.exit_code == 2
    assert "no plugin offers the channel 'chat'" in result.err
    assert not result.events
