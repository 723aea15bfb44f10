"""What can be set for the plugin, and the variables of OpenTelemetry by which it is turned on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Literal

from turbo_core import Secret

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where traces and metrics go, and which.

    Attributes:
        endpoint: the address of the receiver, such as `http://127.0.0.1:4318`; without one, the variables of OpenTelemetry count.
        protocol: `http` (protobuf over HTTP) or `grpc`, which needs `turbo-plugin-otel[grpc]`.
        headers: the secret that is sent with each request, as `name=value,name=value`.
        service: the name of the service that runs belong to.
        early: tell of a run, a phase and an attempt as soon as it starts, too.
        metrics: send metrics as well as traces.
        timeout: how many seconds one request may take; the end of a run waits for all of them as long as `patience` says.
    """

    endpoint: str = ""
    protocol: Literal["http", "grpc"] = "http"
    headers: Secret | None = None
    service: str = "turbo"
    early: bool = True
    metrics: bool = True
    timeout: float = 3.0

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("timeout is more than 0")


def wanted(settings: Settings) -> bool:
    """Whether anybody has said where to send to; an installed plugin alone sends nothing anywhere."""
    return bool(settings.endpoint or any(os.environ.get(name) for name in ENDPOINTS))
