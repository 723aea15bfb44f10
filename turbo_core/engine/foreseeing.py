"""What is known of a workflow before and while it runs: its past from the history, its graph as steps, and the first forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from turbo_core.engine.comparing import size_of_sources
from turbo_core.journal import history
from turbo_core.model import Draft
from turbo_core.tracking.anomalies import LEAST
from turbo_core.tracking.forecast import Forecast, beyond, forecast
from turbo_core.tracking.past import RUNS, Past, past
from turbo_core.tracking.schedule import Step
from turbo_core.tracking.sizing import sized
from turbo_core.workflow.collector import collector_paused
from turbo_core.workflow.definition import Task, Workflow

MOST: Final = 100_000
"""So many tasks of past runs are looked at, as long as there are enough runs left to notice anomalies: a bound on time."""


def past_of(project: Path, workflow: str) -> Past:
    """What the history of a project knows of a workflow; nothing, if there is none."""
    limit = max(LEAST, min(RUNS, MOST // max(history.tasks_of_latest(project, workflow), 1)))
    with collector_paused():
        return past(run for run in history.facts(project, workflow, limit) if run.tasks)


def steps_of(workflow: Workflow) -> list[list[Step]]:
    """The tasks of a workflow as steps of a schedule, by phase; the steps at its end are not among them."""
    return [[_step(task) for task in phase.tasks] for phase in workflow.phases]


def today(workflow: Workflow, known: Past, project: Path) -> Past:
    """The past as it would be with the sources that tasks have today."""
    return sized(known, dict(_sizes(workflow, project))) if known.runs else known


def _sizes(workflow: Workflow, project: Path) -> Iterator[tuple[str, float]]:
    for phase in workflow.phases:
        for task in phase.tasks:
            if task.sources and task.matrix is None:
                with suppress(OSError):
                    yield task.name, size_of_sources(task, project)


def whole_forecast(phases: Sequence[Sequence[Step]], known: Past, now: Past, jobs: int) -> Forecast | None:
    """How long a whole run of a workflow takes; ``None`` without history.

    Args:
        phases: its tasks as `steps_of` gives them.
        known: its past, as it was.
        now: the same as it would be ``today``.
        jobs: how many attempts run at the same time.
    """
    return forecast(phases, now, jobs=jobs, beyond=beyond(phases, known, jobs=jobs)) if known.runs else None


def first_forecast(workflow: Workflow, known: Past, jobs: int, project: Path) -> list[Draft]:
    """The fact of how long a new run is expected to take; none without history."""
    with collector_paused():
        found = whole_forecast(steps_of(workflow), known, today(workflow, known, project), jobs)
    if found is None:
        return []
    seconds = {name: round(value, 3) for name, value in found.seconds.items()}
    return [Draft(kind="run.forecast", body={"seconds": seconds, "runs": found.runs, "unknown": list(found.unknown)})]


def _step(task: Task) -> Step:
    needs = tuple(need.name for need in task.needs)
    return Step(address=task.name, needs=needs, slot=task.kind in {"run", "uses"} and task.matrix is None)
