"""Rules for failures: what the settings take, and what the rules match."""

from __future__ import annotations

from typing import Any

import pytest

from turbo_core.builtin.matching import check, opinions_of
from turbo_core.errors import UsageError
from turbo_core.failures import read_rule
from turbo_core.model import Opinion
from turbo_core.words import JSON

FACTS: dict[str, JSON] = {"class": "exit", "exit_code": 1, "memory": 1000, "tried": {}}


def answers(rule: dict[str, Any], log: str = "", task: str = "build", **facts: JSON) -> list[Opinion]:
    read = read_rule({"name": "it", "do": "retry", **rule})
    return list(opinions_of([read], task, FACTS | facts, lambda limit: log[-limit:]))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"class": "exit"}, True),
        ({"class": ["oom", "exit"]}, True),
        ({"class": ["oom"]}, False),
        ({"exit_codes": [1, 2]}, True),
        ({"exit_codes": [2]}, False),
        ({"tasks": ["b*"]}, True),
        ({"tasks": ["deploy/*"]}, False),
        ({"log": "disk +is full"}, True),
        ({"log": "disk is empty"}, False),
    ],
)
def test_what_a_rule_fits(rule: dict[str, Any], fits: bool) -> None:
    assert bool(answers(rule, "one\nthe disk  is full now\nthree\n")) is fits


def test_the_line_that_was_found_is_evidence() -> None:
    (found,) = answers({"log": "full"}, "one\nthe disk is full\nthree")
    assert found.evidence == {"rule": "it", "line": "the disk is full"}
    assert "'the disk is full'" in found.reason


def test_a_rule_that_was_used_up_is_silent() -> None:
    assert answers({"times": 2}, tried={"it": 1})
    assert not answers({"times": 2}, tried={"it": 2})


def test_more_memory_is_for_tasks_with_a_limit() -> None:
    assert answers({"memory": 1.5})[0].limits == {"memory": 1500}
    assert answers({"memory": 1.5}, memory=None)[0].limits == {}


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    # With backtracking this would not end before the sun does.
    assert not answers({"log": "(a+)+$"}, "a" * 60_000 + "b")


def test_a_wrong_pattern_is_told_before_it_is_needed() -> None:
    with pytest.raises(UsageError, match="pattern of the rule 'it' is wrong"):
        check([read_rule({"name": "it", "do": "stop", "log": "(a"})])


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (3, "tables with `name` and `do`"),
        ({"name": "a"}, "`do`, which is one of ask"),
        ({"name": "a", "do": "dance"}, "one of ask"),
        ({"name": "a", "do": "stop", "exit_code": 1}, "no 'exit_code' in the rule 'a'"),
        ({"name": "a", "do": "stop", "times": "1"}, "another kind of value for 'times'"),
        ({"name": "a", "do": "stop", "times": True}, "another kind of value for 'times'"),
        ({"name": "a", "do": "stop", "times": 0}, "`times` and `weight` from 1"),
        ({"name": "a", "do": "stop", "class": "exits"}, "`class` of exit"),
        ({"name": "a", "do": "stop", "exit_codes": [0]}, "`exit_codes` from 1"),
        ({"name": "a", "do": "stop", "tasks": [1]}, "`tasks`"),
        ({"name": "a", "do": "heal"}, "`run` where it does `heal`"),
        ({"name": "a", "do": "retry", "run": "x"}, "`run` where it does `heal`"),
        ({"name": "a", "do": "heal", "run": "x", "risk": "wild"}, "`risk`"),
        ({"name": "a", "do": "retry", "memory": 0.5}, "`memory` from 1"),
    ],
)
def test_what_is_no_rule(table: object, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("`", ".")):
        read_rule(table)
