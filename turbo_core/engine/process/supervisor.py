"""A supervisor: the process of one job slot. It takes one order at a time and answers each with an outcome.

It is forked by the nursery, so it starts in a fraction of a millisecond and shares what is loaded. When the runner closes its
end, it ends everything that it holds, and itself.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from itertools import count

from msgspec.structs import replace

from turbo_core.engine.process.calls import Bell, run_call
from turbo_core.engine.process.commands import run_command
from turbo_core.engine.process.containment import Kind, contain
from turbo_core.engine.process.holding import RunnerGone, Station, Wakeup, end_everything
from turbo_core.engine.process.limits import LimitRefused, Limits, Shortage
from turbo_core.engine.process.orders import Order, outcome_message
from turbo_core.engine.process.output import Output
from turbo_core.engine.process.spawning import StartFailed
from turbo_core.engine.process.wire import Wire
from turbo_core.model import Outcome


class Supervisor:
    """Runs attempts, one after another.

    Args:
        end: the socket to the runner.
        name: names its control groups; unique on this machine.
        strongest: the strongest containment to try.
        environment: what all attempts inherit.
    """

    def __init__(self, end: socket.socket, name: str, strongest: Kind, environment: Mapping[str, str]) -> None:
        os.setsid()  # an action that signals its own group must not reach the other slots
        self._name = name
        self._environment = environment
        self._bell = Bell()
        self._station = Station(
            wire=Wire(end),
            wakeup=Wakeup(),
            containment=contain(name, strongest),
            shortage=Shortage(),
            nothing=os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC),
        )
        self._numbers = count(1)

    def serve(self) -> None:
        """Take orders until the runner closes its end."""
        wire, containment, shortage = self._station.wire, self._station.containment, self._station.shortage
        wire.send({"ready": containment.kind})
        try:
            shortage.look()
            while (messages := wire.receive(wait=True)) is not None:
                message, *wire.unread = messages
                if "order" in message:  # a cancel that comes now is for an attempt that has ended
                    outcome = self._execute(Order.read(message["order"], self._environment))
                    wire.send({"ended": outcome_message(outcome)})
                    shortage.look()
        except RunnerGone:
            return
        finally:
            containment.close()

    def _execute(self, order: Order) -> Outcome:
        try:
            output = Output(order.log, mask=order.mask, mask_file=order.mask_file)
        except (OSError, ValueError) as error:
            return _not_started(f"the log {order.log} cannot be made: {error}")
        try:
            outcome = self._run(order, output)
        except (StartFailed, LimitRefused) as error:
            outcome = _not_started(str(error))
        finally:
            output.close()
        return replace(
            outcome,
            message="; ".join(filter(None, (outcome.message, *output.notes))),
            verified=self._station.containment.verifies,
            log_bytes=output.size,
            log_digest=output.digest,
        )

    def _run(self, order: Order, output: Output) -> Outcome:
        limits = Limits(
            f"{self._name}-{next(self._numbers)}",
            memory=order.memory,
            processes=order.processes,
            groups=self._station.containment.kind == "cgroup",
            in_process=order.call is not None,
        )
        try:
            if order.call is None:
                return run_command(order, station=self._station, output=output, limits=limits)
            return run_call(order, order.call, station=self._station, bell=self._bell, output=output, limits=limits)
        except RunnerGone:
            end_everything(self._station.containment)
            raise
        finally:
            limits.close()


def _not_started(message: str) -> Outcome:
    return Outcome(state="failed", failure="infra", message=message)
