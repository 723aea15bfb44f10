"""The hooks. The library of Prometheus is imported with the first figures that are told, and never where none are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from turbo_core import Event, RunInfo, SettingsOffer, hookimpl

from turbo_plugin_prometheus.figures import Figures
from turbo_plugin_prometheus.settings import Settings

turbo_api = ">=1.1.0,<2.0.0"

_TELLING = frozenset({"run.created", "run.round", "run.taken", "phase.opened", "run.parked", "run.ended"})
"""The events after which the figures are told: often enough to look at, and seldom enough for a file."""

_following: dict[str, Figures] = {}
"""The figures of each run that this process follows; each hook is called in one thread for a run."""


@hookimpl
def turbo_register() -> Iterable[SettingsOffer]:
    """The settings."""
    return [SettingsOffer(name="prometheus", type=Settings)]


@hookimpl
def turbo_track(event: Event, run: RunInfo, earlier: Callable[[], Iterable[Event]], settings: Settings) -> None:
    """Count one event, and tell the figures where it matters."""
    if not (settings.folder or settings.gateway):
        return
    figures = _following.get(run.id)
    if figures is None:
        figures = _following[run.id] = Figures()
        for before in earlier():
            figures.take(before)
    if figures.take(event) and event.kind in _TELLING:
        import_module("turbo_plugin_prometheus.telling").tell(figures, run, settings)


@hookimpl
def turbo_track_end(run: RunInfo) -> None:
    """Let go."""
    _following.pop(run.id, None)
