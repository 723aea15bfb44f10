"""Messages on their way to channels, in a thread of their own: a channel that is slow or dead never stops the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from queue import SimpleQueue

from turbo_core.engine.ports import Delivered, Happening
from turbo_core.messages import Message, Receipt
from turbo_core.plugins.loading import Plugins

Communicate = Callable[[Message], Receipt]

TRIES = 4
FIRST_WAIT = 0.5
"""Seconds before the second try; each later one waits twice as long."""


class Delivery:
    """Delivers messages one after another; tells each result by ``post``.

    Args:
        plugins: finds the owner of each channel.
        post: takes a `Delivered`.
        own: channels that the host answers for itself, by name.
    """

    def __init__(self, plugins: Plugins, post: Callable[[Happening], None], own: Mapping[str, Communicate]) -> None:
        self._plugins = plugins
        self._own = own
        self._post = post
        self._queue: SimpleQueue[Message | None] = SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def send(self, message: Message, channels: Sequence[str], settled: frozenset[str]) -> int:
        """Queue a message for channels but the settled ones; gives how many deliveries follow."""
        wanted = [channel for channel in dict.fromkeys(channels) if channel not in settled]
        if wanted and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="turbo-delivery", daemon=True)
            self._thread.start()
        for channel in wanted:
            self._queue.put(replace(message, channel=channel))
        return len(wanted)

    def close(self) -> None:
        """Stop; what was not delivered stays queued in the journal."""
        self._stop.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _work(self) -> None:
        while (message := self._queue.get()) is not None and not self._stop.is_set():
            self._post(self._deliver(message))

    def _deliver(self, message: Message) -> Delivered:
        fault = ""
        for attempt in range(TRIES):
            if attempt and self._stop.wait(FIRST_WAIT * 2 ** (attempt - 1)):
                break
            try:
                receipt = self._communicate(message)
            except Exception as error:  # the boundary to foreign code
                fault = f"{type(error).__name__}: {error}"
                continue
            return Delivered(key=message.key, channel=message.channel, reference=receipt.reference)
        return Delivered(key=message.key, channel=message.channel, fault=fault or "stopped", final=True)

    def _communicate(self, message: Message) -> Receipt:
        own = self._own.get(message.channel)
        if own is not None:
            return own(message)
        plugin = self._plugins.owner("channel", message.channel)
        receipt: Receipt = self._plugins.call(plugin, "turbo_communicate", message=message)
        return receipt
