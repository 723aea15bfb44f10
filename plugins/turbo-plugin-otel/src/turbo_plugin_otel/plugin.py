"""The hooks. OpenTelemetry itself is imported with the first event that is sent, and never where nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from turbo_core import Event, RunInfo, SettingsOffer, hookimpl

from turbo_plugin_otel.settings import Settings, wanted

turbo_api = ">=1.1.0,<2.0.0"

_following: dict[str, Any] = {}
"""For each run of this process who follows it; each hook is called in one thread for a run."""


@hookimpl
def turbo_register() -> Iterable[SettingsOffer]:
    """The settings."""
    return [SettingsOffer(name="otel", type=Settings)]


@hookimpl
def turbo_track(event: Event, run: RunInfo, earlier: Callable[[], Iterable[Event]], settings: Settings) -> None:
    """Tell of one event."""
    if not wanted(settings):
        return
    if run.id not in _following:
        begun = import_module("turbo_plugin_otel.following").Following(run, settings)
        begun.catch_up(earlier())
        _following[run.id] = begun
    _following[run.id].take(event)


@hookimpl
def turbo_track_end(run: RunInfo) -> None:
    """Send what is left, and let go."""
    if run.id in _following:
        _following.pop(run.id).close()
