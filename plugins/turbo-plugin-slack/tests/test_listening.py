"""Answers by button and by form, over a real websocket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from turbo_plugin_slack.blocks import Post, blocks, fallback
from turbo_plugin_slack.faults import SlackFault
from turbo_plugin_slack.interactions import COMMENT, Asked, Click, Field, Submission, carried
from turbo_plugin_slack.listening import listen
from turbo_plugin_slack.web import Place, Workspace

from .fake_slack import APP, FakeSlack

ASKED = Asked(run="r", task="fit", token="0123")
FORM = replace(
    ASKED,
    comment="required",
    fields=(
        Field(name="why", description="What for?", required=True),
        Field(name="where", type="choice", choices=("here", "there"), default="here"),
        Field(name="many", type="integer", default=3),
        Field(name="sure", type="boolean"),
    ),
)
pytestmark = pytest.mark.timeout(600)  # the machine may be busy with others
Hear = Callable[..., AbstractContextManager[list[Click | Submission]]]


@pytest.fixture
def hear(slack: FakeSlack, workspace: Workspace) -> Hear:
    """Listen, and keep what comes; ``why`` is what each answer is told."""

    @contextmanager
    def start(why: str = "") -> Iterator[list[Click | Submission]]:
        heard: list[Click | Submission] = []
        ended = threading.Event()

        def decide(answer: Click | Submission) -> str:
            heard.append(answer)
            return why

        thread = threading.Thread(target=listen, args=(workspace, APP, decide, ended))
        thread.start()
        try:
            assert slack.connected()
            yield heard
        finally:
            ended.set()
            thread.join(60)
            assert not thread.is_alive()

    return start


def ask(workspace: Workspace, asked: Asked) -> Place:
    post = Post(title="Is it fit?", question=carried(asked))
    return workspace.post("C0TEAM", fallback(post), blocks(post), key="k")


def test_a_click_is_an_answer(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    place = ask(workspace, ASKED)
    with hear() as heard:
        slack.click("U0ADA", "approve", slack.question())
        told = slack.wait(lambda: [block for block in slack.messages[0]["blocks"] if "by <@U0ADA>" in str(block)])
        assert told
    (click,) = heard
    assert isinstance(click, Click)
    assert (click.asked, click.approve, click.user, click.place) == (ASKED, True, "U0ADA", place)
    assert "Approved by <@U0ADA>" in str(slack.messages[0]["blocks"])
    assert "actions" not in [block["type"] for block in slack.messages[0]["blocks"]]


def test_a_refusal_is_told_to_the_person_only_and_the_buttons_stay(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, ASKED)
    with hear("you started it <!channel>"):
        slack.click("U0ADA", "reject", slack.question())
        assert slack.wait(lambda: slack.whispers)
    (whisper,) = slack.whispers
    assert (whisper["user"], whisper["channel"]) == ("U0ADA", "C0TEAM")
    assert whisper["text"] == "you started it &lt;!channel>"
    assert "actions" in [block["type"] for block in slack.messages[0]["blocks"]]


def test_a_form_is_filled_in(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    place = ask(workspace, FORM)
    with hear() as heard:
        slack.click("U0ADA", "approve", slack.question())
        assert not slack.submit("U0ADA", {"why": "it is time", "many": "7", "sure": "true", COMMENT: "go"}).get("payload")
    (answer,) = heard
    assert isinstance(answer, Submission)
    assert (answer.approve, answer.user, answer.comment, answer.place) == (True, "U0ADA", "go", place)
    assert answer.values == {"why": "it is time", "where": "here", "many": 7, "sure": True}
    assert (answer.asked.run, answer.asked.task, answer.asked.token) == ("r", "fit", "0123")


def test_a_form_that_is_refused_stays_open_and_says_why(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, FORM)
    with hear("'many' is too large"):
        slack.click("U0ADA", "approve", slack.question())
        told = slack.submit("U0ADA", {"why": "x", "many": "much", COMMENT: "go"})
    assert told["payload"] == {"response_action": "errors", "errors": {COMMENT: "'many' is too large"}}
    assert "U0ADA" in slack.views


def test_who_rejects_fills_in_no_form_but_the_comment(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, FORM)
    with hear() as heard:
        slack.click("U0ADA", "reject", slack.question())
        slack.submit("U0ADA", {COMMENT: "too early"})
    (answer,) = heard
    assert isinstance(answer, Submission)
    assert (answer.approve, answer.comment, answer.values) == (False, "too early", {})


def test_a_form_that_is_too_long_for_a_button_leads_to_the_terminal(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, replace(FORM, fields=tuple(Field(name=f"f{n}", description="x" * 100) for n in range(30))))
    with hear() as heard:
        slack.click("U0ADA", "approve", slack.question())
        assert slack.wait(lambda: slack.whispers)
    assert "turbo approve r fit" in slack.whispers[0]["text"]
    assert heard == []


def test_a_connection_that_breaks_is_opened_anew(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, ASKED)
    with hear() as heard:
        slack.drop()
        assert slack.wait(lambda: slack.calls.count("apps.connections.open") >= 2)
        slack.click("U0ADA", "approve", slack.question())
        assert slack.wait(lambda: heard)


def test_what_is_not_ours_is_confirmed_and_left_alone(slack: FakeSlack, workspace: Workspace, hear: Hear) -> None:
    ask(workspace, ASKED)
    broken = {"type": "block_actions", "actions": [{"action_id": "turbo.approve", "value": "{"}]}
    with hear() as heard:
        for payload in ({"type": "block_actions", "actions": [{"action_id": "other"}]}, {"type": "shortcut"}, broken, {}):
            assert slack.interact(payload)
        slack.click("U0ADA", "approve", slack.question())
        assert slack.wait(lambda: heard)
    assert len(heard) == 1


def test_a_wrong_token_is_told(slack: FakeSlack, workspace: Workspace) -> None:
    with pytest.raises(SlackFault, match="invalid_auth"):
        listen(workspace, "xapp-guessed", lambda _: "", threading.Event())
