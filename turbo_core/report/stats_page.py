"""Statistics of a workflow as one HTML page: tables, and plots as inline SVG. No script, nothing from the network.

Owns the page's values and the geometry of its plots; the markup is in ``templates/stats.html.j2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from turbo_core.report import text
from turbo_core.tracking.calibration import Calibration
from turbo_core.tracking.quantiles import quantile
from turbo_core.tracking.stats import TaskStats, WorkflowStats
from turbo_core.words import JSON

WIDTH: Final = 720
HEIGHT: Final = 160
_STRIP: Final = 240
_DOTS: Final = 60


def page(found: WorkflowStats, runs: Calibration, tasks: Calibration) -> str:
    """The whole page.

    Args:
        found: what is told.
        runs: how good the forecasts of runs were.
        tasks: how good those of tasks were.
    """
    longest = max((task.longest or 0.0 for task in found.tasks), default=0.0)
    return (
        _environment()
        .get_template("stats.html.j2")
        .render(
            found=found,
            calibrations={"runs": runs, "tasks": tasks},
            dots=_dots(found.seconds),
            top=max(found.seconds, default=0.0),
            width=WIDTH,
            height=HEIGHT,
            strip=_STRIP,
            box=lambda task: _box(task, longest),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("turbo_core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "duration": lambda seconds: "" if seconds is None else text.duration(seconds),
        "size": text.size,
        "when": text.when,
        "plural": text.plural,
        "percent": lambda part: "" if part is None else f"{part:.0%}",
    }
    return environment


def _harmless(value: JSON) -> JSON:
    return text.strip_controls(value) if isinstance(value, str) else value


def _dots(seconds: Sequence[float]) -> list[tuple[float, float, float]]:
    """A dot for each of the latest runs: where it stands, and what it means."""
    shown = seconds[-_DOTS:]
    top = max(shown, default=0.0) or 1.0
    step = WIDTH / max(len(shown), 1)
    return [(round((place + 0.5) * step, 1), round(HEIGHT - HEIGHT * took / top, 1), took) for place, took in enumerate(shown)]


def _box(task: TaskStats, longest: float) -> dict[str, float]:
    """The strip of one task on the scale of the longest: from its shortest to its longest, with p50 and p90."""
    ordered = sorted(task.seconds)
    if not ordered or not longest:
        return {}
    places = {"low": ordered[0], "p50": quantile(ordered, 0.5), "p90": quantile(ordered, 0.9), "high": ordered[-1]}
    return {name: round(_STRIP * value / longest, 1) for name, value in places.items()}
