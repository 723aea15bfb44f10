"""Holds one attempt's processes from the start to the proof that none is left.

One loop listens to the output, the runner and the ends of children; it asks processes to end, ends them by force when the time
is over, and gives up only when nothing is left. It does not know whether a command or a function is at work.
"""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from resource import struct_rusage
from typing import Final

from msgspec import Struct, field

from turbo_core.engine.process.containment import Containment, Process, send
from turbo_core.engine.process.limits import Shortage
from turbo_core.engine.process.output import Output
from turbo_core.engine.process.wire import Wire
from turbo_core.model import Usage

LEFTOVER_GRACE: Final = 1.0
"""Seconds that processes have to end by themselves after the main one ended."""

MEMORY_UNIT: Final = 1 if os.uname().sysname == "Darwin" else 1024
_PRESS_AGAIN: Final = 0.01
_LOOK_AGAIN: Final = 0.05
_CHUNKS_IN_PIPE: Final = 32  # the largest pipe of an ordinary user, twice
_CHUNK: Final = 1 << 16


class RunnerGone(Exception):  # noqa: N818  -- named by what happened, like every error here
    """The runner closed its end: everything has to end."""


class Tally(Struct):
    """Adds up what processes used."""

    user: float = 0.0
    system: float = 0.0
    memory: int = 0
    read_blocks: int = 0
    written_blocks: int = 0

    def add(self, used: struct_rusage) -> None:
        """Add one process that ended."""
        self.user += used.ru_utime
        self.system += used.ru_stime
        self.memory = max(self.memory, used.ru_maxrss * MEMORY_UNIT)
        self.read_blocks += used.ru_inblock
        self.written_blocks += used.ru_oublock

    def usage(self) -> Usage:
        """Give the sum."""
        return Usage(
            cpu=round(self.user + self.system, 6),
            user=round(self.user, 6),
            system=round(self.system, 6),
            memory=self.memory,
            read_blocks=self.read_blocks,
            written_blocks=self.written_blocks,
        )


