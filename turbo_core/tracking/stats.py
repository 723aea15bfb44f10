"""What past runs say about each task of a workflow and about the workflow: durations, success, flakiness, resources."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from turbo_core.tracking.facts import RunFact, TaskFact
from turbo_core.tracking.past import Past
from turbo_core.tracking.quantiles import quantile

OUTCOMES = frozenset({"succeeded", "failed", "cancelled"})


class TaskStats(Struct, frozen=True, kw_only=True):
    """One task over the runs in which it ran.

    ``runs`` counts these. ``p50``, ``p90`` and ``longest`` are of the runs in which it succeeded and did work, in seconds
    (``None``: in none); ``success`` is the part of its runs that succeeded (0 to 1). It was *flaky* in a run in which an
    attempt failed and a later one succeeded: nothing but the attempt had changed. ``retries`` counts attempts beyond the
    first. ``cpu`` (seconds) and ``memory`` (bytes) are medians, ``cost`` is the sum of what it reported.
    """

    address: str
    runs: int
    p50: float | None
    p90: float | None
    longest: float | None
    success: float | None
    flaky: int
    retries: int
    failures: int
    unchanged: int
    skipped: int
    cpu: float
    memory: float
    cost: float
    seconds: tuple[float, ...]


class WorkflowStats(Struct, frozen=True, kw_only=True):
    """A workflow over its runs. ``runs`` counts those that ended, ``seconds`` are of those that succeeded, oldest first."""

    workflow: str
    runs: int
    succeeded: int
    failed: int
    cancelled: int
    p50: float | None
    p90: float | None
    since: str
    seconds: tuple[float, ...]
    tasks: tuple[TaskStats, ...]


def stats(workflow: str, past: Past) -> WorkflowStats:
    """What the past tells of a workflow; tasks in the order in which they were first seen."""
    ended = [run for run in past.runs if run.outcome in OUTCOMES]
    seconds = tuple(run.seconds for run in ended if run.outcome == "succeeded")
    p50, p90, _ = _quantiles(seconds)
    return WorkflowStats(
        workflow=workflow,
        runs=len(ended),
        succeeded=_count(ended, "succeeded"),
        failed=_count(ended, "failed"),
        cancelled=_count(ended, "cancelled"),
        p50=p50,
        p90=p90,
        since=past.runs[0].created if past.runs else "",
        seconds=seconds,
        tasks=tuple(_task(address, facts) for address, facts in past.tasks.items()),
    )


def _task(address: str, facts: Sequence[TaskFact]) -> TaskStats:
    ran = [fact for fact in facts if fact.state in {"succeeded", "failed"} and not fact.unchanged]
    good = [fact for fact in ran if fact.state == "succeeded"]
    seconds = tuple(fact.seconds for fact in good)
    p50, p90, longest = _quantiles(seconds)
    return TaskStats(
        address=address,
        runs=len(ran),
        p50=p50,
        p90=p90,
        longest=longest,
        success=len(good) / len(ran) if ran else None,
        flaky=sum(any(one.state == "failed" for one in fact.tries) for fact in good),
        retries=sum(max(len(fact.tries) - 1, 0) for fact in ran),
        failures=len(ran) - len(good),
        unchanged=sum(fact.unchanged for fact in facts),
        skipped=sum(fact.state == "skipped" for fact in facts),
        cpu=_middle([fact.cpu for fact in good]),
        memory=_middle([fact.memory for fact in good]),
        cost=sum(fact.cost for fact in facts),
        seconds=seconds,
    )


def _quantiles(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    ordered = sorted(values)
    return (quantile(ordered, 0.5), quantile(ordered, 0.9), ordered[-1]) if ordered else (None, None, None)


def _middle(values: Sequence[float]) -> float:
    return quantile(sorted(values), 0.5) if values else 0.0


def _count(runs: Sequence[RunFact], outcome: str) -> int:
    return sum(run.outcome == outcome for run in runs)
