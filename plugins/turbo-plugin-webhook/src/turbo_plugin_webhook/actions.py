"""The namespace ``webhook``: what a workflow can send by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turbo_core import Context, action

from turbo_plugin_webhook.ground import receiver_of, sender_of, told
from turbo_plugin_webhook.posting import post as send
from turbo_plugin_webhook.settings import Settings

turbo_settings = Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What the receiver answered.

    Attributes:
        id: the name of the message, the same in every attempt (``webhook-id``).
        status: the HTTP status.
        body: the beginning of the answer, at most 64 KiB.
    """

    id: str
    status: int
    body: str


@action(risk="destroy")
def post(context: Context, data: dict[str, Any], *, type: str = "turbo.event", url: str = "", audience: str = "team") -> Posted:  # noqa: A002
    """Send JSON to a webhook, signed with the key of the settings.

    It cannot be undone: nobody knows what the receiver does with it.

    Args:
        data: what to say.
        type: what kind of message it is.
        url: where to; the receiver of the audience if not given.
        audience: whose receiver the settings name.
    """
    settings = context.settings(Settings)
    with told():
        got = send(url or receiver_of(settings, audience), context.key, {"type": type, "data": data}, sender_of(settings))
    return Posted(id=context.key, status=got.status, body=got.body)


@post.plan
def _(context: Context, type: str, url: str, audience: str) -> str:  # noqa: A002
    return f"send a message of the type {type!r} to {'the URL' if url else f'the receiver of the audience {audience!r}'}"
