"""What plugins that suggest weights promise: a suggestion for the criteria that there are, with its reason, or none."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from turbo_core.learning import GateHistory, JudgedRun, Suggestion
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import ODD


class AdviserSuite(HookSuite):
    """The checks for a plugin that implements ``turbo_suggest``.

    Attributes:
        histories: pasts of gates for which it must suggest weights.
    """

    hook: ClassVar[str] = "turbo_suggest"
    histories: ClassVar[Sequence[GateHistory]] = ()

    @check("bronze")
    def test_it_suggests_weights(self) -> None:
        """Each history that its author names gets a weight for some of its criteria."""
        require(self.histories, "no history is named that it can suggest weights for", "set 'histories'")
        for history in self.histories:
            found = self._ask(history)
            require(found is not None and found.weights, f"it suggests nothing for {_shown(history)}", "suggest weights")

    @check("bronze")
    def test_it_bears_little_history(self) -> None:
        """No runs, one run, runs that all turned out alike, and criteria that say nothing do not make it raise."""
        for history in _odd():
            self._ask(history)

    @check("silver")
    def test_it_gives_reasons(self) -> None:
        """Each suggestion says why, and so does one that suggests nothing."""
        for history in (*self.histories, *_odd()):
            found = self._ask(history)
            require(found is None or found.reason, f"it gives no reason for {_shown(history)}", "set 'reason'")

    @check("silver")
    def test_suggesting_changes_nothing(self) -> None:
        """A suggestion is shown, and never applied."""
        self.prepare(self.project)
        before = self.state(self.project)
        for history in (*self.histories, *_odd()):
            self._ask(history)
        after = self.state(self.project)
        require(before == after, f"suggesting changes something: {difference(before, after)}", "only look")

    @check("gold")
    def test_it_does_not_change_its_mind(self) -> None:
        """The same history gets the same suggestion."""
        for history in self.histories:
            first, second = self._ask(history), self._ask(history)
            require(first == second, f"it suggests two things for {_shown(history)}: {first} and {second}", "fix its seed")

    def _ask(self, history: GateHistory) -> Suggestion | None:
        answer = self.ask(_shown(history), "answer None where it cannot tell", history=history)
        if answer is None:
            return None
        if not isinstance(answer, Suggestion):
            refuse(f"it answers with a {type(answer).__name__}", "answer with a Suggestion or None")
        _check_bounds(history, answer)
        return answer


def _check_bounds(history: GateHistory, found: Suggestion) -> None:
    unknown = sorted(found.weights.keys() - history.weights.keys())
    require(not unknown, f"it suggests weights for {', '.join(unknown)}, which {_shown(history)} has not", "keep to its criteria")
    for name, weight in found.weights.items():
        value: object = weight
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        require(whole, f"the weight of {name} is {value!r} for {_shown(history)}", "give an integer that is not negative")
    texts = all(isinstance(value, str) for pair in found.figures.items() for value in pair)
    require(texts, f"its figures are no texts for {_shown(history)}", "give names and numbers as text")


def _odd() -> list[GateHistory]:
    """Pasts that say little."""
    alike = tuple(_judged(number, {"tests": Decimal(1)}, good=True) for number in range(100))
    silent = tuple(_judged(number, {}, good=number % 2 == 0) for number in range(100))
    parts: tuple[tuple[dict[str, int], tuple[JudgedRun, ...]], ...] = (
        ({}, ()),
        ({"tests": 1}, ()),
        ({"tests": 1}, alike[:1]),
        ({"tests": 1, "size": 0}, alike),
        ({"tests": 1}, silent),
        ({ODD: 1}, tuple(_judged(number, {ODD: Decimal(number % 3) / 2}, good=number % 3 > 0) for number in range(9))),
    )
    return [GateHistory(workflow="w", task="fit", weights=weights, runs=runs) for weights, runs in parts]


def _judged(number: int, scores: dict[str, Decimal], *, good: bool) -> JudgedRun:
    return JudgedRun(run=f"r{number}", scores=scores, score=Decimal("0.5"), good=good)


def _shown(history: GateHistory) -> str:
    return f"the history of {history.task!r} with {len(history.runs)} runs of {len(history.weights)} criteria"
