"""When what ran: attempts packed into parallel lanes on one time axis; long waits are shortened and marked.

Pure geometry: positions are parts of the whole width (0 to 1). Drawing is the template's work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from turbo_core.model import AttemptView, RunView, TaskView
from turbo_core.report.text import duration, moment
from turbo_core.report.tree import walk

_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_TICKS: Final = 8
_WAIT: Final = 0.25
"""A pause longer than this part of all busy time is shortened to ``_SHORT`` of it."""
_SHORT: Final = 0.08


class Bar(Struct, frozen=True, kw_only=True):
    """One attempt."""

    task: TaskView
    attempt: AttemptView
    lane: int
    start: float
    length: float
    seconds: float


class Mark(Struct, frozen=True, kw_only=True):
    """A place on the axis: a tick, or a shortened wait with its ``length``."""

    at: float
    text: str
    length: float = 0.0


class Timeline(Struct, frozen=True, kw_only=True):
    """The bars with the axis below them."""

    lanes: int
    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    waits: tuple[Mark, ...]


class _Span(Struct, frozen=True, kw_only=True):
    task: TaskView
    attempt: AttemptView
    start: datetime
    end: datetime


def timeline(run: RunView) -> Timeline | None:
    """The timeline of a run, or ``None`` if nothing started."""
    spans = sorted(_spans(walk(run.phases)), key=lambda span: span.start)
    if not spans:
        return None
    axis = _Axis(spans)
    lanes: list[datetime] = []
    bars = tuple(_bar(span, _lane(lanes, span), axis) for span in spans)
    return Timeline(lanes=len(lanes), bars=bars, ticks=axis.ticks(), waits=axis.waits())


def _spans(tasks: Iterable[TaskView]) -> Iterable[_Span]:
    for task in tasks:
        for attempt in task.attempts:
            start = moment(attempt.started_at)
            if start:
                end = moment(attempt.ended_at) or start + timedelta(seconds=attempt.seconds)
                yield _Span(task=task, attempt=attempt, start=start, end=max(end, start))


def _lane(lanes: list[datetime], span: _Span) -> int:
    """The first lane that is free when the attempt starts."""
    for index, free in enumerate(lanes):
        if free <= span.start:
            lanes[index] = span.end
            return index
    lanes.append(span.end)
    return len(lanes) - 1


def _bar(span: _Span, lane: int, axis: _Axis) -> Bar:
    start, seconds = axis.place(span.start), (span.end - span.start).total_seconds()
    length = axis.place(span.end) - start
    return Bar(task=span.task, attempt=span.attempt, lane=lane, start=start, length=length, seconds=seconds)


class _Axis:
    """Maps times to places: busy stretches at one scale, long waits between them shortened."""

    def __init__(self, spans: Sequence[_Span]) -> None:
        self.zero = spans[0].start
        busy = _merged(spans)
        total = sum((end - start).total_seconds() for start, end in busy) or 1.0
        self.stretches: list[tuple[float, float, float, float]] = []
        at = 0.0
        for index, (start, end) in enumerate(busy):
            if index:
                at = self._add(busy[index - 1][1], start, at, total)
            at = self._add(start, end, at, float("inf"))
        self.whole = at or 1.0

    def _add(self, start: datetime, end: datetime, at: float, total: float) -> float:
        """Append a stretch (real start, real seconds, place, drawn seconds); return where it ends."""
        seconds = (end - start).total_seconds()
        drawn = total * _SHORT if seconds > total * _WAIT else seconds
        self.stretches.append(((start - self.zero).total_seconds(), seconds, at, drawn))
        return at + drawn

    def place(self, when: datetime) -> float:
        """The place of a time, from 0 to 1."""
        return self._place((when - self.zero).total_seconds())

    def _place(self, offset: float) -> float:
        number = bisect_left(self.stretches, offset, key=lambda stretch: stretch[0] + stretch[1])
        if number == len(self.stretches):
            return 1.0
        start, seconds, at, drawn = self.stretches[number]
        return (at + (offset - start) * (drawn / seconds if seconds else 0.0)) / self.whole

    def ticks(self) -> tuple[Mark, ...]:
        """Round times since the start, at most about eight, none inside a shortened wait."""
        step = next((step for step in _STEPS if self.whole / step <= _TICKS), self.whole / _TICKS)
        marks: list[Mark] = []
        for start, seconds, _, drawn in self.stretches:
            if drawn != seconds:
                continue
            count = int(-(-start // step))
            while count * step <= start + seconds:
                mark = Mark(at=self._place(count * step), text=_offset(count * step))
                if not marks or (mark.at - marks[-1].at > 0.5 / _TICKS and mark.text != marks[-1].text):
                    marks.append(mark)
                count += 1
        return tuple(marks)

    def waits(self) -> tuple[Mark, ...]:
        """The shortened waits."""
        return tuple(
            Mark(at=at / self.whole, length=drawn / self.whole, text=duration(seconds))
            for _, seconds, at, drawn in self.stretches
            if drawn != seconds
        )


def _offset(seconds: float) -> str:
    return duration(seconds).replace(".0s", "s") if seconds else "0s"


def _merged(spans: Sequence[_Span]) -> list[tuple[datetime, datetime]]:
    """The stretches of time in which something ran."""
    merged: list[tuple[datetime, datetime]] = []
    for span in spans:
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return merged
