"""The arithmetic of gates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core import replace
from turbo_core.words import JSON
from turbo_core.workflow.gates import Verdict, Vote, judge

RANK = {"rejected": 0, "asked": 1, "accepted": 2}


def _judge(votes: Sequence[Vote], **changes: Any) -> Verdict:
    bounds: dict[str, Any] = {
        "accept": Decimal("0.9"),
        "reject": Decimal("0.4"),
        "confidence": Decimal("0.7"),
        "autonomy_allows": True,
        "can_ask": True,
    }
    return judge(votes, **(bounds | changes))


def test_the_example_of_the_language() -> None:
    votes = [
        Vote(name="tests", weight=5, score=True, veto=True),
        Vote(name="secrets", weight=3, score=True, veto=True),
        Vote(name="links", weight=1, score=False),
        Vote(name="size", weight=2, missing=None, missing_reason="git.change_size failed"),
    ]
    verdict = _judge(votes)
    assert verdict.decision == "asked"
    assert verdict.confidence == 1
    assert verdict.score == Decimal("0.8888888888888888888888888889")
    assert verdict.reason == "a person is asked: the score 0.8888… is below 0.9"
    assert [view.name for view in verdict.criteria] == ["tests", "secrets", "links", "size"]
    size = verdict.criteria[3]
    assert (size.score, size.confidence, size.missing) == (None, None, "git.change_size failed")


@pytest.mark.parametrize(
    ("votes", "changes", "decision", "reason"),
    [
        ([Vote(name="a", score=1)], {}, "accepted", "the score 1 reaches 0.9, and the confidence 1 is enough"),
        ([Vote(name="a", score=Decimal("0.9"))], {}, "accepted", "the score 0.9 reaches 0.9"),
        ([Vote(name="a", score=Decimal("0." + "8" + "9" * 40))], {}, "asked", "the score 0.8999… is below 0.9"),
        ([Vote(name="a", score=Decimal("0.39"))], {}, "rejected", "the score 0.39 is below 0.4"),
        ([Vote(name="a", score=Decimal("0.4"))], {}, "asked", "below 0.9"),
        ([Vote(name="a", score=Decimal("0.4"))], {"can_ask": False}, "rejected", "and nobody can be asked"),
        ([Vote(name="a", score=1, confidence=Decimal("0.69"))], {}, "asked", "the confidence 0.69 is below 0.7"),
        ([Vote(name="a", score=1)], {"autonomy_allows": False}, "asked", "the autonomy in force does not allow"),
        ([Vote(name="a", weight=9, score=1), Vote(name="b", weight=0, veto=True, score=0)], {}, "rejected", "b vetoes"),
        ([Vote(name="a", weight=9, score=1), Vote(name="b", veto=True)], {}, "rejected", "b vetoes"),
        ([Vote(name="a", weight=9, score=1), Vote(name="b", weight=0, veto=True, score=1)], {}, "accepted", "reaches"),
        ([Vote(name="b", weight=0, veto=True, score=1)], {}, "asked", "no criterion counts"),
        ([], {}, "asked", "a person is asked"),
        ([], {"can_ask": False}, "rejected", "there are no criteria, and nobody can be asked"),
        ([Vote(name="a", missing=None)], {"can_ask": False}, "rejected", "no criterion counts, and nobody can be asked"),
        ([Vote(name="a", missing=None)], {}, "asked", "no criterion counts"),
        ([Vote(name="a", missing=Decimal(1))], {}, "asked", "the confidence 0 is below 0.7"),
        ([Vote(name="a", missing=Decimal(1))], {"confidence": Decimal(0)}, "accepted", "confidence 0 is enough"),
    ],
)
def test_the_first_rule_that_applies_decides(votes: list[Vote], changes: dict[str, Any], decision: str, reason: str) -> None:
    verdict = _judge(votes, **changes)
    assert verdict.decision == decision
    assert reason in verdict.reason


def test_thirds_are_exact_until_the_border() -> None:
    votes = [Vote(name=name, score=score) for name, score in (("a", True), ("b", False), ("c", False))]
    verdict = _judge(votes, accept=Decimal("0." + "3" * 28), reject=Decimal(0))
    assert verdict.decision == "accepted"
    assert verdict.score == Decimal("0." + "3" * 28)
    assert _judge(votes, accept=Decimal("0." + "3" * 27 + "4")).decision == "rejected"


BAD: list[JSON] = [
    None,
    "1",
    [],
    {},
    2,
    -1,
    Decimal("1.01"),
    Decimal("NaN"),
    Decimal("Infinity"),
    float("nan"),
    float("inf"),
    -0.1,
    10**5000,
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: str(bad)[:9] if not isinstance(bad, int) else "integer")
def test_what_is_no_score_is_missing_and_says_so(bad: JSON) -> None:
    verdict = _judge([Vote(name="a", score=bad, missing=Decimal("0.5"))], reject=Decimal(0))
    (view,) = verdict.criteria
    assert (view.score, view.confidence, verdict.decision) == (Decimal("0.5"), 0, "asked")
    assert "it gave no score" in view.missing or "no number from 0 to 1" in view.missing


@pytest.mark.parametrize("bad", [*BAD, True], ids=lambda bad: str(bad)[:9] if not isinstance(bad, int) else "integer")
def test_what_is_no_confidence_makes_the_vote_missing(bad: JSON) -> None:
    (view,) = _judge([Vote(name="a", score=1, confidence=bad)]).criteria
    assert (view.score, view.confidence) == (0, 0)
    assert "confidence" in view.missing


def test_a_stated_reason_makes_a_vote_missing_whatever_its_score() -> None:
    (view,) = _judge([Vote(name="a", score=1, missing_reason="too late")]).criteria
    assert (view.score, view.missing) == (0, "too late")


def test_lines_keep_what_was_said() -> None:
    vote = Vote(name="a", weight=2, veto=True, score=0.5, confidence=Decimal("0.25"), reason="why", evidence={"x": 1})
    (view,) = _judge([vote]).criteria
    assert (view.name, view.weight, view.veto, view.score, view.confidence) == ("a", 2, True, Decimal("0.5"), Decimal("0.25"))
    assert (view.missing, view.reason, view.evidence) == ("", "why", {"x": 1})


_units = st.decimals(0, 1, places=3)
_votes = st.builds(
    Vote,
    name=st.text(max_size=3),
    weight=st.integers(0, 10),
    veto=st.booleans(),
    score=st.booleans() | _units | st.none() | st.just(Decimal("NaN")) | st.integers(),
    confidence=_units | st.none(),
    missing=_units | st.none(),
)
_bounds = st.fixed_dictionaries(
    {
        "accept": _units,
        "reject": st.just(Decimal(0)) | _units,
        "confidence": _units,
        "autonomy_allows": st.booleans(),
        "can_ask": st.booleans(),
    }
)


@given(st.lists(_votes, max_size=8), _bounds)
def test_a_verdict_is_bounded(votes: list[Vote], bounds: dict[str, Any]) -> None:
    verdict = _judge(votes, **bounds)
    assert 0 <= verdict.score <= 1
    assert 0 <= verdict.confidence <= 1
    assert len(verdict.criteria) == len(votes)
    assert (verdict.decision == "accepted") <= bounds["autonomy_allows"]
    assert (verdict.decision == "asked") <= bounds["can_ask"]


@given(st.lists(_votes, max_size=8), _bounds, st.randoms())
def test_a_verdict_does_not_depend_on_the_order(votes: list[Vote], bounds: dict[str, Any], random: Any) -> None:
    mixed = random.sample(votes, len(votes))
    one, other = _judge(votes, **bounds), _judge(mixed, **bounds)
    assert replace(one, criteria=()) == replace(other, criteria=())


@given(st.lists(_votes, max_size=5), _units, _units, _units, _units, _bounds)
def test_more_score_or_confidence_never_makes_it_worse(
    others: list[Vote], low: Decimal, more: Decimal, sure: Decimal, surer: Decimal, bounds: dict[str, Any]
) -> None:
    vote = Vote(name="it", weight=3, veto=True, score=min(low, more), confidence=min(sure, surer))
    better = replace(vote, score=max(low, more), confidence=max(sure, surer))
    assert RANK[_judge([*others, vote], **bounds).decision] <= RANK[_judge([*others, better], **bounds).decision]


@given(st.lists(_votes, max_size=5), st.sampled_from([Decimal("NaN"), float("nan"), float("inf"), 7, "x"]), _bounds)
def test_nan_counts_as_missing(others: list[Vote], bad: JSON, bounds: dict[str, Any]) -> None:
    one = _judge([*others, Vote(name="it", score=bad)], **bounds)
    other = _judge([*others, Vote(name="it", score=None)], **bounds)
    assert replace(one, criteria=()) == replace(other, criteria=())


@given(st.lists(_votes, min_size=1, max_size=5))
def test_the_score_is_the_weighted_mean(votes: list[Vote]) -> None:
    votes = [replace(vote, score=Decimal("0.5"), confidence=Decimal("0.5"), weight=vote.weight + 1) for vote in votes]
    verdict = _judge([*votes, Vote(name="one", weight=1, score=1)])
    total = sum(vote.weight for vote in votes)
    wanted = (Fraction(total, 2) + 1) / (total + 1)
    assert abs(Fraction(verdict.score) - wanted) <= Fraction(1, 10**28)
