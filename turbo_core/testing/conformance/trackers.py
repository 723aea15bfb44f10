"""What plugins that track promise: they bear every event, again and again, from any place in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from turbo_core.model import Event, RunInfo
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import journals


class TrackerSuite(HookSuite):
    """The checks for a plugin that implements ``turbo_track``.

    `state` tells what it has kept of the events: what they left in a file, a service, or in the plugin itself.
    """

    hook: ClassVar[str] = "turbo_track"

    @check("bronze")
    def test_it_follows_a_run(self) -> None:
        """It takes every event of a run that succeeded, of one that failed, and of one that is parked."""
        self.prepare(self.project)
        for run, events in self._journals():
            self._track(events, run)

    @check("bronze")
    def test_it_bears_what_it_does_not_know(self) -> None:
        """Events of kinds that come with later versions are passed over."""
        self.prepare(self.project)
        for run, events in self._journals():
            odd = [replace(events[-1], kind="novel.kind", body=body, seq=events[-1].seq + 1) for body in ({}, {"more": [None]})]
            self._track([*events, *odd], run)

    @check("bronze")
    def test_it_may_begin_anywhere(self) -> None:
        """Its cursor may stand in the middle of a run, and a replay is not live."""
        self.prepare(self.project)
        for run, events in self._journals():
            for at in range(0, len(events), 3):
                moved = [replace(event, run=f"{run.id}-{at}") for event in events]
                self._track(moved, replace(run, id=f"{run.id}-{at}", live=False), begin=at)

    @check("silver")
    def test_it_keeps_something(self) -> None:
        """A run that it follows leaves something that `state` sees."""
        self.prepare(self.project)
        before = self.state(self.project)
        for run, events in self._journals():
            self._track(events, run)
        require(self.state(self.project) != before, "what it keeps of a run cannot be seen", "override 'state'")

    @check("gold")
    def test_an_event_counts_once(self) -> None:
        """Events that come again, also from the middle of the run, change nothing: run and number tell them."""
        self.prepare(self.project)
        for run, events in self._journals():
            self._track(events, run)
            once = self.state(self.project)
            self._track(events, run)
            self._track(events, run, begin=len(events) // 2)
            again = self.state(self.project)
            require(
                once == again,
                f"events that come again count again: {difference(once, again)}",
                "pass over event.seq that you have seen",
            )

    def _journals(self) -> list[tuple[RunInfo, Sequence[Event]]]:
        return journals(self.project.parent / "samples")

    def _track(self, events: Sequence[Event], run: RunInfo, *, begin: int = 0) -> None:
        for number, event in enumerate(events[begin:], begin):
            earlier = partial(iter, events[:number])
            self.ask(event.kind, "pass over what you do not know", event=event, run=run, earlier=earlier)
        self.ask_other("turbo_track_end", "the end of what it is told", "bear the end at any time", run=run)
