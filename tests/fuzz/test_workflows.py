"""Ten thousand hostile workflows: each is read, or every mistake in it is told with its place, and soon."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures import Figure
from tests.fuzz.mutations import TOKENS, VALUES, mutant
from tests.fuzz.reading import budget, fault
from tests.fuzz.seeds import FILES, SEEDS
from tests.workflow.reading_kit import problems
from turbo_core.workflow.schema import FileShape, StepShape, TaskShape, keys_of

SHARDS = 8
SHORT, LONG = 10_000, 1_000_000


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_changed_is_right_before(seed: str) -> None:
    assert problems(seed, **FILES) == ()


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_changed_workflow_is_read_or_its_mistakes_are_told(shard: int, long: bool, figure: Figure) -> None:
    seconds, count = budget(), LONG if long else SHORT
    numbers = range(shard, count, SHARDS)
    found = {number: wrong for number in numbers if (wrong := fault(mutant(number), seconds))}
    figure("mutated workflows", len(numbers))
    figure("tracebacks, missing places, too much time", len(found))
    assert found == {}, "\n".join(f"mutant({number}): {wrong}" for number, wrong in found.items())


_KEYS = {*keys_of(FileShape), *keys_of(TaskShape), *keys_of(StepShape)}
_WORDS = st.sampled_from(sorted({*_KEYS, "a", "b", "times", "=list", "[key]"}))
_ODD = st.sampled_from([*TOKENS, *VALUES]) | st.text(max_size=8)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _ODD | _WORDS
_TREES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | _ODD, inner, max_size=4))
_TASK = st.dictionaries(_WORDS, _TREES, min_size=1, max_size=5)
_TASKS = st.dictionaries(st.sampled_from(["a", "b", "c", "run"]), _TASK, max_size=3)


def _written(tree: dict[str, Any], tasks: dict[str, Any]) -> str:
    """JSON is YAML, but for the halves of characters."""
    return json.dumps({"name": "grown", **tree, "tasks": tasks}, ensure_ascii=False, indent=1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_workflow_that_is_grown_is_read_or_its_mistakes_are_told(long: bool, figure: Figure) -> None:
    seconds, count = budget(), 20_000 if long else 200

    @settings(max_examples=count)
    @given(st.dictionaries(_WORDS, _TREES, max_size=4), _TASKS)
    def judge(tree: dict[str, Any], tasks: dict[str, Any]) -> None:
        assert fault(_written(tree, tasks), seconds) == ""

    judge()
    figure("workflows grown by a grammar", count)
