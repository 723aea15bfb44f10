"""What came of one seed, in lines that are the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from turbo_core.journal.codec import encode
from turbo_core.model import Event
from turbo_core.testing.world import SimulatedWorld


@dataclass(kw_only=True)
class Trace:
    """How often each fault fired, what was started, and what is in the journal."""

    seed: int
    events: Sequence[Event]
    fired: Counter[str] = field(default_factory=Counter)
    started: list[str] = field(default_factory=list)

    def note(self, world: SimulatedWorld) -> None:
        """Take in what a world was asked to start."""
        self.started += [f"started {attempt.log.name}" for attempt in world.started]

    def lines(self) -> list[str]:
        """All of it, one thing a line, without the name of the folder in which it happened."""
        fired = [f"{name}: {times}" for name, times in sorted(self.fired.items())]
        return [*(_line(event) for event in self.events), *self.started, *fired]


def _line(event: Event) -> str:
    body = {name: value for name, value in event.body.items() if name != "project"}
    place = f"{event.seq} {event.epoch} {event.round} {event.at} {event.kind} {event.task} {event.attempt or ''}"
    return f"{place.rstrip()} {encode(body).decode()} {event.dedupe}".rstrip()
