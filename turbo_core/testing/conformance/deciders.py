"""What plugins that decide promise: an opinion within its bounds, or none, whatever is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from turbo_core.engine.consulting import Context
from turbo_core.model import Opinion, Question
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import questions

ANSWERS = ("retry", "undo", "skip", "ask", "stop")


class DeciderSuite(HookSuite):
    """The checks for a plugin that implements ``turbo_decide``.

    Attributes:
        questions: questions on which it must have an opinion, in a project that `prepare` has made.
    """

    hook: ClassVar[str] = "turbo_decide"
    questions: ClassVar[Sequence[Question]] = ()

    @check("bronze")
    def test_it_has_an_opinion(self) -> None:
        """Each question that its author names gets an opinion."""
        require(self.questions, "no question is named that it has an opinion on", "set 'questions'")
        self.prepare(self.project)
        for question in self.questions:
            opinion = self._ask(question)
            require(opinion is not None, f"it has no opinion on {_shown(question)}", "answer with an Opinion")

    @check("bronze")
    def test_it_bears_odd_questions(self) -> None:
        """Facts that are missing, of another type, or very long do not make it raise."""
        self.prepare(self.project)
        for question in questions():
            self._ask(question)

    @check("silver")
    def test_it_gives_reasons(self) -> None:
        """Each opinion says why, in words for a person."""
        self.prepare(self.project)
        for question in self.questions:
            opinion = self._ask(question)
            require(opinion is None or opinion.reason, f"it gives no reason on {_shown(question)}", "set 'reason'")

    @check("silver")
    def test_deciding_changes_nothing(self) -> None:
        """An opinion is given by looking."""
        self.prepare(self.project)
        before = self.state(self.project)
        for question in (*self.questions, *questions()):
            self._ask(question)
        after = self.state(self.project)
        require(before == after, f"deciding changes something: {difference(before, after)}", "only look")

    @check("gold")
    def test_it_does_not_change_its_mind(self) -> None:
        """The same question in the same project gets the same opinion, so that a decision can be replayed."""
        self.prepare(self.project)
        for question in self.questions:
            first, second = self._ask(question), self._ask(question)
            require(
                first == second, f"it has two opinions on {_shown(question)}: {first} and {second}", "decide by the facts alone"
            )

    def _ask(self, question: Question) -> Opinion | None:
        context = Context(self.project)
        answer = self.ask(_shown(question), "answer None where it cannot tell", question=question, context=context)
        if answer is None:
            return None
        if not isinstance(answer, Opinion):
            refuse(f"it answers with a {type(answer).__name__}", "answer with an Opinion or None")
        _check_bounds(question, answer)
        return answer


def _check_bounds(question: Question, opinion: Opinion) -> None:
    on = f"on {_shown(question)}"
    require(opinion.name, f"its opinion has no name {on}", "set 'name'; it stands in the table of the decision")
    for field, value in (("score", opinion.score), ("confidence", opinion.confidence)):
        missing = field == "score" and value is None
        require(missing or _is_share(value), f"its {field} is {value!r} {on}", "give a number from 0 to 1")
    weight: object = opinion.weight
    whole = isinstance(weight, int) and not isinstance(weight, bool) and weight >= 0
    require(whole, f"its weight is {weight!r} {on}", "give an integer that is not negative")
    allowed = ANSWERS if question.kind == "failure" else ("",)
    require(
        opinion.answer in allowed,
        f"its answer is {opinion.answer!r} {on}",
        f"answer with one of {', '.join(ANSWERS)}" if question.kind == "failure" else "a gate wants a score, and no answer",
    )


def _is_share(value: object) -> bool:
    return isinstance(value, bool | int | float | Decimal) and math.isfinite(value) and 0 <= value <= 1


def _shown(question: Question) -> str:
    return f"the {question.kind} {question.text[:40]!r}"
