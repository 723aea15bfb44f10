"""Following one run: events go in, and what they tell goes out over OTLP."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core import Event, RunInfo

from turbo_plugin_otel.measuring import Meters
from turbo_plugin_otel.outlet import Outlet
from turbo_plugin_otel.settings import Settings
from turbo_plugin_otel.spans import Fold
from turbo_plugin_otel.tracing import Tracer


class Following:
    """One run, as long as this process follows it.

    Args:
        run: which run.
        settings: where to send, and what.
    """

    def __init__(self, run: RunInfo, settings: Settings) -> None:
        self._fold = Fold(run.workflow)
        self._outlet = Outlet(settings)
        self._tracer = Tracer(run, settings, self._outlet)
        # Metrics are sums: of a run that is told again they would count twice.
        self._meters = Meters(run, settings, self._outlet) if settings.metrics and run.live else None
        self._early = settings.early
        self._seen = 0

    def catch_up(self, events: Iterable[Event]) -> None:
        """Learn what has happened, and tell nothing of it: it was told."""
        for event in events:
            self._seen = event.seq
            for _ in self._fold.take(event):
                pass

    def take(self, event: Event) -> None:
        """Tell of an event, if it is new."""
        if event.seq <= self._seen:
            return
        self._seen = event.seq
        for span in self._fold.take(event):
            if self._early or not span.begun:
                self._tracer.tell(span, self._fold.trace)
        if event.kind == "run.ended" and self._meters is not None:
            self._meters.tell(self._fold.ended)

    def close(self) -> None:
        """Send what is left.

        Raises:
            ConnectionError: something was not taken.
        """
        self._tracer.close()
        if self._meters is not None:
            self._meters.close()
        self._outlet.complain()
