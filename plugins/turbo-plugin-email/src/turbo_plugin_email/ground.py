"""What channel and actions share: settings as a server, and faults as errors that the host understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_email.faults import MailFault, MailUnavailable
from turbo_plugin_email.settings import Settings
from turbo_plugin_email.smtp import Server


@contextmanager
def told() -> Iterator[None]:
    """What the adapter refuses inside becomes an error of the host."""
    try:
        yield
    except MailFault as fault:
        kind = ActionUnavailable if isinstance(fault, MailUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault


def server_of(settings: Settings) -> Server:
    """The settings as the adapter wants them."""
    return Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password.reveal() if settings.password else "",
        authorities=settings.authorities,
        timeout=settings.timeout,
    )


def sender_of(settings: Settings) -> str:
    """Who mails come from.

    Raises:
        ActionFailed: it is not set.
    """
    if not settings.sender:
        raise ActionFailed("no sender is set", next_step="set 'sender' under [plugins.email] in turbo.toml")
    return settings.sender


def readers_of(settings: Settings, audience: str) -> tuple[str, ...]:
    """The addresses of an audience.

    Raises:
        ActionFailed: it has none.
    """
    found = settings.audiences.get(audience, settings.to)
    if not found:
        raise ActionFailed(
            f"the audience {audience!r} has no address", next_step="set 'to' or 'audiences' under [plugins.email] in turbo.toml"
        )
    return found
