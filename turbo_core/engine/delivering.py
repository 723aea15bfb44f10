"""Messages on their way, in a thread for each channel: one that is slow or dead stops neither the run nor the others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Final

from msgspec.structs import replace

from turbo_core.engine.courier import Courier
from turbo_core.engine.ports import Delivered, Happening, Withheld
from turbo_core.messages import Message
from turbo_core.telling.outbox import Verdict

TRIES = 4
FIRST_WAIT = 0.5
"""Seconds before the second try; each later one waits twice as long."""
DIGESTS: Final = 30.0
"""Seconds between two looks whether a digest is due."""


class Delivery:
    """Delivers messages, those of one channel one after another; tells each result by ``post``.

    Args:
        courier: carries them.
        post: takes a `Delivered` or a `Withheld`.
    """

    def __init__(self, courier: Courier, post: Callable[[Happening], None]) -> None:
        self._courier = courier
        self._post = post
        self._queues: dict[str, SimpleQueue[Message | None]] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._counts: dict[str, int] = {}
        self._down: set[str] = set()
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._stop = threading.Event()

    def send(self, message: Message, channels: Sequence[str], settled: frozenset[str]) -> int:
        """Queue a message for channels but the settled ones; gives how many deliveries follow."""
        wanted = [channel for channel in dict.fromkeys(channels) if channel not in settled]
        for channel in wanted:
            with self._lock:
                self._counts[channel] = self._counts.get(channel, 0) + 1
            self._queue(channel).put(replace(message, channel=channel))
        return len(wanted)

    def pending(self) -> int:
        """How many deliveries are on their way; once there is a hurry, those to channels that fail do not count."""
        hurry = self._hurry.is_set()
        with self._lock:
            return sum(count for channel, count in self._counts.items() if not (hurry and channel in self._down))

    def hurry(self) -> None:
        """Wait no more between two tries."""
        self._hurry.set()

    def dead(self) -> frozenset[str]:
        """The channels that fail."""
        with self._lock:
            return frozenset(self._down)

    def watch_digests(self) -> None:
        """Send digests when they are due, for as long as this lasts."""
        threading.Thread(target=self._digest, name="turbo-digest", daemon=True).start()

    def close(self) -> None:
        """Stop; what was not delivered stays queued in the journal."""
        self._stop.set()
        self._hurry.set()
        for channel, thread in self._threads.items():
            self._queues[channel].put(None)
            if channel not in self._down:
                thread.join(timeout=2)

    def _queue(self, channel: str) -> SimpleQueue[Message | None]:
        if channel not in self._queues:
            self._queues[channel] = SimpleQueue()
            name = f"turbo-delivery-{channel}"
            self._threads[channel] = threading.Thread(target=self._work, args=(channel,), name=name, daemon=True)
            self._threads[channel].start()
        return self._queues[channel]

    def _work(self, channel: str) -> None:
        queue = self._queues[channel]
        while (message := queue.get()) is not None and not self._stop.is_set():
            self._post(self._handled(message))
            # Only now: whoever waits must find either the delivery or what came of it.
            with self._lock:
                self._counts[channel] -= 1

    def _handled(self, message: Message) -> Happening:
        verdict = self._courier.judged(message, time.time())
        if verdict.act != "send":
            return Withheld(key=message.key, channel=message.channel, act=verdict.act, why=verdict.why)
        return self._deliver(message, verdict)

    def _deliver(self, message: Message, verdict: Verdict) -> Delivered:
        fault = ""
        for attempt in range(TRIES):
            # One more try is due to everybody, if there is time for no other.
            pause = self._stop if attempt == 1 and message.channel not in self._down else self._hurry
            if attempt and pause.wait(FIRST_WAIT * 2 ** (attempt - 1)):
                break
            try:
                receipt = self._courier.carry(message, verdict, time.time())
            except Exception as error:  # the boundary to foreign code
                fault = f"{type(error).__name__}: {error}"
                if attempt:
                    with self._lock:
                        self._down.add(message.channel)
                continue
            with self._lock:
                self._down.discard(message.channel)
            return Delivered(key=message.key, channel=message.channel, reference=receipt.reference)
        return Delivered(key=message.key, channel=message.channel, fault=fault, final=True)

    def _digest(self) -> None:
        while not self._stop.is_set():
            try:
                self._courier.digest(time.time())
            except (sqlite3.Error, OSError):
                return
            self._stop.wait(DIGESTS)