class Wakeup:
    """Wakes a selector when a child ends, or when another thread says so."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()
        os.set_blocking(self.reading, False)
        os.set_blocking(self._writing, False)
        self.arm()

    def arm(self) -> None:
        """Take the signals of this process; to be called in the main thread."""
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def wake(self) -> None:
        """Wake whoever listens."""
        with suppress(BlockingIOError):
            os.write(self._writing, b"\0")

    def drain(self) -> None:
        """Forget what woke us."""
        with suppress(BlockingIOError):
            os.read(self.reading, 4096)


class Station(Struct, frozen=True, kw_only=True):
    """What a supervisor works with, attempt after attempt.

    ``wire`` leads to the runner, ``wakeup`` tells when children end, ``containment`` finds and ends processes, ``shortage`` knows
    when the kernel ends them, and ``nothing`` is a descriptor that is empty to read and swallows what is written.
    """

    wire: Wire
    wakeup: Wakeup
    containment: Containment
    shortage: Shortage
    nothing: int
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def __post_init__(self) -> None:
        """Listen to the runner and to ends from now on: what is different for each attempt is its output only."""
        self.selector.register(self.wire, selectors.EVENT_READ)
        self.selector.register(self.wakeup.reading, selectors.EVENT_READ)


class Holding:
    """One attempt's processes.

    Args:
        station: what the supervisor works with.
        output: receives what the processes write to ``reading``, the end of a pipe.
        on_cancel: called when the runner asks for the end.
    """

    def __init__(self, station: Station, *, output: Output, reading: int, on_cancel: Callable[[], None] = lambda: None) -> None:
        self._wire = station.wire
        self._wakeup = station.wakeup
        self._selector = station.selector
        self._containment = station.containment
        self._output = output
        self._reading = reading
        self._on_cancel = on_cancel
        self._deadline: float | None = None
        self._forced = False
        self._main: int | None = None
        self._leftovers = 0
        self._asked: set[tuple[int, str]] = set()
        self._tally = Tally()
        self.status: int | None = None
        """The wait status of the main process once it ended."""
        self.cancelled = False
        """Whether the runner asked for the end before the main process had ended."""
        self._main_ended = False
        os.set_blocking(reading, False)
        self._selector.register(reading, selectors.EVENT_READ)
        self._pumping = True

    @property
    def leftovers(self) -> int:
        """How many processes were still there when the main one had ended."""
        return self._leftovers

    @property
    def usage(self) -> Usage:
        """What the processes that ended used."""
        return self._tally.usage()

    def listen(self) -> None:
        """Wait for something to happen, and take note of it; press on when the time is over.

        Raises:
            RunnerGone: the runner closed its end.
        """
        for key, _ in self._selector.select(self._patience()):
            if key.fileobj is self._wire:
                self._hear()
            elif key.fd == self._reading:
                self._pump()
            else:
                self._wakeup.drain()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._forced = True
            self._deadline = time.monotonic() + _PRESS_AGAIN
            self._containment.kill(self._main)

    def _patience(self) -> float | None:
        if self._deadline is None:
            return None
        wait = max(0.0, self._deadline - time.monotonic())
        # What is no child of ours ends without a signal to us.
        return min(wait, _LOOK_AGAIN) if self._main_ended and not self._containment.verifies else wait

    def catch_up(self) -> None:
        """Hear what the runner said together with the order.

        Raises:
            RunnerGone: the runner closed its end.
        """
        if self._wire.unread:
            self._hear()

    def follow(self, main: int) -> None:
        """Hold until the main process has ended and nothing is left.

        Raises:
            RunnerGone: the runner closed its end.
        """
        self._main = main
        self.catch_up()
        while not self._reap():
            self.listen()
        self._finish()

    def clear(self) -> None:
        """The attempt itself is over without a main process: end what is left.

        Raises:
            RunnerGone: the runner closed its end.
        """
        self._main_ended = True
        if not self._reap():
            self._end_leftovers()
            while not self._reap():
                self.listen()
        self._finish()

    def close(self) -> None:
        """Give the descriptors back."""
        self._stop_pumping()
        os.close(self._reading)

    def _finish(self) -> None:
        for _ in range(_CHUNKS_IN_PIPE):
            if not self._pump():
                break
        if self._forced:
            self._containment.settle()

    def _pump(self) -> bool:
        try:
            chunk = os.read(self._reading, _CHUNK)
        except BlockingIOError:
            return False
        if chunk:
            self._output.feed(chunk)
        else:
            self._stop_pumping()
        return bool(chunk)

    def _stop_pumping(self) -> None:
        if self._pumping:
            self._pumping = False
            self._selector.unregister(self._reading)

    def _hear(self) -> None:
        messages = self._wire.receive()
        if messages is None:
            raise RunnerGone
        for message in messages:
            self._cancel(float(message["cancel"]))

    def _cancel(self, grace: float) -> None:
        if not self._main_ended:
            self.cancelled = True
        if grace > 0 and self._deadline is None:
            self._ask_to_end()
        self._due(grace)
        self._on_cancel()

    def _ask_to_end(self) -> int:
        """Ask each process once, and leave alone what one that was asked has started since: it may need that to end well.

        Gives how many are there.
        """
        held = self._containment.held(self._main)
        new = self._unasked(held)
        reached = send(signal.SIGTERM, new)
        send(signal.SIGCONT, new)  # one that is stopped could not hear it
        self._asked |= {(process.pid, process.born) for process in new}
        return len(held) - len(new) + len(reached)

    def _unasked(self, held: list[Process]) -> list[Process]:
        found, looked_after = [], set()
        for process in held:  # parents come first
            if (process.pid, process.born) in self._asked or process.parent in looked_after:
                looked_after.add(process.pid)
            else:
                found.append(process)
        return found

    def _due(self, grace: float) -> None:
        due = time.monotonic() + grace
        self._deadline = due if self._deadline is None else min(due, self._deadline)

    def _end_leftovers(self) -> None:
        # After a cancel too: the main process may have started them while it was asked itself.
        self._leftovers = self._ask_to_end()
        if not self.cancelled:
            self._due(LEFTOVER_GRACE)

    def _reap(self) -> bool:
        """Take the ends of children. True when the main process has ended and nothing is left."""
        ended = 0
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                if self._containment.empty(self._main):
                    return True
                pid = 0
            if pid == 0:
                self._press(ended)
                return False
            ended += 1
            self._tally.add(used)
            if pid == self._main:
                self.status = status

    def _press(self, ended: int) -> None:
        """See to what is left once the main process has ended: whoever ends may leave somebody who was never asked."""
        if self.status is not None and not self._main_ended:
            self._main_ended = True
            self._end_leftovers()
        elif self._main_ended and self._deadline is not None and (ended or not self._containment.verifies):
            self._ask_to_end()


def end_everything(containment: Containment, main: int | None = None) -> None:
    """End all that is held, by force, until nothing is left."""
    while True:
        containment.kill(main)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            if containment.empty(main):
                return
        time.sleep(0.002)
