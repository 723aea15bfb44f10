"""The state of a run: a fold over its events, with no I/O.

`State.apply` is the only thing that changes it, so whoever folds the same events has the same state.
"""

from __future__ import annotations

from typing import Final

from turbo_core.engine.board import Board
from turbo_core.engine.folds_of_runs import FOLDS_OF_RUNS
from turbo_core.engine.folds_of_tasks import FOLDS_OF_TASKS
from turbo_core.model import Event

FOLDS: Final = {**FOLDS_OF_RUNS, **FOLDS_OF_TASKS}
"""Every kind of event that changes the state, with what it does."""


class State(Board):
    """A run, folded from its journal."""

    def apply(self, event: Event) -> None:
        """Fold one event. Kinds that change nothing of the state are passed over."""
        self.seq, self.hash, self.epoch = event.seq, event.hash, event.epoch
        if event.dedupe:
            self.requests.add(event.dedupe)
        if event.actor:
            self.acts.append(event)
        fold = FOLDS.get(event.kind)
        if fold is not None:
            fold(self, event)
