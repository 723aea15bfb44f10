"""The hooks, and nothing else: a message of the host -> the services -> a receipt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from turbo_core import ChannelOffer, Message, Receipt, SettingsOffer, hookimpl

from turbo_plugin_apprise.ground import body_of, lines_of, told
from turbo_plugin_apprise.services import Memory, notify, services
from turbo_plugin_apprise.settings import Settings

turbo_api = ">=1.0.0,<2.0.0"

MEMORY: Final = Memory()
"""Of this process: the host calls a channel again when one of several services was not there."""


@hookimpl
def turbo_register() -> Iterable[ChannelOffer | SettingsOffer]:
    """Say which channel this is, and what can be set for it."""
    return [
        ChannelOffer(name="apprise", summary="Sends messages to Teams, Discord, Telegram and over 130 other services"),
        SettingsOffer(name="apprise", type=Settings),
    ]


@hookimpl
def turbo_communicate(message: Message, settings: Settings) -> Receipt:
    """Send the message. Most of these services have no threads, so news of an incident say how often it happened."""
    times = {"times so far": str(message.count)} if message.count > 1 else {}
    question = message.question
    until = {"answer by": question.until} if question is not None and question.until else {}
    footer = " · ".join(part for part in (f"run {message.run}", message.task) if part)
    body = body_of(message.body, {**message.fields, **times, **until}, message.links, footer)
    with told():
        meant = services(lines_of(settings), message.audience)
        notify(meant, message.key, message.subject, body, level=message.level, memory=MEMORY)
    return Receipt(channel=message.channel, reference=message.reference or message.key)
