"""Channels that bring answers while a process waits, and plugins that fail beside a run: real runs in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from turbo_core import ChannelOffer, Event, ListenContext, Message, Receipt, hookimpl
from turbo_core.engine import listening
from turbo_core.messages import QuestionForm
from turbo_core.testing import ProjectFactory

GATE = """
name: release
tasks:
  fit:
    decide: "Release it?"
    ask:
      who: [chat:ada, chat:grace]
      within: 1h
      comment: required
      fields: {version: {type: string}, count: {type: integer, default: 1}}
"""
Talk = Callable[[ListenContext, Message, QuestionForm], None]


class Chat:
    """A channel whose people answer as told."""

    name = "chat"

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._posted: SimpleQueue[Message] = SimpleQueue()
        self.ended = False

    @hookimpl
    def turbo_register(self) -> Sequence[ChannelOffer]:
        return [ChannelOffer(name="chat", summary="People of a test")]

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        self._posted.put(message)
        return Receipt(channel="chat", reference=message.key)

    @hookimpl
    def turbo_listen(self, context: ListenContext) -> None:
        while not context.ended.is_set():
            try:
                message = self._posted.get(timeout=0.01)
            except Empty:
                continue
            if message.question is not None:
                self._talk(context, message, message.question)
        self.ended = True


def waited(project: ProjectFactory, talk: Talk) -> tuple[Any, Chat]:
    chat = Chat(talk)
    return project({"turbo.yaml": GATE}).play(wait=True, plugins=[chat]), chat


def test_an_answer_from_a_channel_takes_the_run_on(turbo_project: ProjectFactory) -> None:
    seen: list[Message] = []

    def talk(context: ListenContext, message: Message, form: QuestionForm) -> None:
        seen.append(message)
        assert context.runs() == (message.run,)
        filled = {"version": "1.2"}
        said = context.answer(message.run, "fit", form.token, approve=True, who="chat:ada", comment="fine", fields=filled)
        assert said == ""

    result, chat = waited(turbo_project, talk)
    assert result.exit_code == 0
    assert chat.ended
    (decision,) = result.view.decisions
    assert (decision.decision, decision.by, decision.comment) == ("accepted", "chat:ada", "fine")
    (answered,) = [event for event in result.events if event.kind == "gate.answered"]
    assert (answered.actor, answered.source) == ("chat:ada", "channel chat")
    assert answered.body["fields"] == {"version": "1.2", "count": 1}
    form = seen[0].question
    assert form is not None
    assert (form.who, form.comment) == (("chat:ada", "chat:grace"), "required")
    assert [(field.name, field.type, field.required, field.default) for field in form.fields] == [
        ("version", "string", True, None),
        ("count", "integer", False, 1),
    ]


def test_a_refused_answer_says_why_and_the_question_stays(turbo_project: ProjectFactory) -> None:
    refusals: list[str] = []

    def talk(context: ListenContext, message: Message, form: QuestionForm) -> None:
        run, filled = message.run, {"version": "1"}
        refusals.append(context.answer(run, "fit", "older", approve=True, who="chat:ada", comment="c", fields=filled))
        refusals.append(context.answer(run, "fit", form.token, approve=True, who="chat:eve", comment="c", fields=filled))
        refusals.append(context.answer(run, "fit", form.token, approve=True, who="chat:ada", fields=filled))
        refusals.append(context.answer(run, "fit", form.token, approve=True, who="chat:ada", comment="c"))
        wrong = {"version": "1", "count": "many"}
        refusals.append(context.answer(run, "fit", form.token, approve=True, who="chat:ada", comment="c", fields=wrong))
        refusals.append(context.answer(run, "else", form.token, approve=True, who="chat:ada", comment="c"))
        refusals.append(context.answer("other", "fit", form.token, approve=True, who="chat:ada", comment="c"))
        refusals.append(context.answer(run, "fit", form.token, approve=False, who="chat:grace", comment="no"))

    result, _chat = waited(turbo_project, talk)
    told = (
        "this answers an earlier question; it was asked anew since",
        "chat:eve is not among those who may answer: chat:ada, chat:grace",
        "a comment is required",
        "the field 'version' is required",
        "the field 'count'",
        "else asks nothing",
        "nobody waits for the run other here",
        "",
    )
    assert len(refusals) == len(told)
    assert [part in refusal for part, refusal in zip(told, refusals, strict=True)] == [True] * len(told), refusals
    assert result.exit_code == 1
    assert result.view.decisions[0].by == "chat:grace"


def test_with_four_eyes_a_stranger_of_a_channel_is_refused_with_the_line_that_says_who_it_is(
    turbo_project: ProjectFactory,
) -> None:
    refusals: list[str] = []

    def talk(context: ListenContext, message: Message, form: QuestionForm) -> None:
        said = (context.answer(message.run, "fit", form.token, approve=True, who=who) for who in ("chat:u1", "chat:u2"))
        refusals.extend(said)

    gate = 'name: n\ntasks:\n  fit: {decide: "Fit?", ask: {within: 1h, not_starter: true}}\n'
    project = turbo_project({"turbo.yaml": gate, "turbo.toml": '[people]\ngrace = ["chat:u2"]\n'})
    result = project.play(wait=True, plugins=[Chat(talk)])
    assert len(refusals) == 2
    assert "chat:u1 is nobody in [people]" in refusals[0]
    assert '[people], then NAME = ["chat:u1"]' in refusals[0]
    assert refusals[1] == ""
    assert [decision.by for decision in result.view.decisions] == ["grace"]


def test_whoever_has_seen_a_message_is_recorded_once(turbo_project: ProjectFactory) -> None:
    def talk(context: ListenContext, message: Message, form: QuestionForm) -> None:
        for who in ("chat:ada", "chat:eve"):
            assert context.acknowledge(message.run, message.key, who=who) == ""
        assert context.acknowledge(message.run, "no such message", who="chat:ada") == ""
        context.answer(message.run, "fit", form.token, approve=False, who="chat:ada", comment="no")

    result, _chat = waited(turbo_project, talk)
    assert [event.actor for event in result.events if event.kind == "message.acknowledged"] == ["chat:ada"]


def test_a_listener_that_raises_is_told_once_and_called_again(
    turbo_project: ProjectFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_PAUSE", 0.001)
    tried: list[str] = []

    def talk(context: ListenContext, message: Message, form: QuestionForm) -> None:
        tried.append(message.key)
        assert context.answer(message.run, "fit", form.token, approve=False, who="chat:ada", comment="no") == ""

    class Shaky(Chat):
        @hookimpl
        def turbo_listen(self, context: ListenContext) -> None:
            tried.append("called")
            if len(tried) < 3:
                raise ConnectionError("the line is down")
            super().turbo_listen(context)

    result = turbo_project({"turbo.yaml": GATE}).play(wait=True, plugins=[Shaky(talk)])
    assert tried[:3] == ["called"] * 3
    (fault,) = [event.body for event in result.events if event.kind == "plugin.faulty"]
    assert fault == {"plugin": "chat", "hook": "turbo_listen", "message": "ConnectionError: the line is down"}


def test_a_tracker_that_raises_stands_in_the_journal_once(turbo_project: ProjectFactory) -> None:
    class Weak:
        name = "weak"

        @hookimpl
        def turbo_track(self, event: Event) -> None:
            raise ValueError(f"cannot bear {event.kind}")

    result = turbo_project({"turbo.yaml": "name: n\ntasks: {a: {run: echo hi}}\n"}).play(plugins=[Weak()])
    assert result.exit_code == 0
    (fault,) = [event.body for event in result.events if event.kind == "plugin.faulty"]
    assert (fault["plugin"], fault["hook"]) == ("weak", "turbo_track")
    assert fault["message"].startswith("ValueError: cannot bear ")
