"""What channel and actions share: settings as a sender, and faults as errors that the host understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from turbo_core import ActionFailed, ActionUnavailable, Secret

from turbo_plugin_webhook.faults import WebhookFault, WebhookUnavailable
from turbo_plugin_webhook.posting import Sender
from turbo_plugin_webhook.settings import Settings


@contextmanager
def told() -> Iterator[None]:
    """What the adapter refuses inside becomes an error of the host."""
    try:
        yield
    except WebhookFault as fault:
        kind = ActionUnavailable if isinstance(fault, WebhookUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault


def sender_of(settings: Settings) -> Sender:
    """The settings as the adapter wants them."""
    return Sender(
        signing_key=_text(settings.signing_key),
        token=_text(settings.token),
        allow=settings.allow,
        timeout=settings.timeout,
        authorities=settings.authorities,
    )


def receiver_of(settings: Settings, audience: str) -> str:
    """The URL for an audience.

    Raises:
        ActionFailed: none is set.
    """
    url = settings.audiences.get(audience, settings.url)
    if not url:
        raise ActionFailed(
            f"no receiver is set for the audience {audience!r}",
            next_step="set 'url' or 'audiences' under [plugins.webhook] in turbo.toml",
        )
    return url


def _text(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""
