"""Messages in channels and threads, as the host sends them."""

from __future__ import annotations

import dataclasses

import pytest
from turbo_core import ActionFailed, ActionUnavailable, FormField, Message, QuestionForm, Secret, replace

from turbo_plugin_slack.plugin import turbo_communicate
from turbo_plugin_slack.settings import Settings

from .fake_slack import BOT, FakeSlack

FIRST = Message(
    key="k-1",
    run="r",
    task="build",
    kind="failure",
    level="error",
    subject="build fails",
    body="**no** <!channel>",
    channel="slack",
    thread="w/build",
    at="2026-01-01T00:00:00.000Z",
)


@pytest.fixture
def settings(slack: FakeSlack) -> Settings:
    return Settings(
        token=Secret("BOT_TOKEN", BOT), channel="C0TEAM", audiences={"on-call": "C0ONCALL"}, api_url=slack.api_url, timeout=60
    )


def news(number: int, reference: str, **more: object) -> Message:
    return replace(FIRST, key=f"k-{number}", count=number, reference=reference, **more)


def test_fifty_failures_are_one_thread_with_one_end(slack: FakeSlack, settings: Settings) -> None:
    reference = turbo_communicate(FIRST, settings).reference
    for number in range(2, 51):
        assert turbo_communicate(news(number, reference), settings).reference == reference
    end = news(51, reference, kind="recovery", level="info", subject="build works again", closes=True)
    for _ in range(2):
        assert turbo_communicate(end, settings).reference == reference
    root, *replies = slack.messages
    assert reference == f"C0TEAM/{root['ts']}"
    assert {reply["thread_ts"] for reply in replies} == {root["ts"]}
    assert len(replies) == 50
    assert root["text"] == "✅ build works again"
    assert [reply["text"] for reply in replies if "works again" in reply["text"]] == ["✅ build works again"]


def test_a_receipt_that_was_lost(slack: FakeSlack, settings: Settings) -> None:
    first = turbo_communicate(FIRST, settings)
    assert turbo_communicate(FIRST, settings) == first
    assert len(slack.messages) == 1


def test_a_bot_that_may_not_look_posts_all_the_same(slack: FakeSlack, settings: Settings) -> None:
    slack.refusals["conversations.history"] = ["missing_scope"]
    turbo_communicate(FIRST, settings)
    assert len(slack.messages) == 1


def test_nobody_is_called_by_what_a_task_says(slack: FakeSlack, settings: Settings) -> None:
    turbo_communicate(
        replace(FIRST, subject="<!here>", fields={"x": "<@U1>"}, links={"<!here>": "https://e.example/|x"}), settings
    )
    told = str([block for block in slack.messages[0]["blocks"] if block["type"] != "header"])  # a header is plain text
    assert "<!" not in told
    assert "<@" not in told


def test_a_question_has_buttons_until_it_is_answered(slack: FakeSlack, settings: Settings) -> None:
    form = QuestionForm(token="0", fields=(FormField(name="why", required=True),), until="2026-01-02T00:00:00.000Z")
    asked = replace(FIRST, kind="question", level="warning", subject="Release it?", question=form)
    reference = turbo_communicate(asked, settings).reference
    assert "answer by" in str(slack.question())
    turbo_communicate(news(2, reference, kind="decision", level="info", subject="Released", closes=True), settings)
    assert [block["type"] for block in slack.messages[0]["blocks"]].count("actions") == 0


def test_audiences_have_channels(slack: FakeSlack, settings: Settings) -> None:
    turbo_communicate(replace(FIRST, audience="on-call"), settings)
    assert slack.messages[0]["channel"] == "C0ONCALL"
    with pytest.raises(ActionFailed, match="has no channel"):
        turbo_communicate(FIRST, dataclasses.replace(settings, channel=""))


def test_without_a_token_an_incoming_webhook_counts(slack: FakeSlack, settings: Settings) -> None:
    hook = dataclasses.replace(settings, token=None, webhook_url=Secret("HOOK", f"{slack.page}webhook"))
    assert turbo_communicate(FIRST, hook).reference == ""
    assert slack.messages[0]["text"] == "🔴 build fails"
    with pytest.raises(ActionFailed, match="no bot token"):
        turbo_communicate(FIRST, dataclasses.replace(settings, token=None))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("ratelimited", ActionUnavailable),
        ("internal_error", ActionUnavailable),
        ("invalid_auth", ActionFailed),
        ("not_in_channel", ActionFailed),
    ],
)
def test_what_slack_refuses(slack: FakeSlack, settings: Settings, error: str, kind: type[Exception]) -> None:
    slack.refusals["chat.postMessage"] = [error]
    with pytest.raises(ActionFailed, match=error) as caught:
        turbo_communicate(FIRST, settings)
    assert type(caught.value) is kind
    assert BOT not in str(caught.value)


def test_nobody_is_there(slack: FakeSlack, settings: Settings) -> None:
    slack.close()
    with pytest.raises(ActionUnavailable, match="could not be reached"):
        turbo_communicate(FIRST, settings)
