"""The real world behind the runner's port: slots, plugins, keys, messages, the inbox, the clock.

One selector waits for all of it. What threads report goes through `post`, which wakes the selector by the run's bell.
"""

from __future__ import annotations

import selectors
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from turbo_core.engine.comparing import fingerprint, size_of_sources
from turbo_core.engine.consulting import Context, opinions
from turbo_core.engine.courier import Courier
from turbo_core.engine.delivering import Delivery
from turbo_core.engine.keyring import KeyRing
from turbo_core.engine.launching import Launcher
from turbo_core.engine.nodes import Node
from turbo_core.engine.observing import Observer
from turbo_core.engine.ports import Compared, Consulted, Delivered, Faulted, Happening, KeyGiven, Requested, Withheld
from turbo_core.engine.process.slots import Slots
from turbo_core.engine.state import State
from turbo_core.failures import FailureRule
from turbo_core.journal import decided, inbox, logs
from turbo_core.journal.bell import Bell
from turbo_core.journal.history import Successes
from turbo_core.journal.lock import Holder
from turbo_core.messages import Message
from turbo_core.model import Attempt, Event, Execution, Outcome, Question
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.redact import Masker
from turbo_core.words import JSON

INBOX_PATIENCE = 2.0
"""Seconds after which the inbox is looked at even if nobody rang."""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What the world is made of: everything that belongs to the run but not to its journal.

    Args:
        project: the project's folder.
        folder: the run's folder.
        run: the run's id.
        workflow: the name of its workflow.
        holder: this process.
        secrets: the value of each secret of the run.
        weights: the weight of each plugin's opinion.
        rules: what the project says about failures.
        patience: seconds that each observer has at the end to see everything.
        courier: carries messages; one that knows no threads if not given.
    """

    project: Path
    folder: Path
    run: str
    workflow: str
    holder: Holder
    secrets: Mapping[str, str]
    weights: Mapping[str, int]
    rules: Sequence[FailureRule] = ()
    patience: float = 5.0
    courier: Courier | None = None


class RealWorld:
    """Implements `turbo_core.engine.ports.World` on this machine."""

    def __init__(
        self, around: Surroundings, *, slots: Slots, plugins: Plugins, catalog: Catalog, observers: Sequence[Observer] = ()
    ) -> None:
        self._around = around
        # What a killed runner left there is of no use to anybody, and must not be taken for the output of a new attempt.
        self._forget_files()
        self._slots = slots
        self._plugins = plugins
        self._observers = observers
        self._masker = Masker(around.secrets.values())
        self._launcher = Launcher(
            slots=slots,
            plugins=plugins,
            catalog=catalog,
            project=around.project,
            secrets=around.secrets,
            learn=self._learn,
        )
        self._bell = Bell(around.folder)
        self._delivery = Delivery(around.courier or Courier(plugins, {}), self.post)
        self._successes = Successes(around.project)
        self._keys = KeyRing(around.project, around.holder, around.run)
        self._posted: deque[Happening] = deque()
        self._taken: set[str] = set()
        self._faulted: set[str] = set()
        self._look_again = 0.0
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="turbo-world")
        self._owner = threading.get_ident()
        self._selector = selectors.DefaultSelector()
        self._selector.register(slots, selectors.EVENT_READ)
        self._selector.register(self._bell, selectors.EVENT_READ)

    def close(self) -> bool:
        """End everything that still runs; tells whether it is certain that nothing is left."""
        self._selector.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._delivery.close()
        self._keys.close()
        self._successes.close()
        for observer in self._observers:
            observer.close(self._around.patience)
        self._bell.close()
        ended = self._slots.close()
        self._forget_files()
        return ended

    def _forget_files(self) -> None:
        """What tasks told us there stands in the journal; what is left may hold secrets."""
        shutil.rmtree(self._around.folder / "files", ignore_errors=True)

    # ------------------------------------------------------------ time and news

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps."""
        return time.monotonic()

    def post(self, happening: Happening) -> None:
        """Add to what `happened` tells. Callable from any thread and from a signal handler."""
        self._posted.append(happening)
        if threading.get_ident() != self._owner or isinstance(happening, Requested):
            self._bell.wake()

    def happened(self, timeout: float | None) -> Sequence[Happening]:
        """What has happened since the last call; waits for the first at most ``timeout`` seconds."""
        self._select(0 if self._posted else self._limit(timeout))
        now = time.monotonic()
        self._slots.tick(now)
        for address in self._keys.retry():
            self._posted.append(KeyGiven(address=address))
        if now >= self._look_again:
            self._look_again = now + INBOX_PATIENCE
            self._take_requests()
        self._posted.extend(self._faults())
        happenings = list(self._posted)
        for _ in happenings:
            self._posted.popleft()
        return happenings

    def settle(self) -> list[Faulted]:
        """Let the observers see what is left; gives the faults that were not told yet."""
        for observer in self._observers:
            observer.close(self._around.patience)
        return self._faults()

    def _faults(self) -> list[Faulted]:
        """The observers that have failed since the last look."""
        new = [observer for observer in self._observers if observer.fault and observer.name not in self._faulted]
        self._faulted.update(observer.name for observer in new)
        return [Faulted(plugin=observer.name, hook="turbo_track", message=observer.fault) for observer in new]

    def _take_requests(self) -> None:
        for request in inbox.take(self._around.folder):
            if request.name not in self._taken:
                self._taken.add(request.name)
                self._posted.append(_request(request.name, request.request))

    def _limit(self, timeout: float | None) -> float:
        waits = [INBOX_PATIENCE if timeout is None else min(timeout, INBOX_PATIENCE)]
        if self._slots.deadline is not None:
            waits.append(self._slots.deadline - time.monotonic())
        if self._keys.wanting:
            waits.append(self._keys.patience)
        return max(0.0, min(waits))

    def _select(self, timeout: float) -> None:
        for key, _mask in self._selector.select(timeout):
            if key.fileobj is self._bell:
                self._bell.hush()
                self._look_again = 0.0
            else:
                self._slots.handle()

    # ------------------------------------------------------------ doing

    def start(self, attempt: Attempt, done: Callable[[Outcome], None]) -> Execution:
        """Execute an attempt by the owner of its executor."""
        return self._launcher.start(attempt, done)

    def _learn(self, made: Collection[str]) -> None:
        # A new one, since another thread may be masking with the old one.
        self._masker = Masker([*self._around.secrets.values(), *made])

    def consult(self, question: Question) -> None:
        """Ask the deciders, off the hot path."""
        self._threads.submit(self._consult, question)

    def _consult(self, question: Question) -> None:
        around, log = self._around, str(question.facts.get("log") or "")
        context = Context(around.project, around.rules, lambda limit: logs.tail(around.folder, log, limit) if log else "")
        found = opinions(self._plugins, question, context, around.weights)
        wanted = question.facts.get("baselines") or {}
        past = decided.measured(self._around.project, self._around.workflow, question.task, wanted) if wanted else {}
        self.post(Consulted(question=question, opinions=self._masker.mask_json(found), baselines=past))

    def want_key(self, address: str, key: str, limit: int, policy: str) -> None:
        """Ask for a concurrency key."""
        given = self._keys.want(address, key, limit, policy)
        if given is not None:
            self._posted.append(given)

    def free_key(self, address: str) -> None:
        """Give back the key that a task holds or waits for."""
        self._keys.free(address)

    def compare(self, state: State, node: Node) -> None:
        """Compare a task's files with its last success."""
        self._threads.submit(self._compare, state.workflow.name, node)

    def _compare(self, workflow: str, node: Node) -> None:
        try:
            known = fingerprint(node, self._around.project)
        except OSError:
            known = ""
        last = self._successes.last(workflow, node.address) if known else None
        same = last is not None and last.fingerprint == known
        outputs = last.outputs if last is not None and same else {}
        run = last.run if last is not None and same else ""
        self.post(Compared(address=node.address, fingerprint=known, unchanged=same, run=run, outputs=outputs))

    def fingerprint(self, _state: State, node: Node) -> str:
        """The fingerprint of a task that has just succeeded; empty if a product is missing or unreadable."""
        try:
            return fingerprint(node, self._around.project)
        except OSError:
            return ""

    def size(self, node: Node) -> int:
        """How many bytes the sources of a task have together; 0 if they cannot be looked at."""
        try:
            return size_of_sources(node.task, self._around.project)
        except OSError:
            return 0

    def deliver(self, message: Message, channels: Sequence[str], settled: frozenset[str]) -> None:
        """Deliver a message."""
        self._delivery.send(message, channels, settled)

    def undelivered(self) -> int:
        """How many deliveries are on their way."""
        return self._delivery.pending() + sum(isinstance(one, Delivered | Withheld) for one in list(self._posted))

    def hurry(self) -> None:
        """Nothing goes on but deliveries: they have no time for pauses any more."""
        self._delivery.hurry()

    def dead(self) -> Collection[str]:
        """The channels that fail."""
        return self._delivery.dead()

    def watch_digests(self) -> None:
        """Send digests when they are due, for as long as this process lives."""
        self._delivery.watch_digests()

    def committed(self, events: Sequence[Event]) -> None:
        """These events are durable."""
        for observer in self._observers:
            observer.notify(events[-1].seq)

    def finished(self, request: str) -> None:
        """A request of the inbox is journalled."""
        inbox.done(self._around.folder, request)
        self._taken.discard(request)

    def leaks(self, outputs: Mapping[str, JSON]) -> bool:
        """Whether a secret stands in these values."""
        return bool(self._masker) and self._masker.mask_json(dict(outputs)) != dict(outputs)

    def mask(self, text: str) -> str:
        """The text without secrets."""
        return self._masker.mask_text(text)


def _request(name: str, body: Mapping[str, JSON]) -> Requested:
    return Requested(kind=str(body.get("kind", "")), actor=str(body.get("actor", "")), name=name, body=body)
