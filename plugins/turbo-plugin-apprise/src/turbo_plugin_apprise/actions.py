"""The namespace ``apprise``: what a workflow can send by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from turbo_core import Context, action

from turbo_plugin_apprise.ground import body_of, lines_of, told
from turbo_plugin_apprise.services import Memory, services
from turbo_plugin_apprise.services import notify as give
from turbo_plugin_apprise.settings import Settings

turbo_settings = Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """Who has the message.

    Attributes:
        services: the services, by their names.
    """

    services: list[str]


@action(risk="destroy")
def notify(
    context: Context,
    subject: str,
    body: str = "",
    *,
    audience: str = "team",
    level: Literal["debug", "info", "warning", "error", "alert"] = "info",
) -> Notified:
    """Send a message to all services of an audience.

    It cannot be undone, and a service cannot be asked whether it has it: most have no way to.

    Args:
        subject: the headline.
        body: Markdown.
        audience: whose services the settings name.
        level: how urgent it is.
    """
    with told():
        meant = services(lines_of(context.settings(Settings)), audience)
        whole = body_of(body, {}, {}, f"run {context.run} · {context.task}")
        return Notified(services=give(meant, context.key, subject, whole, level=level, memory=Memory()))


@notify.plan
def _(context: Context, subject: str, audience: str) -> str:
    return f"send {subject!r} to the services of the audience {audience!r}"
