"""The job slots of a run, as the runner sees them: orders in, outcomes out, all in the runner's one loop.

It starts the nursery, asks it for a supervisor for each slot when the slot is first used, and notices when one dies. Nothing here
waits, apart from ``containment`` and ``close``.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Final

from turbo_core.engine.process.commands import NO_MEMORY, signal_name
from turbo_core.engine.process.containment import Kind, end_groups, slot_name
from turbo_core.engine.process.orders import Order, read_outcome
from turbo_core.engine.process.planting import Planted
from turbo_core.engine.process.wire import Message, Wire
from turbo_core.errors import TurboError
from turbo_core.model import Outcome

MARGIN: Final = 1.0
"""Seconds after the grace until a slot that does not answer is killed as a whole."""

CLOSING: Final = 15.0
"""Seconds that everything has to end when the slots are closed."""


class SupervisedExecution:
    """A running attempt in a slot."""

    def __init__(self, slot: _Slot) -> None:
        self._slot: _Slot | None = slot
        self.deadline: float | None = None
        """When the slot is killed as a whole if it has not answered a cancel by then (monotonic)."""
        self.cancelled = False

    def cancel(self, *, grace: float) -> None:
        """Ask it to end; after ``grace`` seconds (0: at once) it is ended by force. A later call can only shorten the time."""
        if self._slot is None:
            return
        self.cancelled = True
        due = time.monotonic() + grace + MARGIN
        self.deadline = due if self.deadline is None else min(due, self.deadline)
        self._slot.wire.send({"cancel": grace})

    def detach(self) -> None:
        """The attempt has ended: nothing can be cancelled any more."""
        self._slot = None
        self.deadline = None


class _Slot:
    """One supervisor and what it is doing; ``nursery`` is the end of the wire to the nursery that has forked it."""

    def __init__(self, number: int, wire: Wire, nursery: Wire) -> None:
        self.number = number
        self.wire = wire
        self.nursery = nursery
        self.ready = False
        self.gone = False
        """Whether the supervisor has closed its end; how it ended, the nursery will tell."""
        self.order: Order | None = None
        self.finish: Callable[[Outcome], None] | None = None
        self.execution: SupervisedExecution | None = None

    def begin(self, order: Order, finish: Callable[[Outcome], None]) -> SupervisedExecution:
        self.order, self.finish, self.execution = order, finish, SupervisedExecution(self)
        self.wire.send({"order": order.message()})
        return self.execution

    def end(self, outcome: Outcome) -> None:
        finish, execution = self.finish, self.execution
        self.order = self.finish = self.execution = None
        if finish and execution:
            execution.detach()
            finish(outcome)

    def end_by_death(self, status: int, *, verified: bool, starved: bool) -> None:
        self.end(self._death(os.waitstatus_to_exitcode(status), verified, starved))

    def _death(self, code: int, verified: bool, starved: bool) -> Outcome:
        how = f"ended by {signal_name(-code)}" if code < 0 else f"exit code {code}"
        if self.execution and self.execution.cancelled:
            return Outcome(state="cancelled", message="ended with its slot", verified=verified)
        if not self.ready:
            return Outcome(state="failed", failure="infra", message="its supervisor could not be started", verified=verified)
        if self.order and self.order.call and starved:
            return Outcome(state="failed", failure="oom", message=f"{NO_MEMORY} ({how})", verified=verified)
        if self.order and self.order.call:
            return Outcome(state="failed", failure="error", message=f"the action ended its process ({how})", verified=verified)
        return Outcome(state="lost", message=f"its supervisor ended ({how})", verified=verified)


class Slots:
    """A fixed number of slots in which attempts run. Register the object with a selector for reading, and call ``handle``
    when it is ready and ``tick`` when ``deadline`` is over.

    Args:
        size: how many attempts may run at once.
        environment: what all attempts inherit.
        containment: the strongest containment to try.
        keep: descriptors (of locks) that nursery and supervisors hold as long as one of them lives; their tasks do not.
        name: what the names of control groups begin with; unique on this machine, random if not given.
        planted: a nursery that was started ahead of time.
    """

    def __init__(
        self,
        size: int,
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
        containment: Kind = "cgroup",
        keep: Sequence[int] = (),
        name: str = "",
        planted: Planted | None = None,
    ) -> None:
        self.size = size
        self._environment = dict(environment)
        self.name = name or f"turbo-{os.urandom(6).hex()}"
        self._keep = tuple(keep)
        self._strongest = containment
        self._kind: Kind | None = None
        self._idle: list[_Slot] = []
        self._busy: dict[int, _Slot] = {}
        self._numbers = 0
        self._selector = selectors.DefaultSelector()
        self._open_nursery(planted and planted.take())
        self._idle.append(self._fork())

    def __enter__(self) -> Slots:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def free(self) -> int:
        """How many attempts can be started now."""
        return self.size - len(self._busy)

    @property
    def containment(self) -> Kind:
        """The containment in force. Waits for the first supervisor.

        Raises:
            TurboError: no supervisor could be started.
        """
        while self._kind is None:
            if not self._idle and not self._busy:
                raise TurboError("no supervisor could be started", next_step="see the messages above, and turbo doctor")
            self._selector.select()
            self.handle()
        return self._kind

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has to be called (monotonic); ``None``: not at all."""
        return min(
            (slot.execution.deadline for slot in self._busy.values() if slot.execution and slot.execution.deadline), default=None
        )

    def fileno(self) -> int:
        """Give the descriptor that becomes readable when ``handle`` has something to do."""
        return self._selector.fileno()

    def start(self, order: Order, finish: Callable[[Outcome], None]) -> SupervisedExecution:
        """Start an attempt.

        Args:
            order: what to run.
            finish: called once, from ``handle``, with the outcome.

        Raises:
            RuntimeError: no slot is free.
            TypeError, ValueError: the order is not JSON.
        """
        if self.free <= 0:
            raise RuntimeError("no slot is free")
        slot = self._idle.pop() if self._idle else self._fork()
        self._busy[slot.number] = slot
        return slot.begin(order, finish)

    def handle(self) -> None:
        """Take what supervisors and nursery have said. Does not wait."""
        for key, _ in self._selector.select(0):
            key.data(key.fileobj)

    def tick(self, now: float) -> None:
        """Kill the slots that have not answered a cancel in time.

        Args:
            now: ``time.monotonic()``.
        """
        for slot in tuple(self._busy.values()):
            if slot.execution and slot.execution.deadline is not None and now >= slot.execution.deadline:
                slot.execution.deadline = None
                self._kill(slot)

    def close(self) -> bool:
        """End all supervisors and whatever they hold; no outcome is reported any more.

        Returns:
            True if it is certain that everything has ended.
        """
        for slot in (*self._idle, *self._busy.values()):
            slot.wire.close()
        self._idle.clear()
        self._busy.clear()
        self._selector.close()
        self._nursery.close()
        try:
            return self._process.wait(CLOSING) == 0
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False

    def _open_nursery(self, planted: Planted | None = None) -> None:
        nursery = planted or Planted()
        self._process = nursery.process
        self._nursery = Wire(nursery.end)
        self._nursery.send({"name": self.name, "strongest": self._strongest, "keep": len(self._keep)}, descriptors=self._keep)
        self._selector.register(self._nursery, selectors.EVENT_READ, self._hear_nursery)

    def _fork(self) -> _Slot:
        if self._nursery.fileno() < 0:
            self._process.wait()
            self._open_nursery()
        ours, theirs = socket.socketpair()
        self._numbers += 1
        slot = _Slot(self._numbers, Wire(ours), self._nursery)
        with theirs:
            self._nursery.send({"fork": slot.number, "environment": self._environment}, descriptors=[theirs.fileno()])
        self._selector.register(slot.wire, selectors.EVENT_READ, lambda _: self._hear_supervisor(slot))
        return slot

    def _hear_supervisor(self, slot: _Slot) -> None:
        if slot.wire.fileno() < 0:  # closed by what was handled just before
            return
        messages = slot.wire.receive()
        for message in messages or ():
            self._take(slot, message)
        if messages is not None:
            return
        if slot.nursery.fileno() < 0:  # nobody else will tell us of its end
            self._bury(slot)
        elif slot in self._idle:  # nobody waits for it
            self._forget(slot, status=signal.SIGKILL, verified=False)
        else:
            slot.gone = True
            self._selector.unregister(slot.wire)

    def _take(self, slot: _Slot, message: Message) -> None:
        if "ready" in message:
            slot.ready = True
            self._kind = message["ready"]
            return
        del self._busy[slot.number]
        self._idle.append(slot)
        slot.end(read_outcome(message["ended"]))

    def _hear_nursery(self, _wire: object) -> None:
        messages = self._nursery.receive()
        for message in messages or ():
            slot = self._find(message["died"])
            if slot:
                self._drain(slot)
                self._forget(slot, status=message["status"], verified=message["verified"], starved=message["starved"])
        if messages is None:
            self._lose_nursery()

    def _find(self, number: int) -> _Slot | None:
        return self._busy.get(number) or next((slot for slot in self._idle if slot.number == number), None)

    def _kill(self, slot: _Slot) -> None:
        if slot.nursery.fileno() >= 0:
            slot.nursery.send({"kill": slot.number})
        else:  # it lives on without its nursery, and does not do as it is told
            self._bury(slot)

    def _drain(self, slot: _Slot) -> None:
        """Take what the supervisor said before it died."""
        for message in slot.wire.receive() or ():
            self._take(slot, message)

    def _forget(self, slot: _Slot, *, status: int, verified: bool, starved: bool = False) -> None:
        if slot.wire in (key.fileobj for key in self._selector.get_map().values()):
            self._selector.unregister(slot.wire)
        slot.wire.close()
        if slot in self._idle:
            self._idle.remove(slot)
        self._busy.pop(slot.number, None)
        slot.end_by_death(status, verified=verified, starved=starved)

    def _bury(self, slot: _Slot) -> None:
        """End what a supervisor left that no nursery buries; how it died, nobody can tell."""
        verified = self._kind == "cgroup" and end_groups(slot_name(self.name, slot.number))
        self._forget(slot, status=signal.SIGKILL, verified=verified)

    def _lose_nursery(self) -> None:
        """Without the nursery no slot can be replaced: let the supervisors end what they hold, and begin anew when needed."""
        self._selector.unregister(self._nursery)
        self._nursery.close()
        for slot in tuple(self._idle):
            self._forget(slot, status=0, verified=False)
        for slot in tuple(self._busy.values()):
            if slot.gone:
                self._bury(slot)
            else:
                slot.wire.socket.shutdown(socket.SHUT_WR)
