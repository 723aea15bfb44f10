"""What plugins that communicate promise: a receipt only for what arrived, an error for what did not, and nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from turbo_core.model import Message, Receipt
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import messages


class ChannelSuite(HookSuite):
    """The checks for a plugin that owns channels, for each of them.

    `prepare` makes what it delivers to, `state` tells what has arrived there, and `break_down` makes it unreachable.
    """

    hook: ClassVar[str] = "turbo_communicate"

    def break_down(self) -> None:
        """Make delivery impossible: close the server, take the folder away. Has to be overridden."""
        refuse("it is not known how its delivery can fail", "override 'break_down', for example to close the server")

    @property
    def channels(self) -> Sequence[str]:
        """The channels that the plugin offers."""
        return [offer.name for offer in self.host.hooks(self.plugin).offers if offer.kind == "channel"]

    @check("bronze")
    def test_it_offers_a_channel(self) -> None:
        """It says which channels it owns, and what each is."""
        require(self.channels, "it offers no channel", "return a ChannelOffer from turbo_register")
        silent = [offer.name for offer in self.host.hooks(self.plugin).offers if offer.kind == "channel" and not offer.summary]
        require(not silent, f"the channel {', '.join(silent)} has no summary", "say in the offer where messages go")

    @check("bronze")
    def test_it_delivers(self) -> None:
        """Messages of every level arrive, odd ones too, and each delivery has a receipt of that channel."""
        self.prepare(self.project)
        for message in self._messages():
            before = self.state(self.project)
            self._deliver(message)
            arrived = self.state(self.project)
            require(
                arrived != before, f"{_shown(message)} has a receipt, and nothing arrived that 'state' sees", "override 'state'"
            )

    @check("silver")
    def test_it_does_not_pretend(self) -> None:
        """When a message cannot arrive it raises, so that it is tried again."""
        self.prepare(self.project)
        self.break_down()
        for message in self._messages():
            try:
                receipt = self.host.plugins.call(self.plugin, self.hook, message=message)
            except Exception:  # noqa: S112 - whatever it raises says that nothing arrived
                continue
            refuse(f"{_shown(message)} could not arrive, and it gives {receipt!r}", "raise what went wrong")

    @check("gold")
    def test_a_message_arrives_once(self) -> None:
        """Delivered again with the same key, a message arrives once, and the receipt is the same."""
        self.prepare(self.project)
        for message in self._messages():
            first = self._deliver(message)
            once = self.state(self.project)
            second = self._deliver(message)
            twice = self.state(self.project)
            require(
                once == twice, f"{_shown(message)} arrives twice: {difference(once, twice)}", "use message.key to know it again"
            )
            require(first == second, f"{_shown(message)} has two receipts: {first} and {second}", "give the same again")

    def _messages(self) -> list[Message]:
        return [replace(message, key=f"{channel}-{message.key}") for channel in self.channels for message in messages(channel)]

    def _deliver(self, message: Message) -> Receipt:
        step = "deliver what people write, cut to what the service takes"
        receipt = self.ask(_shown(message), step, message=message)
        if not isinstance(receipt, Receipt):
            refuse(f"{_shown(message)} gets {receipt!r}, which is no receipt", "return a Receipt")
        require(receipt.channel == message.channel, f"the receipt is of {receipt.channel!r}", "give it the message's channel")
        return receipt


def _shown(message: Message) -> str:
    return f"the message {message.subject[:20]!r} ({message.key})"
