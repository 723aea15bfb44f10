"""The other direction: a request that came in is verified, and read as an answer to a question or as any other message.

An `Inbound` is mounted by whoever has a server: it gets headers and body, and knows nothing of HTTP, and nothing of Turbo.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from turbo_plugin_webhook.faults import InboundRefused

ANSWER: Final = "turbo.answer"
REMEMBERED: Final = 10_000
"""Messages whose names are kept, so that none counts twice."""
_TOLERANCE: Final = 600.0
"""Seconds in which a signature stays valid: five minutes before and after its time, as the standard has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A verified message.

    Attributes:
        key: its name (``webhook-id``).
        kind: what its sender calls it (``type``).
        data: what it says.
        again: it was here before; confirm it, and do nothing more.
    """

    key: str
    kind: str
    data: Mapping[str, Any]
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Message):
    """A verified answer to a question of a run: a message of the type ``turbo.answer``.

    Attributes:
        run: the run that asks.
        task: the address of the gate.
        token: what the question said, so that the answer binds to it.
        approve: yes or no.
        who: who answers, as the sender knows the person.
        comment: what they say.
        fields: what they filled in.
    """

    run: str
    task: str
    token: str
    approve: bool
    who: str
    comment: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


class Inbound:
    """Verifies what comes in. One object serves any number of threads.

    Args:
        signing_keys: Base64, with or without ``whsec_``; several while a key is being replaced.
        limit: bytes of a body at most.

    Raises:
        ValueError: there is no key, or one is not Base64.
    """

    def __init__(self, signing_keys: Sequence[str], *, limit: int = 1_048_576) -> None:
        if not signing_keys:
            raise ValueError("an inbound webhook needs a signing key")
        self._verifiers = [_verifier(key) for key in signing_keys]
        self._limit = limit
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, headers: Mapping[str, str], body: bytes) -> Message | Answer:
        """Verify one request.

        Args:
            headers: of the request, in any case.
            body: exactly as it came.

        Raises:
            InboundRefused: it is not signed by one of the keys, too old, too long, or cannot be read.
        """
        if len(body) > self._limit:
            raise InboundRefused(f"the body has {len(body)} bytes, and may have {self._limit}")
        lower = {name.lower(): value for name, value in headers.items()}
        if not any(_is_signed(verifier, lower, body) for verifier in self._verifiers):
            raise InboundRefused("it has no valid signature of the last five minutes")
        try:
            return _read(lower["webhook-id"], json.loads(body), again=self._remember(lower["webhook-id"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InboundRefused(f"it is signed, and cannot be read: {error}") from error

    def _remember(self, key: str) -> bool:
        """Whether this message was here before; from now on it was."""
        now = time.monotonic()
        with self._lock:
            known = key in self._seen
            self._seen.setdefault(key, now)
            while len(self._seen) > REMEMBERED or next(iter(self._seen.values())) < now - _TOLERANCE:
                self._seen.popitem(last=False)
        return known


def _verifier(key: str) -> Webhook:
    try:
        return Webhook(key)
    except Exception as error:
        raise ValueError("a signing key is Base64, with or without 'whsec_'") from error


def _is_signed(verifier: Webhook, headers: dict[str, str], body: bytes) -> bool:
    try:
        verifier.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # a header or a body that is no text is not signed either
        return False
    return True


def _read(key: str, told: Any, *, again: bool) -> Message | Answer:
    kind, data = told["type"], told.get("data", {})
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise ValueError("'type' is text, and 'data' an object")
    if kind != ANSWER:
        return Message(key=key, kind=kind, data=data, again=again)
    if not isinstance(data["approve"], bool):
        raise ValueError("'approve' is true or false")
    return Answer(
        key=key,
        kind=kind,
        data=data,
        again=again,
        run=str(data["run"]),
        task=str(data["task"]),
        token=str(data["token"]),
        approve=data["approve"],
        who=str(data["who"]),
        comment=str(data.get("comment", "")),
        fields=dict(data.get("fields", {})),
    )
