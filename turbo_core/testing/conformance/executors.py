"""What plugins that execute promise: an attempt is started and given back at once, ends exactly once, and can be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from turbo_core.model import Attempt, Execution, Outcome
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.seat import Seat

_SOON = 0.5


class ExecutorSuite(HookSuite):
    """The checks for a plugin that owns executors, for each of them.

    Attributes:
        succeeding: a command that succeeds where the executor runs it.
        failing: a command that ends with exit code 3 there.
        lasting: a command that goes on there until it is told to end.
        limit: seconds after which something that should happen counts as not happening.
    """

    hook: ClassVar[str] = "turbo_execute"
    succeeding: ClassVar[Sequence[str]] = ("/bin/sh", "-c", "echo done")
    failing: ClassVar[Sequence[str]] = ("/bin/sh", "-c", "exit 3")
    lasting: ClassVar[Sequence[str]] = ("/bin/sh", "-c", "sleep 1000")
    limit: ClassVar[float] = 60.0

    @pytest.fixture(autouse=True)
    def _seats_are_left(self) -> Iterator[None]:
        self._seats: list[Seat] = []
        yield
        for seat in self._seats:
            seat.close()

    @property
    def executors(self) -> Sequence[str]:
        """The executors that the plugin offers."""
        return [offer.name for offer in self.host.hooks(self.plugin).offers if offer.kind == "executor"]

    @check("bronze")
    def test_it_offers_an_executor(self) -> None:
        """It says which executors it owns, and what each is."""
        require(self.executors, "it offers no executor", "return an ExecutorOffer from turbo_register")
        silent = [offer.name for offer in self.host.hooks(self.plugin).offers if offer.kind == "executor" and not offer.summary]
        require(not silent, f"the executor {', '.join(silent)} has no summary", "say in the offer where attempts run")

    @check("bronze")
    def test_it_tells_success(self) -> None:
        """A command that succeeds is reported as succeeded."""
        for attempt, seat in self._attempts(self.succeeding):
            self._start(attempt, seat)
            outcome = self._end(seat, "a command that succeeds")
            require(outcome.state == "succeeded", f"a command that succeeds is reported as {_shown(outcome)}", "map its end")

    @check("bronze")
    def test_it_tells_failure(self) -> None:
        """A command that fails is reported as failed, with its class and exit code."""
        for attempt, seat in self._attempts(self.failing):
            self._start(attempt, seat)
            outcome = self._end(seat, "a command that ends with 3")
            told = (outcome.state, outcome.failure, outcome.exit_code)
            require(told == ("failed", "exit", 3), f"a command that ends with 3 is reported as {_shown(outcome)}", "map its end")

    @check("bronze")
    def test_it_does_not_wait(self) -> None:
        """It gives the attempt back while that goes on, and ends it when it is cancelled."""
        for attempt, seat in self._attempts(self.lasting):
            execution = self._start(attempt, seat)
            early = seat.wait(_SOON)
            require(early is None, f"a command that goes on is reported as {early and _shown(early)}", "finish when it has ended")
            execution.cancel(grace=1.0)
            outcome = self._end(seat, "a command that was cancelled")
            require(outcome.state == "cancelled", f"a cancelled command is reported as {_shown(outcome)}", "say 'cancelled'")

    @check("silver")
    def test_cancelling_at_once_ends_it(self) -> None:
        """Without any grace it ends, too, and so it does when it is cancelled twice."""
        for attempt, seat in self._attempts(self.lasting):
            execution = self._start(attempt, seat)
            execution.cancel(grace=1000.0)
            execution.cancel(grace=0.0)
            self._end(seat, "a command that was cancelled at once")

    @check("silver")
    def test_what_cannot_start_is_told(self) -> None:
        """A program that is not there makes the attempt fail, or the hook raise."""
        for attempt, seat in self._attempts(("/no/such/program",)):
            try:
                self.host.plugins.call(self.plugin, self.hook, attempt=attempt, context=seat)
            except Exception:  # noqa: S112 - the host makes a failure of the class infra of it
                continue
            outcome = self._end(seat, "a program that is not there")
            require(outcome.state == "failed", f"a program that is not there is reported as {_shown(outcome)}", "say 'failed'")

    @check("gold")
    def test_it_finishes_once(self) -> None:
        """There is one outcome, also when it is cancelled after its end."""
        for attempt, seat in self._attempts(self.succeeding):
            execution = self._start(attempt, seat)
            self._end(seat, "a command that succeeds")
            execution.cancel(grace=0.0)
            time.sleep(_SOON)
            require(len(seat.outcomes) == 1, f"it finishes {len(seat.outcomes)} times", "call context.finish once")

    def _attempts(self, command: Sequence[str]) -> Sequence[tuple[Attempt, Seat]]:
        self.prepare(self.project)
        attempt = Attempt(
            run="conformance",
            task="task",
            number=1,
            key="conformance",
            argv=tuple(command),
            cwd=self.project,
            log=self.project.parent / "attempt.log",
        )
        self._seats = [Seat(self.project) for _ in self.executors]
        return [(replace(attempt, executor=name), seat) for name, seat in zip(self.executors, self._seats, strict=True)]

    def _start(self, attempt: Attempt, seat: Seat) -> Execution:
        started = _within(
            self.limit, lambda: self.ask("an attempt", "report it by context.finish", attempt=attempt, context=seat)
        )
        if started is None or not callable(getattr(started[0], "cancel", None)):
            what = "it does not give the attempt back" if started is None else f"it gives a {type(started[0]).__name__}"
            refuse(what, "return at once, with an object that has cancel(*, grace)")
        execution: Execution = started[0]
        return execution

    def _end(self, seat: Seat, what: str) -> Outcome:
        outcome = seat.wait(self.limit)
        if outcome is None:
            refuse(f"{what} is never reported", "call context.finish when it has ended")
        require(isinstance(outcome, Outcome), f"it finishes with a {type(outcome).__name__}", "finish with an Outcome")
        return outcome


def _within(limit: float, act: Callable[[], Any]) -> list[Any] | None:
    """What a function gives, in a list; ``None`` if it gives nothing back in time."""
    given: list[Any] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(act())
        except BaseException as error:  # carried over to the thread that waits
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit)
    if raised:
        raise raised[0]
    return given or None


def _shown(outcome: Outcome) -> str:
    return f"{outcome.state} (failure {outcome.failure}, exit code {outcome.exit_code}): {outcome.message}"
