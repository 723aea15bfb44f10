"""A real receiver of OTLP, over HTTP and gRPC, on the loopback device."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import (
    MetricsServiceServicer,
    add_MetricsServiceServicer_to_server,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A span as it came."""

    id: str
    parent: str
    trace: str
    name: str
    start: int
    end: int
    failed: str | None
    about: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Receiver:
    """What has come in. ``came`` holds every span each time that it came; ``status`` is what a request is answered."""

    http: str = ""
    grpc: str = ""
    status: int = 200
    came: list[Got] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    headers: list[dict[str, str]] = field(default_factory=list)
    metrics: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def spans(self) -> dict[str, Got]:
        """Each span once, as a receiver keeps it."""
        return {got.id: got for got in self.came}

    def named(self, name: str) -> list[Got]:
        return [got for got in self.spans.values() if got.name == name]

    def take_spans(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            self.services.add(_about(resource.resource.attributes)["service.name"])
            self.came += [_got(span) for scope in resource.scope_spans for span in scope.spans]

    def take_metrics(self, request: ExportMetricsServiceRequest) -> None:
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points = getattr(metric, metric.WhichOneof("data")).data_points
                    self.metrics.setdefault(metric.name, []).extend((_about(point.attributes), point) for point in points)


def _got(span: Any) -> Got:
    return Got(
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        trace=span.trace_id.hex(),
        name=span.name,
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        failed=span.status.message if span.status.code == 2 else None,
        about=_about(span.attributes),
    )


def _about(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that listens, and a machine on which nothing else says where to send to."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED", "TRACEPARENT"):
        monkeypatch.delenv(name, raising=False)
    made = Receiver()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.http = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.fixture
def grpc_receiver(receiver: Receiver) -> Iterator[Receiver]:
    """The same, over gRPC."""
    server = grpc.server(ThreadPoolExecutor(2))
    adders: tuple[tuple[Any, type[Any]], ...] = (
        (add_TraceServiceServicer_to_server, _Traces),
        (add_MetricsServiceServicer_to_server, _Metrics),
    )
    for add, servicer in adders:
        add(servicer(receiver), server)
    receiver.grpc = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield receiver
    finally:
        server.stop(grace=None).wait()


class _Traces(TraceServiceServicer):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:
        self._receiver.take_spans(request)
        return ExportTraceServiceResponse()


class _Metrics(MetricsServiceServicer):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def Export(self, request: ExportMetricsServiceRequest, context: Any) -> ExportMetricsServiceResponse:
        self._receiver.take_metrics(request)
        return ExportMetricsServiceResponse()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            if receiver.status == 200:
                if self.path == "/v1/traces":
                    receiver.take_spans(ExportTraceServiceRequest.FromString(body))
                else:
                    receiver.take_metrics(ExportMetricsServiceRequest.FromString(body))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
