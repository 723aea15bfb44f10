"""Figures as metrics of Prometheus, in a file for the node exporter and at a push gateway.

Runs are batch jobs: each series is a gauge that tells of the latest run of a workflow. When it last succeeded is told apart, so
that a run that fails does not take it away.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.exposition import default_handler, pushadd_to_gateway
from prometheus_client.parser import text_string_to_metric_families
from turbo_core import RunInfo

from turbo_plugin_prometheus.figures import STATES, Figures
from turbo_plugin_prometheus.settings import Settings

_STARTED: Final = "turbo_run_started_timestamp_seconds"
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


def tell(figures: Figures, run: RunInfo, settings: Settings) -> None:
    """Tell the figures as they are now.

    Raises:
        OSError: a file could not be written, or the gateway did not take them.
    """
    registries = {"": of_run(figures, run, tasks=settings.tasks)}
    if figures.state == "succeeded":
        registries["-success"] = of_success(figures, run)
    for part, registry in registries.items():
        if settings.folder:
            _write(run.project / settings.folder / _name(run, part), registry, figures.started)
        if settings.gateway:
            _push(registry, run, settings)


def of_run(figures: Figures, run: RunInfo, *, tasks: bool) -> CollectorRegistry:
    """The metrics of a run."""
    made = _Made(run)
    made.gauge(_STARTED, "When the latest run began.", figures.started)
    if figures.ended:
        made.gauge("turbo_run_ended_timestamp_seconds", "When the latest run ended.", figures.ended)
        made.gauge("turbo_run_duration_seconds", "How long the latest run took.", figures.ended - figures.started)
    states = made.labelled("turbo_run_state", "Whether the latest run is in this state.", "state")
    for state in STATES:
        states(state).set(figures.state == state)
    ends = made.labelled("turbo_run_tasks", "How many tasks of the latest run ended in this state.", "state")
    for state in ("succeeded", "failed", "skipped", "cancelled"):
        ends(state).set(figures.ends[state])
    attempts = made.labelled("turbo_run_attempts", "How many attempts of the latest run ended in this state.", "state")
    for state in ("succeeded", "failed", "cancelled", "lost"):
        attempts(state).set(figures.attempts[state])
    made.gauge("turbo_run_cpu_seconds", "Processor time of the latest run's attempts.", figures.cpu)
    made.gauge("turbo_run_memory_bytes", "Peak of the largest process of the latest run.", figures.memory)
    if tasks:
        _of_tasks(made, figures)
    return made.registry


def _of_tasks(made: _Made, figures: Figures) -> None:
    duration = made.labelled("turbo_task_duration_seconds", "How long the attempts of a task took.", "task")
    attempts = made.labelled("turbo_task_attempts", "How many attempts a task had.", "task")
    failed = made.labelled("turbo_task_failed_attempts", "How many attempts of a task did not succeed.", "task")
    for address, task in figures.tasks.items():
        duration(address).set(task.seconds)
        attempts(address).set(task.attempts)
        failed(address).set(task.failed)


def of_success(figures: Figures, run: RunInfo) -> CollectorRegistry:
    """When it last succeeded."""
    made = _Made(run)
    made.gauge("turbo_run_success_timestamp_seconds", "When the workflow last succeeded.", figures.ended)
    return made.registry


class _Made:
    """Gauges in a registry of their own, each with the labels of the run."""

    def __init__(self, run: RunInfo) -> None:
        self.registry = CollectorRegistry()
        self._about = {"workflow": run.workflow, "project": run.project.name}

    def gauge(self, name: str, help_: str, value: float) -> None:
        Gauge(name, help_, [*self._about], registry=self.registry).labels(**self._about).set(value)

    def labelled(self, name: str, help_: str, label: str) -> Callable[[str], Gauge]:
        gauge = Gauge(name, help_, [*self._about, label], registry=self.registry)
        return lambda value: gauge.labels(**self._about, **{label: value})


def _name(run: RunInfo, part: str) -> str:
    return f"turbo-{_UNFIT.sub('_', run.project.name)}-{run.workflow}{part}.prom"


def _write(file: Path, registry: CollectorRegistry, started: float) -> None:
    """Write a file for the node exporter in one step; what tells of a later run is left as it is."""
    if _started(file.with_name(file.name.replace("-success.prom", ".prom"))) > started:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(file), registry)


def _started(file: Path) -> float:
    """When the run began that a file tells of; 0 if there is none, or it is not ours."""
    try:
        families = text_string_to_metric_families(file.read_text(encoding="utf-8"))
        return max((sample.value for family in families for sample in family.samples if sample.name == _STARTED), default=0.0)
    except (OSError, ValueError):
        return 0.0


def _push(registry: CollectorRegistry, run: RunInfo, settings: Settings) -> None:
    # Added to what is there, so that the time of the last success stays.
    grouping = {"workflow": run.workflow, "project": run.project.name}
    pushadd_to_gateway(
        settings.gateway,
        job=settings.job,
        registry=registry,
        grouping_key=grouping,
        timeout=settings.timeout,
        handler=_handler(settings),
    )


def _handler(settings: Settings) -> Callable[..., Callable[[], None]]:
    if settings.password is None:
        return default_handler
    sealed = b64encode(settings.password.reveal().encode()).decode()

    def with_password(**request: Any) -> Callable[[], None]:
        return default_handler(**request | {"headers": [*request["headers"], ("Authorization", f"Basic {sealed}")]})

    return with_password
