"""What a forecast and a watch for anomalies know of the past: for each task of a workflow, its facts in the latest runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from turbo_core.tracking.facts import RunFact, TaskFact

RUNS: Final = 60
"""How many of the latest runs of a workflow are looked at."""

_COUNTS: Final = frozenset({"succeeded", "skipped"})


class Past(Struct, frozen=True, kw_only=True):
    """The latest runs of a workflow, oldest first, and what each task did in them: address → facts, oldest first.

    ``succeeded`` has the ids of the runs that succeeded.
    """

    runs: tuple[RunFact, ...] = ()
    tasks: Mapping[str, Sequence[TaskFact]] = field(default_factory=dict)
    succeeded: frozenset[str] = frozenset()

    def durations(self, address: str) -> dict[str, float]:
        """How long a task took in each run that it did not stop, in seconds; where it was skipped it took nothing."""
        return {fact.run: fact.seconds for fact in self.whole(address)}

    def took(self, run: RunFact) -> dict[str, float]:
        """The same of all tasks of one run: address → seconds."""
        return {fact.address: fact.seconds for fact in self._ends(run.tasks)}

    def whole(self, address: str) -> list[TaskFact]:
        """The facts of a task that came to its end. A failure is an end only in a run that succeeded all the same."""
        return self._ends(self.tasks.get(address, ()))

    def _ends(self, facts: Sequence[TaskFact]) -> list[TaskFact]:
        good = self.succeeded
        return [fact for fact in facts if fact.state in _COUNTS or (fact.state == "failed" and fact.run in good)]


NOTHING: Final = Past()


def past(runs: Iterable[RunFact]) -> Past:
    """The past that runs make up, given oldest first."""
    known = tuple(runs)
    tasks: dict[str, list[TaskFact]] = {}
    for run in known:
        for fact in run.tasks:
            tasks.setdefault(fact.address, []).append(fact)
    succeeded = frozenset(run.id for run in known if run.outcome == "succeeded")
    return Past(runs=known, tasks=tasks, succeeded=succeeded)
