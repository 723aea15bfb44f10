"""The exporters, and what became of that which was given to them. Knows nothing of runs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from turbo_plugin_otel.settings import Settings

# Without a handler Python would print these to standard error, into the view of the run; what failed is told by `complain`.
logging.getLogger("opentelemetry").addHandler(logging.NullHandler())


class Outlet:
    """Makes exporters, and remembers what they could not send.

    Args:
        settings: where to send.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lost: dict[str, int] = {}

    def spans(self) -> SpanExporter:
        """An exporter of spans."""
        return _Spans(self, self._exporter("trace", "OTLPSpanExporter", "v1/traces"))

    def metrics(self) -> MetricExporter:
        """An exporter of metrics."""
        return _Metrics(self, self._exporter("metric", "OTLPMetricExporter", "v1/metrics"))

    def lose(self, what: str, count: int) -> None:
        """Note that something was not taken."""
        self._lost[what] = self._lost.get(what, 0) + count

    def complain(self) -> None:
        """Say what was not taken, if anything was not.

        Raises:
            ConnectionError: it was not.
        """
        lost, self._lost = self._lost, {}
        if lost:
            told = " and ".join(f"{count} {what}" for what, count in lost.items())
            raise ConnectionError(f"{told} were not taken by {self._settings.endpoint or 'the receiver that OTEL_* name'}")

    def _exporter(self, kind: str, name: str, path: str) -> Any:
        told = self._settings
        given: dict[str, Any] = {"timeout": told.timeout}
        if told.headers:
            given["headers"] = dict(part.split("=", 1) for part in told.headers.reveal().split(",") if "=" in part)
        if told.protocol == "grpc":
            given |= {"endpoint": told.endpoint, "insecure": not told.endpoint.startswith("https:")} if told.endpoint else {}
        elif told.endpoint:
            given["endpoint"] = f"{told.endpoint.rstrip('/')}/{path}"
        return getattr(import_module(f"opentelemetry.exporter.otlp.proto.{told.protocol}.{kind}_exporter"), name)(**given)


class _Spans(SpanExporter):
    def __init__(self, outlet: Outlet, inner: SpanExporter) -> None:
        self._outlet = outlet
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._outlet.lose("spans", len(spans))
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()


class _Metrics(MetricExporter):
    def __init__(self, outlet: Outlet, inner: MetricExporter) -> None:
        super().__init__()
        self._outlet = outlet
        self._inner = inner

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        result = self._inner.export(metrics_data, timeout_millis=timeout_millis, **kwargs)
        if result is not MetricExportResult.SUCCESS:
            self._outlet.lose("reports of metrics", 1)
        return result

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return self._inner.force_flush(timeout_millis)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        self._inner.shutdown(timeout_millis=timeout_millis, **kwargs)
