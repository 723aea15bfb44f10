"""The built-in executor ``local``: every attempt runs in a supervised slot of this machine."""

from __future__ import annotations

from turbo_core.hookspecs import hookimpl
from turbo_core.model import Attempt, ExecuteContext, Execution
from turbo_core.offers import ExecutorOffer


@hookimpl
def turbo_register() -> list[ExecutorOffer]:
    """The executor ``local``."""
    return [ExecutorOffer(name="local", summary="Runs on this machine, supervised")]


@hookimpl
def turbo_execute(attempt: Attempt, context: ExecuteContext) -> Execution:
    """Have the attempt supervised as it is."""
    return context.supervise(attempt)
