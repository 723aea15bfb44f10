"""Stand-ins for what lies outside: a channel, an executor, a provider of secrets. Each is a plugin as any other.

They keep what they were asked, and answer as they were told. They know nothing of the project that they are used in.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from turbo_core.hookspecs import hookimpl
from turbo_core.messages import Message, Receipt
from turbo_core.model import Attempt, ExecuteContext, Execution, Outcome
from turbo_core.offers import ChannelOffer, ExecutorOffer, Offer, SecretOffer

_SUCCEEDED = Outcome(state="succeeded", exit_code=0)


class FakeChannel:
    """A channel that keeps what it is sent.

    Args:
        name: of the channel, and of the plugin.
        failures: so many deliveries fail before one succeeds.

    Attributes:
        messages: what was delivered, in order.
        tries: how often a delivery was asked for.
    """

    def __init__(self, name: str = "fake", *, failures: int = 0) -> None:
        self.name = name
        self.messages: list[Message] = []
        self.tries = 0
        self._failures = failures

    @hookimpl
    def turbo_register(self) -> Sequence[Offer]:
        """The channel."""
        return [ChannelOffer(name=self.name, summary="Keeps messages for a test")]

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        """Keep the message.

        Raises:
            ConnectionError: it was told to fail this time.
        """
        self.tries += 1
        if self.tries <= self._failures:
            raise ConnectionError(f"the channel {self.name} fails as told ({self.tries} of {self._failures})")
        self.messages.append(message)
        return Receipt(channel=self.name, reference=message.key)


class FakeExecutor:
    """An executor that runs nothing: attempts end as it was told, those that it was told nothing about succeed.

    Args:
        name: of the executor, and of the plugin.
        outcomes: the address of a task → how its attempts end, one after another (the last for all that follow). ``None``: it
            goes on until it is cancelled, or `finish` is called.

    Attributes:
        attempts: what was to be started, in order.
        cancelled: the addresses of the attempts that were to be cancelled, in order.
        started: is set when the first attempt has started.
    """

    def __init__(
        self, name: str = "fake", *, outcomes: Mapping[str, Outcome | Sequence[Outcome | None] | None] | None = None
    ) -> None:
        self.name = name
        self.attempts: list[Attempt] = []
        self.cancelled: list[str] = []
        self.started = threading.Event()
        self._outcomes = dict(outcomes or {})
        self._going: dict[str, ExecuteContext] = {}
        self._lock = threading.Lock()

    @hookimpl
    def turbo_register(self) -> Sequence[Offer]:
        """The executor."""
        return [ExecutorOffer(name=self.name, summary="Runs nothing, for a test")]

    @hookimpl
    def turbo_execute(self, attempt: Attempt, context: ExecuteContext) -> Execution:
        """Keep the attempt, and end it as told."""
        with self._lock:
            before = sum(earlier.task == attempt.task for earlier in self.attempts)
            self.attempts.append(attempt)
            self._going[attempt.task] = context
        self.started.set()
        outcome = self._outcome(attempt.task, before)
        if outcome is not None:
            self.finish(attempt.task, outcome)
        return _Going(self, attempt.task)

    def finish(self, task: str, outcome: Outcome = _SUCCEEDED) -> None:
        """End the attempt of a task that goes on. Callable from any thread; an attempt that has ended stays as it is."""
        with self._lock:
            context = self._going.pop(task, None)
        if context is not None:
            context.finish(outcome)

    def _outcome(self, task: str, before: int) -> Outcome | None:
        told = self._outcomes.get(task, _SUCCEEDED)
        return told[min(before, len(told) - 1)] if isinstance(told, Sequence) else told


class _Going:
    """An attempt of a fake executor, for whoever wants to cancel it."""

    def __init__(self, executor: FakeExecutor, task: str) -> None:
        self._executor = executor
        self._task = task

    def cancel(self, *, grace: float) -> None:
        """End it at once."""
        self._executor.cancelled.append(self._task)
        self._executor.finish(self._task, Outcome(state="cancelled", message="cancelled, as asked"))


class FakeSecrets:
    """A provider of secrets.

    Args:
        values: the secrets that it knows.
        name: of the provider, and of the plugin.

    Attributes:
        asked: the names that it was asked for, in order.
    """

    def __init__(self, values: Mapping[str, str], name: str = "fake") -> None:
        self.name = name
        self.asked: list[str] = []
        self._values = dict(values)

    @hookimpl
    def turbo_register(self) -> Sequence[Offer]:
        """The provider."""
        return [SecretOffer(name=self.name, find=self._find)]

    def _find(self, name: str) -> str | None:
        self.asked.append(name)
        return self._values.get(name)
