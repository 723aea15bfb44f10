"""What differs between two runs, as values that a report shows and the journal keeps.

Text and numbers only, so that it stands below the model. ``turbo_core.report.compare`` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct


class Change(Struct, frozen=True, kw_only=True):
    """One thing that differs: an input, a plugin, the state of a task. An empty side means that it was not there."""

    name: str
    before: str
    after: str


class Pace(Struct, frozen=True, kw_only=True):
    """One task, or the whole run (``name`` is empty), that took another time; seconds."""

    name: str
    before: float
    after: float

    @property
    def factor(self) -> float:
        """How many times as long it took; 0 if it took no time before."""
        return self.after / self.before if self.before else 0.0


class Comparison(Struct, frozen=True, kw_only=True):
    """What differs between the run ``before`` and the run ``after`` (ids).

    ``states`` are of tasks, also of those that only one of both has; ``durations`` are of tasks that succeeded in both and took
    notably longer or shorter, the greatest difference first. ``surroundings`` are definition, Turbo, machine, account.
    """

    before: str
    before_at: str
    after: str
    outcome: Change
    seconds: Pace
    inputs: tuple[Change, ...] = ()
    outputs: tuple[Change, ...] = ()
    plugins: tuple[Change, ...] = ()
    surroundings: tuple[Change, ...] = ()
    states: tuple[Change, ...] = ()
    durations: tuple[Pace, ...] = ()

    @property
    def count(self) -> int:
        """How many things differ, beside the length of the whole run."""
        parts: Sequence[Sequence[object]] = (
            self.inputs,
            self.outputs,
            self.plugins,
            self.surroundings,
            self.states,
            self.durations,
        )
        return sum(map(len, parts)) + (self.outcome.before != self.outcome.after)


def comparison_from(body: Mapping[str, Any]) -> Comparison:
    """The comparison that an event holds, as ``msgspec.to_builtins`` made it."""
    return Comparison(
        before=body["before"],
        before_at=body["before_at"],
        after=body["after"],
        outcome=Change(**body["outcome"]),
        seconds=_pace(body["seconds"]),
        inputs=_changes(body["inputs"]),
        outputs=_changes(body["outputs"]),
        plugins=_changes(body["plugins"]),
        surroundings=_changes(body["surroundings"]),
        states=_changes(body["states"]),
        durations=tuple(map(_pace, body["durations"])),
    )


def _changes(listed: Sequence[Mapping[str, str]]) -> tuple[Change, ...]:
    return tuple(Change(**change) for change in listed)


def _pace(body: Mapping[str, Any]) -> Pace:
    return Pace(name=body["name"], before=float(body["before"]), after=float(body["after"]))
