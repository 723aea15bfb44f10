"""What hooks and actions share: settings as a workspace, and faults as errors that the host understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_slack.faults import SlackFault, SlackUnavailable
from turbo_plugin_slack.settings import Settings
from turbo_plugin_slack.web import Workspace


@contextmanager
def told() -> Iterator[None]:
    """What the adapter refuses inside becomes an error of the host."""
    try:
        yield
    except SlackFault as fault:
        kind = ActionUnavailable if isinstance(fault, SlackUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault


def workspace_of(settings: Settings) -> Workspace:
    """The workspace of the settings.

    Raises:
        ActionFailed: there is no token.
    """
    if settings.token is None:
        raise ActionFailed(
            "there is no bot token", next_step="set 'token' under [plugins.slack] in turbo.toml: the name of a secret"
        )
    return Workspace(settings.token.reveal(), api_url=settings.api_url, timeout=settings.timeout)


def channel_of(settings: Settings, audience: str) -> str:
    """The channel of an audience.

    Raises:
        ActionFailed: it has none.
    """
    found = settings.audiences.get(audience, settings.channel)
    if not found:
        raise ActionFailed(
            f"the audience {audience!r} has no channel",
            next_step="set 'channel' or 'audiences' under [plugins.slack] in turbo.toml: the id of a channel, C…",
        )
    return found
