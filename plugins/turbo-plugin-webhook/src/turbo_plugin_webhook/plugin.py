"""The hooks, and nothing else: a message of the host -> a signed request -> a receipt."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from turbo_core import ChannelOffer, Message, Receipt, SettingsOffer, hookimpl

from turbo_plugin_webhook.ground import receiver_of, sender_of, told
from turbo_plugin_webhook.posting import post
from turbo_plugin_webhook.settings import Settings

turbo_api = ">=1.0.0,<2.0.0"


@hookimpl
def turbo_register() -> Iterable[ChannelOffer | SettingsOffer]:
    """Say which channel this is, and what can be set for it."""
    return [
        ChannelOffer(name="webhook", summary="Sends messages as signed JSON to services of your own"),
        SettingsOffer(name="webhook", type=Settings),
    ]


@hookimpl
def turbo_communicate(message: Message, settings: Settings) -> Receipt:
    """Send the whole message as JSON. The receiver makes threads of it: ``data.thread`` and ``data.reference`` tell which."""
    url = receiver_of(settings, message.audience)
    payload = {"type": f"turbo.{message.kind}", "timestamp": message.at, "data": msgspec.to_builtins(message)}
    with told():
        post(url, message.key, payload, sender_of(settings))
    return Receipt(channel=message.channel, reference=message.reference or message.key)
