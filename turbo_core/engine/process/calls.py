"""Runs one action in a supervisor: the function in the main thread, an ear for the runner in another.

The function is found by name; what it means to be an action is not known here. Whatever it does, an outcome comes of it, unless
it ends the process: then the runner learns that from the nursery.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from types import FrameType
from typing import Any, Final, NoReturn, get_args

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.engine.process.containment import Containment
from turbo_core.engine.process.holding import MEMORY_UNIT, Holding, RunnerGone, Station, Tally, end_everything
from turbo_core.engine.process.limits import Limits
from turbo_core.engine.process.orders import Call, Order
from turbo_core.engine.process.output import Output
from turbo_core.engine.process.surroundings import surroundings
from turbo_core.engine.process.wire import encode
from turbo_core.model import Outcome, Usage
from turbo_core.words import FailureClass, OutcomeState

_FRAMES: Final = 20
_FAILURES: Final = frozenset(get_args(FailureClass))
_PEAK: Final = Path("/proc/self/clear_refs")  # 5 sets the peak of the resident memory back; see proc_pid_clear_refs(5)


class Cancelled(BaseException):
    """Raised inside an action when its attempt is cancelled, as ``KeyboardInterrupt`` would be."""


class _Ear:
    """Listens to output and runner in a thread of its own while the main thread is inside the action."""

    def __init__(self, holding: Holding, station: Station) -> None:
        self._holding = holding
        self._station = station
        self._done = False
        self._thread = threading.Thread(target=self._listen, name="turbo-ear", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            self._holding.catch_up()
            while not self._done:
                self._holding.listen()
        except RunnerGone:
            leave(self._station.containment)

    def stop(self) -> None:
        self._done = True
        self._station.wakeup.wake()
        self._thread.join()


class Bell:
    """Brings a cancel into the main thread, once, while an action is at work. Made once for a process, in its main thread."""

    def __init__(self) -> None:
        self._armed = False
        self._rung = False
        signal.signal(signal.SIGTERM, self._raise)

    def silence(self) -> None:
        """Forget the cancel of an earlier action."""
        self._rung = False

    @contextmanager
    def armed(self) -> Iterator[None]:
        """While this lasts, a cancel raises ``Cancelled`` here; one that came before does so at once."""
        self._armed = True
        try:
            if self._rung:
                raise Cancelled
            yield
        finally:
            self._armed = False

    def ring(self) -> None:
        """Cancel what is at work, or will be."""
        self._rung = True
        if self._armed:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            raise Cancelled


def run_call(order: Order, call: Call, *, station: Station, bell: Bell, output: Output, limits: Limits) -> Outcome:
    """Call the function of an order, and then end every process that it left.

    Args:
        order: environment, folder and limits.
        call: the function and its arguments.
        station: what the supervisor works with.
        bell: brings a cancel to the function.
        output: receives what the function prints.
        limits: what the function may use.

    Raises:
        StartFailed: the working directory cannot be entered.
        LimitRefused: a limit could not be applied.
        RunnerGone: the runner closed its end; processes may be left.
    """
    bell.silence()
    before = _Spent.now()
    reading, writing = os.pipe()
    holding = Holding(station, output=output, reading=reading, on_cancel=bell.ring)
    try:
        ear = _Ear(holding, station)
        try:
            with limits.applied(), surroundings(order.env, order.cwd, output=writing, nothing=station.nothing):
                answer = _answer(call, bell)
        finally:
            os.close(writing)
            station.wakeup.arm()
            ear.stop()
        holding.clear()
        return replace(_outcome(answer, holding), usage=before.until_now())
    finally:
        holding.close()


def leave(containment: Containment) -> NoReturn:
    """End everything and this process: the runner is gone."""
    end_everything(containment)
    containment.close()
    os._exit(1)


def _answer(call: Call, bell: Bell) -> Mapping[str, Any]:
    try:
        with bell.armed():
            answer = _function(call)(dict(call.arguments))
        return _checked(answer)
    except Cancelled:
        return {"state": "cancelled", "message": "the action was cancelled"}
    except MemoryError:
        return _failed("oom", "the memory limit was reached")
    except BaseException as error:  # an action may raise anything, SystemExit included; that is its failure, not ours
        with suppress(Exception):
            traceback.print_exc(limit=-_FRAMES, file=sys.stderr)
        return _failed("error", traceback.format_exception_only(error)[-1].strip())


def _function(call: Call) -> Any:
    module, _, name = call.target.partition(":")
    return getattr(import_module(module), name)


def _checked(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, dict) or answer.get("state") not in ("succeeded", "failed"):
        return _failed("error", f"the action gave no outcome but {type(answer).__name__}")
    try:
        encode({"outputs": answer.get("outputs"), "message": answer.get("message")})
    except (TypeError, ValueError, RecursionError) as error:
        return _failed("error", f"what the action returned is not JSON: {error}")
    return answer


def _failed(failure: FailureClass, message: str) -> Mapping[str, Any]:
    return {"state": "failed", "failure": failure, "message": message}


def _outcome(answer: Mapping[str, Any], holding: Holding) -> Outcome:
    state: OutcomeState = "cancelled" if holding.cancelled and answer["state"] == "failed" else answer["state"]
    failure = answer.get("failure")
    return Outcome(
        state=state,
        failure=None if state != "failed" else failure if failure in _FAILURES else "error",
        message=str(answer.get("message") or ""),
        outputs=answer.get("outputs") or {},
        leftovers=holding.leftovers,
    )


class _Spent(Struct, frozen=True, kw_only=True):
    """What this process and the children that it has waited for had used when an action began."""

    total: Tally
    largest_child: int

    @classmethod
    def now(cls) -> _Spent:
        # An earlier action of this slot may have needed more. Where the peak cannot be set back, it counts on.
        with suppress(OSError):
            _PEAK.write_text("5")
        return cls(total=_spent(), largest_child=getrusage(RUSAGE_CHILDREN).ru_maxrss)

    def until_now(self) -> Usage:
        """What was used since."""
        used, before, largest = _spent(), self.total, getrusage(RUSAGE_CHILDREN).ru_maxrss
        memory = max(getrusage(RUSAGE_SELF).ru_maxrss, largest if largest > self.largest_child else 0)
        return Tally(
            user=used.user - before.user,
            system=used.system - before.system,
            memory=memory * MEMORY_UNIT,
            read_blocks=used.read_blocks - before.read_blocks,
            written_blocks=used.written_blocks - before.written_blocks,
        ).usage()


def _spent() -> Tally:
    tally = Tally()
    tally.add(getrusage(RUSAGE_CHILDREN))
    tally.add(getrusage(RUSAGE_SELF))
    return tally
