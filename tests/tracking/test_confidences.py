"""Would another confidence foretell better what comes of a gate? The figures of docs/decisions.md are those of the long form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import mean

import pytest

from tests.figures import Figure
from tests.tracking.histories import CONFIDENCES, WORLDS, Confidence, World, acceptances, agreement, history, stated, verdicts
from turbo_core.tracking.reliability import Bin, Forecast, Reliability, reliability
from turbo_core.workflow.exact import rounded
from turbo_core.workflow.gates import Verdict

Past = list[tuple[Verdict, bool]]
Question = Callable[[Confidence, Sequence[tuple[Verdict, bool]]], list[Forecast]]

QUESTIONS: dict[str, Question] = {"verdicts": verdicts, "acceptances": acceptances}
TODAY = "stated (today)"


@pytest.fixture(scope="module")
def pasts(long: bool) -> dict[World, Past]:
    return {world: list(history(world, 3_000 if long else 150)) for world in WORLDS}


def test_todays_formula_is_that_of_the_gate(pasts: dict[World, Past]) -> None:
    for verdict, _ in (one for past in pasts.values() for one in past):
        assert rounded(stated(verdict.criteria)) == verdict.confidence


def test_agreement_times_share_tells_of_what_is_accepted_what_the_score_tells(pasts: dict[World, Past]) -> None:
    for verdict, _ in (one for past in pasts.values() for one in past):
        if verdict.decision == "accepted":
            assert rounded(agreement(verdict.criteria)) == verdict.score


@pytest.mark.timeout(1800)  # the long form judges 36,000 times
@pytest.mark.parametrize("question", QUESTIONS)
def test_how_well_each_confidence_foretells(question: str, pasts: dict[World, Past], figure: Figure) -> None:
    """Which one is better differs from world to world; each is held against the one that is in force."""
    found = {
        name: [_held(QUESTIONS[question](confidence, past)) for past in pasts.values()]
        for name, confidence in CONFIDENCES.items()
    }
    for name, worlds in found.items():
        better = sum(one.brier < now.brier for one, now in zip(worlds, found[TODAY], strict=True))
        figure(
            f"{question}: {name}", f"Brier {mean(float(one.brier) for one in worlds):.3f}, better in {better} of {len(worlds)}"
        )
        figure(f"{question}: {name}, by parts", _parts(worlds))
        assert all(sum(part.count for part in one.bins) == one.count for one in worlds)
    if question == "verdicts":
        pairs = zip(found["agreement x share answered"], found[TODAY], strict=True)
        assert mean(other.brier - now.brier for other, now in pairs) < 0, (
            "docs/decisions.md says that it foretells verdicts better"
        )


def _held(forecasts: list[Forecast]) -> Reliability:
    held = reliability(forecasts)
    assert held is not None
    return held


def _parts(worlds: list[Reliability]) -> str:
    """All worlds together: for each part of the range what was said, and how often it was right."""
    parts: dict[Fraction, list[Bin]] = {}
    for part in (part for one in worlds for part in one.bins):
        parts.setdefault(part.low, []).append(part)
    return ", ".join(
        f"{_mean(some, lambda part: part.score):.2f}:{_mean(some, lambda part: part.good):.2f}"
        for _, some in sorted(parts.items())
    )


def _mean(parts: list[Bin], of: Callable[[Bin], Fraction]) -> float:
    return float(sum(part.count * of(part) for part in parts) / sum(part.count for part in parts))
