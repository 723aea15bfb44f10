"""Many random sets of votes: the same bits each time, in any order, after the journal; and more is never worse."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from tests.figures import Figure
from turbo_core import replace
from turbo_core.journal.codec import decode, encode
from turbo_core.words import JSON
from turbo_core.workflow.gates import Verdict, Vote, judge

RANK = {"rejected": 0, "asked": 1, "accepted": 2}
NOTHING: tuple[JSON, ...] = (None, "high", float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("Infinity"), 2, -1)


def _unit(random: Random) -> JSON:
    return random.choice((True, False, 0, 1, Decimal(random.randrange(1001)) / 1000, Decimal(1) / 3, random.random()))


def _vote(random: Random, name: str) -> Vote:
    score = random.choice(NOTHING) if random.random() < 0.2 else _unit(random)
    sure = random.choice(NOTHING) if random.random() < 0.1 else Decimal(random.randrange(101)) / 100
    stand_in = random.choice((None, Decimal(0), Decimal("0.5")))
    weight = random.choice((0, 1, 1, 2, 7, 10**6))
    return Vote(name=name, weight=weight, veto=random.random() < 0.1, score=score, confidence=sure, missing=stand_in)


def _recorded(vote: Vote) -> Vote:
    """The vote with what the journal would give back of it."""
    finite = [value if isinstance(value, bool | int | str | Decimal) else None for value in (vote.score, vote.confidence)]
    kept = [value if not isinstance(value, Decimal) or value.is_finite() else None for value in finite]
    return replace(vote, score=decode(encode(kept[0])), confidence=decode(encode(kept[1])))


def _judge(votes: list[Vote], seed: int) -> Verdict:
    random = Random(seed)
    accept, reject, sure = (Decimal(random.randrange(101)) / 100 for _ in range(3))
    allows, can_ask = random.random() < 0.8, random.random() < 0.5
    return judge(
        votes, accept=max(accept, reject), reject=min(accept, reject), confidence=sure, autonomy_allows=allows, can_ask=can_ask
    )


def _bits(verdict: Verdict) -> bytes:
    return encode([verdict.decision, verdict.score, verdict.confidence, verdict.reason])


@pytest.mark.timeout(1800)  # the long form counts a hundred thousand sets
def test_sets_of_votes(long: bool, figure: Figure) -> None:
    count = 100_000 if long else 1_000
    for seed in range(count):
        random = Random(seed)
        votes = [_vote(random, f"v{number}") for number in range(random.randrange(1, 9))]
        verdict = _judge(votes, seed)
        assert 0 <= verdict.score <= 1, seed
        assert 0 <= verdict.confidence <= 1, seed
        assert _bits(_judge(votes, seed)) == _bits(verdict), seed
        assert _bits(_judge(random.sample(votes, len(votes)), seed)) == _bits(verdict), seed
        exact = [vote for vote in votes if not isinstance(vote.score, float)]
        if exact:
            assert _bits(_judge([_recorded(vote) for vote in exact], seed)) == _bits(_judge(exact, seed)), seed
        best = [replace(votes[0], score=True, confidence=1), *votes[1:]]
        if verdict.criteria[0].score is not None:  # what is left out may have raised the mean
            assert RANK[_judge(best, seed).decision] >= RANK[verdict.decision], seed
    figure("sets of votes", count)
