"""Which rule counts."""

from __future__ import annotations

import pytest

from turbo_plugin_shell.judging import Judgement
from turbo_plugin_shell.policy import Policy, Ruling

PUSH = Judgement(command="git", verb="push", category="git", risk="change")


def test_without_a_rule_what_destroys_is_asked_for() -> None:
    assert Policy().rule_on(PUSH) == Ruling(answer="allow", rule="")
    assert Policy().rule_on(Judgement(risk="destroy")) == Ruling(answer="ask", rule="")


@pytest.mark.parametrize(
    ("rules", "answer", "rule"),
    [
        ({"deny": ["risk:change"]}, "deny", "risk:change"),
        ({"deny": ["risk:change"], "ask": ["category:git"]}, "ask", "category:git"),
        ({"deny": ["category:git"], "allow": ["git"]}, "allow", "git"),
        ({"allow": ["git"], "deny": ["git push"]}, "deny", "git push"),
        ({"deny": ["git"], "allow": ["git push"]}, "allow", "git push"),
        ({"allow": ["git push"], "ask": ["git push"], "deny": ["git push"]}, "deny", "git push"),
        ({"allow": ["git"], "ask": ["git"]}, "ask", "git"),
        ({"deny": ["git pull", "npm", "risk:read"]}, "allow", ""),
    ],
)
def test_the_rule_that_names_more_counts_more_and_the_stricter_of_two(
    rules: dict[str, list[str]], answer: str, rule: str
) -> None:
    ruling = Policy(**rules).rule_on(PUSH)
    assert (ruling.answer, ruling.rule) == (answer, rule)


def test_a_rule_that_names_nothing_is_found() -> None:
    policy = Policy(
        allow=["git", "git push", "risk:read"], ask=["category:nothing", "risk:high", "nothing"], deny=["ls push", ""]
    )
    assert policy.unknown() == ("category:nothing", "risk:high", "nothing", "ls push", "")
