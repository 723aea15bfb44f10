"""What comes in: only what is signed, and nothing twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from turbo_plugin_webhook import inbound
from turbo_plugin_webhook.faults import InboundRefused
from turbo_plugin_webhook.inbound import Answer, Inbound

from .conftest import KEY

OTHER = "whsec_b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="
ANSWER: dict[str, Any] = {"run": "r", "task": "fit", "token": "0123", "approve": True, "who": "ada"}


def signed(told: object, *, name: str = "m-1", key: str = KEY, age: timedelta = timedelta()) -> tuple[dict[str, str], bytes]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    at = datetime.now(UTC) - age
    signature = Webhook(key).sign(name, at, body.decode("latin-1"))
    return {"Webhook-Id": name, "Webhook-Timestamp": str(int(at.timestamp())), "Webhook-Signature": signature}, body


def test_an_answer() -> None:
    given = {**ANSWER, "comment": "go", "fields": {"n": 3}}
    got = Inbound([KEY]).verify(*signed({"type": "turbo.answer", "data": given}))
    assert isinstance(got, Answer)
    assert (got.run, got.task, got.token, got.approve, got.who, got.comment) == ("r", "fit", "0123", True, "ada", "go")
    assert (got.key, got.fields, got.again) == ("m-1", {"n": 3}, False)


def test_any_other_message_and_the_same_again() -> None:
    door = Inbound([KEY])
    sent = signed({"type": "push", "data": {"ref": "main"}})
    first, second = door.verify(*sent), door.verify(*sent)
    assert (first.kind, first.data, first.again, second.again) == ("push", {"ref": "main"}, False, True)
    assert not isinstance(first, Answer)


def test_of_many_at_once_one_is_the_first() -> None:
    door = Inbound([KEY])
    sent = signed({"type": "push"})
    with ThreadPoolExecutor(8) as pool:
        again = [got.again for got in pool.map(lambda _: door.verify(*sent), range(64))]
    assert again.count(False) == 1


def test_two_keys_count_while_one_is_replaced() -> None:
    door = Inbound([KEY, OTHER])
    assert door.verify(*signed({"type": "push"}, key=OTHER)).kind == "push"
    assert door.verify(*signed({"type": "push"}, name="m-2")).kind == "push"


def test_what_is_not_signed_is_refused() -> None:
    headers, body = signed({"type": "turbo.answer", "data": ANSWER})
    door = Inbound([KEY])
    forged = [
        ({}, body),
        (headers, body.replace(b"true", b"false")),
        ({**headers, "Webhook-Id": "m-2"}, body),
        ({**headers, "Webhook-Timestamp": "1"}, body),
        ({**headers, "Webhook-Timestamp": "now"}, body),
        ({**headers, "Webhook-Signature": "v1,AAAA"}, body),
        ({**headers, "Webhook-Signature": "v1"}, body),
        ({**headers, "Webhook-Signature": "v2," + headers["Webhook-Signature"][3:]}, body),
        signed({"type": "push"}, key=OTHER),
        signed({"type": "push"}, age=timedelta(minutes=6)),
        signed({"type": "push"}, age=timedelta(minutes=-6)),
        (headers, b"\xff"),
    ]
    for wrong in forged:
        with pytest.raises(InboundRefused, match="no valid signature"):
            door.verify(*wrong)
    assert not door.verify(headers, body).again


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{",
        [],
        "text",
        {},
        {"type": 1},
        {"type": "push", "data": []},
        {"type": "turbo.answer"},
        {"type": "turbo.answer", "data": {**ANSWER, "approve": "yes"}},
        {"type": "turbo.answer", "data": {**ANSWER, "fields": 1}},
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_makes_no_sense_is_refused(told: object) -> None:
    with pytest.raises(InboundRefused, match="cannot be read"):
        Inbound([KEY]).verify(*signed(told))


def test_a_body_has_a_limit() -> None:
    with pytest.raises(InboundRefused, match="may have 10"):
        Inbound([KEY], limit=10).verify(*signed({"type": "push"}))


@pytest.mark.parametrize("keys", [[], [""], ["whsec_"], ["abcde"]])
def test_a_key_is_needed(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="signing key"):
        Inbound(keys)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "REMEMBERED", 2)
    door = Inbound([KEY])
    sent = [signed({"type": "push"}, name=f"m-{number}") for number in range(3)]
    assert [door.verify(*each).again for each in (*sent, sent[2], sent[0])] == [False, False, False, True, False]
