"""What plugins that communicate promise: a receipt only for what arrived, an error for what did not, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import ClassVar

from msgspec.structs import replace

from turbo_core.messages import Message, Receipt
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import messages, thread
from turbo_core.words import JSON

LISTEN = "turbo_listen"
PATIENCE = 30
"""Seconds that a listener has to return."""


class Deaf:
    """A `turbo_core.messages.ListenContext` to whom nobody's answer is of use."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.runs: Callable[[], tuple[str, ...]] = tuple

    def answer(
        self,
        run: str,
        task: str,
        token: str,
        *,
        approve: bool,
        who: str,
        comment: str = "",
        fields: Mapping[str, JSON] = {},
    ) -> str:
        """Refuse it."""
        return f"{run} asks nothing"

    def acknowledge(self, run: str, key: str, *, who: str) -> str:
        """Refuse it."""
        return f"{run} has no message {key}"


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

    @check("silver")
    def test_it_goes_on_with_a_thread(self) -> None:
        """News of a thread arrive, with the reference that its first message got, until the last one closes it."""
        self.prepare(self.project)
        for channel in self.channels:
            reference = ""
            for message in thread(channel):
                before = self.state(self.project)
                receipt = self._deliver(replace(message, reference=reference))
                reference = reference or receipt.reference
                step = "change the first message, or add to it; 'message.reference' names it"
                require(self.state(self.project) != before, f"of its thread {_shown(message)} does not arrive", step)

    @check("silver")
    def test_it_stops_listening(self) -> None:
        """If it takes answers, it returns once nobody waits any more."""
        if LISTEN not in self.host.hooks(self.plugin).hooks:
            return
        self.prepare(self.project)
        context = Deaf()
        said: SimpleQueue[str] = SimpleQueue()
        ear = threading.Thread(target=lambda: said.put(self._listen(context)), daemon=True)
        ear.start()
        context.ended.set()
        ear.join(timeout=PATIENCE)
        require(not ear.is_alive(), f"{LISTEN} goes on for {PATIENCE} s after the end", "return when context.ended is set")
        raised = said.get()
        require(not raised, f"{LISTEN} raises {raised}", "let 'prepare' start what it connects to")

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

    def _listen(self, context: Deaf) -> str:
        try:
            self.host.plugins.call(self.plugin, LISTEN, context=context)
        except Exception as error:  # the boundary to foreign code
            return f"{type(error).__name__}: {error}"
        return ""

    def _deliver(self, message: Message) -> Receipt:
        step = "deliver what people write, cut to what the service takes"
        receipt = self.ask(_shown(message), step, message=message)
        if not isinstance(receipt, Receipt):
            refuse(f"{_shown(message)} gets {receipt!r}, which is no receipt", "return a Receipt")
        require(receipt.channel == message.channel, f"the receipt is of {receipt.channel!r}", "give it the message's channel")
        return receipt


def _shown(message: Message) -> str:
    return f"the message {message.subject[:20]!r} ({message.key})"
