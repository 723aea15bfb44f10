"""Metrics of a run: told once, when it has ended, so that nothing counts twice and no series goes backwards."""

from __future__ import annotations

import math
from collections.abc import Iterable

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from turbo_core import RunInfo

from turbo_plugin_otel.outlet import Outlet
from turbo_plugin_otel.settings import Settings
from turbo_plugin_otel.spans import Attributes, Span
from turbo_plugin_otel.tracing import nanoseconds, resource


class Meters:
    """The instruments of one run.

    Args:
        run: which run.
        settings: under which name.
        outlet: makes the exporter.
    """

    def __init__(self, run: RunInfo, settings: Settings, outlet: Outlet) -> None:
        self._workflow = run.workflow
        # It is asked to send at the end, and never by itself.
        reader = PeriodicExportingMetricReader(outlet.metrics(), export_interval_millis=math.inf)
        self._provider = MeterProvider(resource=resource(settings), metric_readers=[reader], shutdown_on_exit=False)
        meter = self._provider.get_meter("turbo")
        self._runs = meter.create_histogram("turbo.run.duration", unit="s", description="How long runs took")
        self._attempts = meter.create_histogram("turbo.attempt.duration", unit="s", description="How long attempts took")
        self._cpu = meter.create_counter("turbo.attempt.cpu", unit="s", description="Processor time of attempts")

    def tell(self, spans: Iterable[Span]) -> None:
        """Count the spans of a round that has ended."""
        for span in spans:
            seconds = (nanoseconds(span.end) - nanoseconds(span.start)) / 1e9
            if span.kind == "run":
                about = {"turbo.workflow": self._workflow, "turbo.outcome": span.attributes.get("turbo.outcome", "")}
                self._runs.record(seconds, about)
            elif span.kind == "attempt":
                # Cells of a matrix are one task: each series is kept by the receiver for long.
                task: Attributes = {"turbo.workflow": self._workflow, "turbo.task": span.name.partition("[")[0]}
                told = ("turbo.state", "turbo.failure")
                known = {name: value for name, value in span.attributes.items() if name in told}
                self._attempts.record(seconds, {**task, **known})
                self._cpu.add(float(span.attributes.get("turbo.cpu.seconds", 0)), task)

    def close(self) -> None:
        """Send."""
        self._provider.force_flush()
        self._provider.shutdown()
