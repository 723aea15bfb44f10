"""The hooks, and nothing else: a message of the host -> an issue of Jira -> a receipt."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core import ChannelOffer, Message, Receipt, SettingsOffer, hookimpl

from turbo_plugin_jira.ground import project_of, site_of, told
from turbo_plugin_jira.settings import Settings
from turbo_plugin_jira.telling import deliver

turbo_api = ">=1.0.0,<2.0.0"


@hookimpl
def turbo_register() -> Iterable[ChannelOffer | SettingsOffer]:
    """Say which channel this is, and what can be set for it."""
    return [
        ChannelOffer(name="jira", summary="Opens one issue for each incident, comments on it, and closes it"),
        SettingsOffer(name="jira", type=Settings),
    ]


@hookimpl
def turbo_communicate(message: Message, settings: Settings) -> Receipt:
    """Open the issue of the message, or go on with that of its incident."""
    with told():
        key = deliver(message, site_of(settings), project_of(settings, message.audience), settings)
    return Receipt(channel=message.channel, reference=key)
