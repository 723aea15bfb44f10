"""Spans of a run as spans of OpenTelemetry, with ids that are given and not drawn by chance."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from opentelemetry import trace as api
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags
from turbo_core import RunInfo, Trace

from turbo_plugin_otel.outlet import Outlet
from turbo_plugin_otel.settings import Settings
from turbo_plugin_otel.spans import Span

PACE: Final = 1000
"""Milliseconds between two requests."""


class Tracer:
    """Sends the spans of one run, in batches, from a thread of the SDK.

    Args:
        run: which run.
        settings: under which name.
        outlet: makes the exporter.
    """

    def __init__(self, run: RunInfo, settings: Settings, outlet: Outlet) -> None:
        self._run = run
        self._ids = _Given()
        self._provider = TracerProvider(resource=resource(settings), id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(outlet.spans(), schedule_delay_millis=PACE))
        self._tracer = self._provider.get_tracer("turbo")

    def tell(self, span: Span, trace: Trace) -> None:
        """Hand over one span. What an outer trace does not want recorded is dropped by the SDK."""
        self._ids.trace, self._ids.span = int(trace.id, 16), int(span.id, 16)
        about = {"turbo.run": self._run.id, "turbo.workflow": self._run.workflow, "turbo.kind": span.kind}
        made = self._tracer.start_span(
            span.name,
            context=_under(span.parent, trace),
            attributes=about | {"turbo.started": span.begun} | dict(span.attributes),
            start_time=nanoseconds(span.start),
        )
        if span.failed is not None:
            made.set_status(Status(StatusCode.ERROR, span.failed))
        made.end(nanoseconds(span.end))

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class _Given(IdGenerator):
    """The ids that the next span gets."""

    trace = 0
    span = 0

    def generate_trace_id(self) -> int:
        return self.trace

    def generate_span_id(self) -> int:
        return self.span


def resource(settings: Settings) -> Resource:
    """Who tells. ``OTEL_RESOURCE_ATTRIBUTES`` add to it."""
    return Resource.create({"service.name": settings.service})


def _under(parent: str, trace: Trace) -> Context:
    if not parent:
        return Context()
    flags = TraceFlags(TraceFlags.SAMPLED if trace.sampled else TraceFlags.DEFAULT)
    known = SpanContext(trace_id=int(trace.id, 16), span_id=int(parent, 16), is_remote=parent == trace.parent, trace_flags=flags)
    return api.set_span_in_context(NonRecordingSpan(known), Context())


def nanoseconds(at: str) -> int:
    """A time as events tell it, since the epoch."""
    return int(datetime.fromisoformat(at).timestamp() * 1000) * 1_000_000
