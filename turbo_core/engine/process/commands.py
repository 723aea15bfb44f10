"""Runs one command in a supervisor: from the order to the outcome."""

from __future__ import annotations

import os
import signal
from typing import Final

from msgspec.structs import replace

from turbo_core.engine.process.holding import Holding, Station
from turbo_core.engine.process.limits import Limits, Shortage
from turbo_core.engine.process.orders import Order
from turbo_core.engine.process.output import Output
from turbo_core.engine.process.spawning import start
from turbo_core.model import Outcome
from turbo_core.words import FailureClass

NO_MEMORY: Final = "the kernel ended it, since this machine or container had no memory left"
"""What is said of an end for want of memory that no limit of the task has brought."""

_BY_SIGNAL: Final = 128  # a shell adds this to the signal by which its command ended


def run_command(order: Order, *, station: Station, output: Output, limits: Limits) -> Outcome:
    """Run the command of an order until none of its processes is left.

    Args:
        order: what to run.
        station: what the supervisor works with.
        output: receives what the command writes.
        limits: what the command may use.

    Raises:
        StartFailed: the command could not be started.
        LimitRefused: a limit could not be applied.
        RunnerGone: the runner closed its end; processes may be left.
    """
    reading, writing = os.pipe()
    holding = Holding(station, output=output, reading=reading)
    try:
        try:
            with limits.applied():
                main = start(order.argv, env=order.env, cwd=order.cwd, nothing=station.nothing, output=writing)
        finally:
            os.close(writing)
        holding.follow(main)
        return _outcome(holding, limits, station.shortage)
    finally:
        holding.close()


def _outcome(holding: Holding, limits: Limits, shortage: Shortage) -> Outcome:
    code = os.waitstatus_to_exitcode(holding.status or 0)
    exit_code, number = (code, None) if code >= 0 else (None, -code)
    failure: FailureClass | None = "exit" if exit_code else "signal" if number else None
    message = f"exit code {exit_code}" if exit_code else f"ended by {signal_name(number)}" if number else ""
    if failure and limits.exhausted:
        failure, message = "oom", f"the memory limit was reached ({message})"
    elif signal.SIGKILL in (number, (exit_code or 0) - _BY_SIGNAL) and shortage.struck:
        failure, message = "oom", f"{NO_MEMORY} ({message})"
    elif failure and limits.for_each_process:
        message += "; limits.memory held the address space of each process"
    if holding.cancelled:
        failure = None
    return Outcome(
        state="cancelled" if holding.cancelled else "failed" if failure else "succeeded",
        failure=failure,
        message=message,
        exit_code=exit_code,
        signal=number,
        usage=replace(holding.usage, group_memory=limits.peak),
        leftovers=holding.leftovers,
    )


def signal_name(number: int) -> str:
    """Give a signal as people read it: ``SIGKILL (9)``."""
    try:
        return f"{signal.Signals(number).name} ({number})"
    except ValueError:
        return f"signal {number}"
