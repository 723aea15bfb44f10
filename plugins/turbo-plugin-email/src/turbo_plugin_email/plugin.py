"""The hooks, and nothing else: a message of the host -> a mail -> a receipt."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core import ChannelOffer, Message, Receipt, SettingsOffer, hookimpl

from turbo_plugin_email.ground import readers_of, sender_of, server_of, told
from turbo_plugin_email.letters import letter
from turbo_plugin_email.rendering import Text
from turbo_plugin_email.settings import Settings
from turbo_plugin_email.smtp import send

turbo_api = ">=1.0.0,<2.0.0"


@hookimpl
def turbo_register() -> Iterable[ChannelOffer | SettingsOffer]:
    """Say which channel this is, and what can be set for it."""
    return [
        ChannelOffer(name="email", summary="Sends messages by e-mail, one thread for each incident"),
        SettingsOffer(name="email", type=Settings),
    ]


@hookimpl
def turbo_communicate(message: Message, settings: Settings) -> Receipt:
    """Send the message; news of a thread answer its first mail."""
    with told():
        mail = letter(
            _text(message),
            key=message.key,
            sender=sender_of(settings),
            to=readers_of(settings, message.audience),
            reply_to=message.reference,
        )
        send(mail, server_of(settings))
    return Receipt(channel=message.channel, reference=message.reference or str(mail["Message-ID"]))


def _text(message: Message) -> Text:
    times = {"times so far": str(message.count)} if message.count > 1 else {}
    question = message.question
    until = {"answer by": question.until} if question is not None and question.until else {}
    return Text(
        title=message.subject,
        body=message.body,
        level=message.level,
        fields={**message.fields, **times, **until},
        links=message.links,
        footer=" · ".join(part for part in ("Turbo", f"run {message.run}", message.task, message.at) if part),
    )
