"""The way of one message to its channel: as a part of its thread, by the owner of the channel or by the host itself.

Used by a run's delivery, by digests, and when messages are sent again. It knows no journal and no run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from turbo_core.engine.times import iso
from turbo_core.messages import Message, Receipt
from turbo_core.plugins.loading import Plugins
from turbo_core.telling.outbox import Digest, Outbox, Verdict
from turbo_core.telling.wording import Wording

Communicate = Callable[[Message], Receipt]


class Courier:
    """Carries messages.

    Args:
        plugins: finds the owner of each channel.
        own: channels that the host answers for itself, by name.
        outbox: decides what is sent now; without it all is, as it is.
        wording: the words of digests.
    """

    def __init__(
        self,
        plugins: Plugins,
        own: Mapping[str, Communicate],
        outbox: Outbox | None = None,
        wording: Wording | None = None,
    ) -> None:
        self._plugins = plugins
        self._own = own
        self._outbox = outbox
        self._wording = wording

    def judged(self, message: Message, now: float, *, hold: bool = True) -> Verdict:
        """Decide about a message; what is to be held stands in the outbox then, if it may be held."""
        if self._outbox is None:
            return Verdict()
        try:
            verdict = self._outbox.judge(message, now)
            if hold and verdict.act == "hold":
                self._outbox.hold(message, verdict)
        except (sqlite3.Error, OSError):
            # The memory of threads is a comfort: without it the message is sent as it is.
            return Verdict()
        return verdict

    def carry(self, message: Message, verdict: Verdict, now: float) -> Receipt:
        """Hand a message to its channel.

        Raises:
            Exception: whatever the channel raises.
        """
        try:
            known = self._outbox.prepared(message, verdict) if self._outbox else message
        except (sqlite3.Error, OSError):
            known = message
        receipt = self._handed(known)
        if self._outbox:
            try:
                self._outbox.arrived(known, receipt, now)
            except (sqlite3.Error, OSError):
                # The next news of the thread open it once more.
                return receipt
        return receipt

    def digest(self, now: float, *, early: bool = False) -> list[tuple[Digest, str]]:
        """Send the digests that are due (``early``: all); gives each with the fault that kept it from arriving.

        Raises:
            sqlite3.Error, OSError: the outbox cannot be read or written.
        """
        if self._outbox is None or self._wording is None:
            return []
        sent = []
        for digest in self._outbox.due(now, early=early):
            fault = self._told(digest, self._wording, now)
            self._outbox.told(digest, arrived=not fault)
            sent.append((digest, fault))
        return sent

    def _told(self, digest: Digest, wording: Wording, now: float) -> str:
        try:
            facts = {"messages": [_line(message) for message in digest.messages], "audience": digest.audience}
            subject, body = wording.words("digest", digest.audience, facts)
            self._handed(
                Message(
                    key=digest.key,
                    run="",
                    task="",
                    kind="digest",
                    level=digest.level,
                    subject=subject,
                    body=body,
                    channel=digest.channel,
                    audience=digest.audience,
                    at=iso(now),
                )
            )
        except Exception as error:  # the boundary to foreign code
            return f"{type(error).__name__}: {error}"
        return ""

    def _handed(self, message: Message) -> Receipt:
        own = self._own.get(message.channel)
        if own is not None:
            return own(message)
        plugin = self._plugins.owner("channel", message.channel)
        receipt: Receipt = self._plugins.call(plugin, "turbo_communicate", message=message)
        return replace(receipt, channel=message.channel)


def _line(message: Message) -> dict[str, object]:
    names = ("kind", "level", "subject", "body", "count", "run", "task", "at")
    return {name: getattr(message, name) for name in names}
