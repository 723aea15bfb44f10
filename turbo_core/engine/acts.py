"""Who did what to a run: the events that somebody is behind, in words. Pure.

An event that follows from others has no actor; whatever a person or another program asked for has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from turbo_core.model import ActView, Event


def acts(events: Iterable[Event]) -> tuple[ActView, ...]:
    """The acts among events that have an actor, in their order."""
    told = ((event, _TOLD[event.kind](event)) for event in events if event.kind in _TOLD)
    return tuple(_act(event, what) for event, what in told if what)


def _act(event: Event, what: str) -> ActView:
    reason = event.body.get("reason") or event.body.get("comment") or ""
    return ActView(at=event.at, actor=event.actor, source=event.source, what=what, task=event.task, reason=str(reason))


def _taken(event: Event) -> str:
    """The first runner of a run is part of its start."""
    if event.body.get("took_over"):
        return f"took the run over from {event.body['took_over']}"
    return "resumed the run" if event.epoch > 1 else ""


def _answered(event: Event) -> str:
    what = "approved" if event.body["approve"] else "rejected"
    return what if event.body["accepted"] else f"{what}, which does not count: {event.body['why']}"


def _undo(event: Event) -> str:
    return f"undid {', '.join(event.body['tasks'])}"


_TOLD: Final[Mapping[str, Callable[[Event], str]]] = {
    "run.created": lambda _event: "started the run",
    "run.taken": _taken,
    "run.changed": lambda _event: "accepted the changed workflow",
    "run.cancelling": lambda event: "ended the run at once" if event.body["force"] else "cancelled the run",
    "gate.answered": _answered,
    "lost.answered": lambda event: f"said what became of it: {event.body['answer']}",
    "undo.wanted": _undo,
    "decision.rated": lambda event: f"rated what was decided {event.body['rating']}: {event.body['why']}",
}
