"""Histories of a gate whose outcomes are known because they are made, and other confidences that it could have had.

In a history something good or bad is judged again and again by three to six criteria. Each is right as often as its reliability
says; ``together`` of them go by the same luck and so err together; ``missing`` of them do not answer. What a criterion says of
itself is its reliability (``honest``), or nothing, which counts as 1. Owns no test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Final

from turbo_core.model import CriterionView
from turbo_core.tracking.reliability import Forecast
from turbo_core.workflow.exact import rounded
from turbo_core.workflow.gates import Verdict, Vote, judge

ACCEPT: Final = Decimal("0.6")
GOOD: Final = 0.7
"""How often what is judged is good."""
RELIABLE: Final = tuple(map(Decimal, ("0.6", "0.7", "0.8", "0.9", "0.95")))
WEIGHTS: Final = (1, 1, 2, 3, 5)
SUREST: Final = Fraction(99, 100)
"""Where odds are multiplied nobody is surer than this: the odds of 1 are infinite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a history is like."""

    honest: bool
    together: float
    missing: float


WORLDS: Final = tuple(
    World(honest=honest, together=together, missing=missing)
    for honest, together, missing in product((True, False), (0.0, 0.5, 0.9), (0.0, 0.3))
)

Confidence = Callable[[Sequence[CriterionView]], Fraction]


def history(world: World, count: int) -> Iterator[tuple[Verdict, bool]]:
    """The verdicts of a gate, each with whether what it judged was good; the same in each call."""
    random = Random(1)
    for _ in range(count):
        good, luck = random.random() < GOOD, random.random()
        votes = [_vote(random, world, f"c{number}", good=good, luck=luck) for number in range(random.randint(3, 6))]
        limits = {"accept": ACCEPT, "reject": Decimal(0), "confidence": Decimal(0)}
        yield judge(votes, **limits, autonomy_allows=True, can_ask=False), good


def _vote(random: Random, world: World, name: str, *, good: bool, luck: float) -> Vote:
    reliable, weight = random.choice(RELIABLE), random.choice(WEIGHTS)
    luck = luck if random.random() < world.together else random.random()
    score = good if luck < reliable else not good
    gone = random.random() < world.missing
    return Vote(name=name, weight=weight, score=None if gone else score, confidence=reliable if world.honest else 1)


def stated(lines: Sequence[CriterionView]) -> Fraction:
    """Today's formula: the weighted mean of what the criteria say of themselves; who does not answer has 0."""
    return _share(lines, lambda line: _exact(line.confidence))


def agreement(lines: Sequence[CriterionView]) -> Fraction:
    """How much of the weight that answered is on the side of the majority, times the share of the weight that answered."""
    answered = _share(lines, lambda line: Fraction(not line.missing))
    yes = _share(lines, lambda line: _exact(line.score))
    return max(yes, answered - yes)


def both(lines: Sequence[CriterionView]) -> Fraction:
    """Today's formula times the agreement of those that answered."""
    answered = _share(lines, lambda line: Fraction(not line.missing))
    return stated(lines) * agreement(lines) / answered if answered else Fraction(0)


def odds(lines: Sequence[CriterionView]) -> Fraction:
    """The odds of all that answered multiplied, as if none knew of another; of the side for which they are better."""
    sure = [min(_exact(line.confidence), SUREST) for line in lines if not line.missing]
    said = [bool(line.score) for line in lines if not line.missing]
    yes = prod((one / (1 - one) if good else (1 - one) / one for one, good in zip(sure, said, strict=True)), start=Fraction(1))
    return max(yes, 1 / yes) / (1 + max(yes, 1 / yes))


CONFIDENCES: Final[Mapping[str, Confidence]] = {
    "stated (today)": stated,
    "agreement x share answered": agreement,
    "stated x agreement": both,
    "odds multiplied": odds,
}


def verdicts(confidence: Confidence, past: Sequence[tuple[Verdict, bool]]) -> list[Forecast]:
    """How sure the gate was of each verdict, and whether that was right: a score from 1/2 speaks for good."""
    return [_forecast(confidence, one, good=(one.score >= Decimal("0.5")) == good) for one, good in past]


def acceptances(confidence: Confidence, past: Sequence[tuple[Verdict, bool]]) -> list[Forecast]:
    """The same of what was accepted alone: there the confidence decides."""
    return [_forecast(confidence, one, good=good) for one, good in past if one.decision == "accepted"]


def _forecast(confidence: Confidence, verdict: Verdict, *, good: bool) -> Forecast:
    return Forecast(score=rounded(confidence(verdict.criteria)), confidence=verdict.confidence, good=good)


def _share(lines: Sequence[CriterionView], part: Callable[[CriterionView], Fraction]) -> Fraction:
    return sum((line.weight * part(line) for line in lines), Fraction(0)) / sum(line.weight for line in lines)


def _exact(value: object) -> Fraction:
    return Fraction(str(value))
