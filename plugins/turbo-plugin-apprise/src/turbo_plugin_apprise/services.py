"""The services that are set, and one message to all that are meant. Knows nothing of Turbo.

Apprise knows the services; it takes a title, a body in Markdown, and an urgency, and gives each what it can show.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from apprise import Apprise, AppriseAsset, AppriseConfig, LogCapture, NotifyFormat, NotifyType, OverflowMode
from apprise.plugins.base import NotifyBase

from turbo_plugin_apprise.faults import ServiceFault, ServiceUnavailable

REMEMBERED: Final = 10_000
"""Deliveries that are kept in mind, so that a service that took a message does not get it again when another did not."""
TITLE: Final = 250
BODY: Final = 100_000

_URGENCY: Final = {
    "debug": NotifyType.INFO,
    "info": NotifyType.INFO,
    "warning": NotifyType.WARNING,
    "error": NotifyType.FAILURE,
    "alert": NotifyType.FAILURE,
}


class Memory:
    """Which service has which message. It lasts as long as the process."""

    def __init__(self) -> None:
        self._taken: OrderedDict[tuple[str, str], None] = OrderedDict()

    def has(self, key: str, service: str) -> bool:
        """Whether the service took the message with this key."""
        return (key, service) in self._taken

    def add(self, key: str, service: str) -> None:
        """It did."""
        self._taken[key, service] = None
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)


def services(told: str, audience: str) -> list[NotifyBase]:
    """The services for an audience: those that name it, and those that name none.

    Args:
        told: the configuration, as Apprise reads it as text: a line for each service; it includes nothing.
        audience: whom the message is for.

    Raises:
        ServiceFault: a line cannot be read, or no service is meant.
    """
    lines = [line.strip() for line in told.replace(",\n", "\n").splitlines()]
    meant = [line for line in lines if line and not line.startswith(("#", ";"))]
    found = [_service(line, number) for number, line in enumerate(meant, 1)]
    chosen = [service for service in found if not service.tags or audience in service.tags]
    if not chosen:
        raise ServiceFault(
            f"no service is meant for the audience {audience!r}",
            next_step="add a line to the secret of 'services': URL, or AUDIENCE=URL",
        )
    return chosen


def notify(meant: Sequence[NotifyBase], key: str, title: str, body: str, *, level: str, memory: Memory) -> list[str]:
    """Give a message to services.

    Args:
        meant: the services.
        key: the same when the message is given again.
        title: the headline.
        body: Markdown.
        level: ``debug`` to ``alert``.
        memory: who has it already.

    Returns:
        What the services are, without what is secret about them.

    Raises:
        ServiceUnavailable: one did not take it; the others have it.
    """
    faults = [fault for service in meant if (fault := _give(service, key, title, body, level, memory))]
    if faults:
        raise ServiceUnavailable(
            "a service did not take the message", why="; ".join(faults), next_step="check its line in the secret of 'services'"
        )
    return sorted({_name(service) for service in meant})


def _service(line: str, number: int) -> NotifyBase:
    config = AppriseConfig(asset=AppriseAsset(app_id="Turbo"), recursion=0)
    with LogCapture(level=logging.CRITICAL):
        config.add_config(line, format="text")
        found = config.services()
    if len(found) != 1:
        raise ServiceFault(
            f"line {number} names no service",
            next_step="write it as Apprise does: https://appriseit.com lists all services; a file is not included",
        )
    return found[0]


def _give(service: NotifyBase, key: str, title: str, body: str, level: str, memory: Memory) -> str:
    """Give a message to one service; gives why it was not taken, or nothing."""
    identity = service.url_id() or service.url()
    if memory.has(key, identity):
        return ""
    if service.overflow_mode == OverflowMode.UPSTREAM:
        service.overflow_mode = OverflowMode.TRUNCATE  # else a long text is not taken at all
    one = Apprise(service)
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = one.notify(
            title=_clean(title, TITLE),
            body=_clean(body, BODY) or "…",
            notify_type=_urgency(level),
            body_format=NotifyFormat.MARKDOWN,
        )
        told = " ".join(said.getvalue().split())
    if not taken:
        return f"{_name(service)}: {told[:300] or 'it says nothing'}"
    memory.add(key, identity)
    return ""


def _urgency(level: str) -> NotifyType:
    return _URGENCY.get(level, NotifyType.INFO)


def _name(service: NotifyBase) -> str:
    return str(service.service_name)


def _clean(text: str, limit: int) -> str:
    kept = "".join(character for character in text if character in "\n\t" or character.isprintable())
    told = kept.encode("utf-8", "replace").decode().strip()
    return told if len(told) <= limit else f"{told[: limit - 1]}…"


def names(meant: Iterable[NotifyBase]) -> str:
    """The services in one line, for people."""
    return ", ".join(sorted({_name(service) for service in meant}))
