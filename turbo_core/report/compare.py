"""Two runs side by side: what differed in inputs, plugins, surroundings, states and durations. A pure function on two views.

It does not choose the runs. A report shows the difference to the last good run, ``turbo compare`` that of any two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from turbo_core.differences import Change, Comparison, Pace
from turbo_core.model import RunView, TaskView
from turbo_core.report.text import as_text, cut
from turbo_core.report.tree import leaves, shown_state
from turbo_core.words import JSON

VALUE: Final = 500
"""Characters that are kept of a value that differs."""
NOTABLE: Final = (0.5, 0.2)
"""A duration differs notably from so many seconds on, if that is also such a part of the longer one."""


def compare(before: RunView, after: RunView) -> Comparison:
    """What differs between two runs, most telling first where there is an order.

    Args:
        before: the run to compare with.
        after: the run that is looked at.
    """
    old, new = _tasks(before), _tasks(after)
    return Comparison(
        before=before.id,
        before_at=before.created_at,
        after=after.id,
        outcome=Change(name="outcome", before=before.outcome, after=after.outcome),
        seconds=Pace(name="", before=before.seconds, after=after.seconds),
        inputs=_values(_sorted(before.inputs), _sorted(after.inputs)),
        outputs=_values(_sorted(before.outputs), _sorted(after.outputs)) if before.outcome == after.outcome else (),
        plugins=_values(_sorted(before.plugins), _sorted(after.plugins)),
        surroundings=_values(_surroundings(before), _surroundings(after)),
        states=_values({name: shown_state(task) for name, task in old.items()}, {n: shown_state(t) for n, t in new.items()}),
        durations=_durations(old, new),
    )


def _tasks(run: RunView) -> Mapping[str, TaskView]:
    return {task.address: task for task in leaves(run.phases)}


def _surroundings(run: RunView) -> Mapping[str, str]:
    return {
        "workflow": run.workflow,
        "definition": run.digest[:12],
        "Turbo": run.core_version,
        "containment": run.containment,
        "project": run.project,
        "by": run.actor,
    }


def _sorted(values: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """In the order of the names: a journal keeps no other, and a report has the same bytes before and after it."""
    return dict(sorted(values.items()))


def _values(before: Mapping[str, JSON], after: Mapping[str, JSON]) -> tuple[Change, ...]:
    """What is different, gone or new, in the order of the earlier run and then of the later one."""
    return tuple(
        Change(name=name, before=_shown(before, name), after=_shown(after, name))
        for name in {**before, **after}
        if name not in before or name not in after or before[name] != after[name]
    )


def _shown(values: Mapping[str, JSON], name: str) -> str:
    return cut(as_text(values[name]) or '""', VALUE) if name in values else ""


def _durations(before: Mapping[str, TaskView], after: Mapping[str, TaskView]) -> tuple[Pace, ...]:
    both = (name for name, task in after.items() if name in before and _timed(task) and _timed(before[name]))
    paces = (Pace(name=name, before=before[name].seconds, after=after[name].seconds) for name in both)
    return tuple(sorted(filter(_notable, paces), key=lambda pace: (-abs(pace.after - pace.before), pace.name)))


def _timed(task: TaskView) -> bool:
    """Whether its length says something: it ran, and came to its end."""
    return task.state == "succeeded" and not task.unchanged and bool(task.attempts)


def _notable(pace: Pace) -> bool:
    least, part = NOTABLE
    return abs(pace.after - pace.before) >= max(least, part * max(pace.before, pace.after))
