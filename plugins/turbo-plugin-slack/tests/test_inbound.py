"""Interactions by HTTP: only what Slack has signed."""

from __future__ import annotations

import json
import time
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from turbo_plugin_slack.faults import SlackFault
from turbo_plugin_slack.inbound import LIMIT, Inbound
from turbo_plugin_slack.interactions import Asked, Click, carried

SECRET = "a-signing-secret-of-a-test"
ASKED = Asked(run="r", task="fit", token="0123")
CLICK = {
    "type": "block_actions",
    "user": {"id": "U0ADA"},
    "channel": {"id": "C0TEAM"},
    "message": {"ts": "1.2", "blocks": []},
    "trigger_id": "t",
    "actions": [{"action_id": "turbo.reject", "value": carried(ASKED)}],
}


def signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    assert signature
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}


def body_of(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_a_click() -> None:
    body = body_of(CLICK)
    click = Inbound(SECRET).verify(signed(body), body)
    assert isinstance(click, Click)
    assert (click.asked, click.approve, click.user) == (ASKED, False, "U0ADA")


def test_what_is_not_ours() -> None:
    body = body_of({"type": "shortcut"})
    assert Inbound(SECRET).verify(signed(body), body) is None


def test_what_slack_has_not_signed() -> None:
    body, door = body_of(CLICK), Inbound(SECRET)
    long = b"x" * (LIMIT + 1)
    cases = [({}, body), (signed(body, secret="other"), body), (signed(body, age=400), body), (signed(body), body + b" ")]
    for headers, content in [*cases, (signed(long), long)]:
        with pytest.raises(SlackFault, match="not signed"):
            door.verify(headers, content)


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload={", b"payload=1", b"payload=%7B%22type%22%3A%22block_actions%22%7D"]
)
def test_what_is_signed_and_makes_no_sense(body: bytes) -> None:
    with pytest.raises(SlackFault, match="cannot be read"):
        Inbound(SECRET).verify(signed(body), body)


def test_a_secret_is_needed() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Inbound("")
