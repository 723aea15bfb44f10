"""The table ``[messages]``: what it says, what is wrong in it, who is told what, and when nobody is disturbed."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from turbo_core.errors import UsageError
from turbo_core.telling.policy import Policy, Quiet, Route, routes
from turbo_core.telling.reading import read_policy

WHOLE = """
templates = "words"
[[rules]]
kinds = ["failure", "finished"]
level = "warning"
workflows = ["release"]
audience = "on-call"
channels = ["pager"]
[[rules]]
kinds = ["failure", "note"]
[quiet]
hours = "22:00-07:00"
zone = "Europe/Berlin"
below = "error"
[threads]
updates = 2
every = "10m"
reopen = "1h"
[escalate]
after = "30m"
audience = "managers"
channels = ["mail"]
[progress]
every = "5m"
moved = 0.5
"""
CHANNELS = ("chat", "mail", "pager", "terminal")


def told(policy: Policy, kind: str, level: str, workflow: str = "release", to: tuple[str, ...] = ()) -> list[Route]:
    return routes(policy, kind=kind, level=level, workflow=workflow, to=to, channels=CHANNELS)


def test_the_whole_table_is_read() -> None:
    policy = read_policy(tomllib.loads(WHOLE))
    assert policy.templates == "words"
    assert policy.quiet == Quiet(start=22 * 60, end=7 * 60, zone=ZoneInfo("Europe/Berlin"), below="error")
    assert (policy.threads.updates, policy.threads.every, policy.threads.reopen) == (2, 600.0, 3600.0)
    assert policy.escalation is not None
    assert (policy.escalation.after, policy.escalation.audience, policy.escalation.channels) == (1800.0, "managers", ("mail",))
    assert (policy.progress.every, policy.progress.moved) == (300.0, 0.5)
    assert policy.channels == {"pager", "mail"}
    assert read_policy({}) == Policy()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rule = 1", "messages.rule: there is no such key"),
        ("rules = 1", "messages.rules: it takes a list of tables"),
        ("[[rules]]", "messages.rules[0].kinds: it is missing"),
        ("[[rules]]\nkinds = ['failures']", "it takes a list of note, started"),
        ("[[rules]]\nkinds = ['note']\nlevel = 'loud'", "it takes one of debug, info"),
        ("[[rules]]\nkinds = ['note']\nchannel = 'x'", "messages.rules[0].channel: there is no such key"),
        ("quiet = 'always'", "messages.quiet: it takes a table"),
        ("[quiet]\nzone = 'UTC'", "messages.quiet.hours: it is missing"),
        ("[quiet]\nhours = '7-22'", "it takes hours such as 22:00-07:00"),
        ("[quiet]\nhours = '07:00-07:00'", "it takes hours such as 22:00-07:00"),
        ("[quiet]\nhours = '22:00-07:00'\nzone = 'Mars/Base'", "the name of a time zone"),
        ("[threads]\nupdates = -1", "a whole number from 0 on"),
        ("[threads]\nevery = 900", "a duration such as 15m"),
        ("[escalate]\naudience = 'a'", "messages.escalate.after: it is missing"),
        ("[progress]\nmoved = 2", "a number above 0"),
        ("templates = 3", "it takes a text"),
    ],
)
def test_a_mistake_is_told_with_its_key(text: str, why: str) -> None:
    with pytest.raises(UsageError) as told:
        read_policy(tomllib.loads(text))
    assert why in f"{told.value.what}: {told.value.why}".replace("the setting '", "").replace("' is wrong", "")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(UsageError) as told:
        read_policy(tomllib.loads("templates = 3\n[threads]\nupdates = -1\nevery = 'soon'"))
    assert str(told.value).count("messages.") == 3


def test_without_rules_only_what_is_said_and_asked_is_sent() -> None:
    assert told(Policy(), "note", "info") == [Route(audience="team", channels=CHANNELS)]
    assert told(Policy(), "question", "warning") == [Route(audience="team", channels=CHANNELS)]
    assert told(Policy(), "failure", "alert") == []


def test_each_rule_that_fits_counts_and_the_message_itself_counts_more() -> None:
    policy = read_policy(tomllib.loads(WHOLE))
    both = [Route(audience="on-call", channels=("pager",)), Route(audience="team", channels=("chat", "mail", "pager"))]
    assert told(policy, "failure", "error") == both
    assert told(policy, "failure", "info") == both[1:]
    assert told(policy, "failure", "error", workflow="nightly") == both[1:]
    assert told(policy, "finished", "info") == []
    assert told(policy, "note", "info") == [Route(audience="team", channels=CHANNELS)]
    assert told(policy, "note", "info", to=("mail", "mail")) == [Route(audience="team", channels=("mail",))]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 1, 1, 20, 59, tzinfo=UTC), None),
        (datetime(2026, 1, 1, 21, 0, tzinfo=UTC), datetime(2026, 1, 2, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 2, 5, 59, tzinfo=UTC), datetime(2026, 1, 2, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 2, 6, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_go_past_midnight_and_follow_the_clock_on_the_wall(now: datetime, until: datetime | None) -> None:
    quiet = Quiet(start=22 * 60, end=7 * 60, zone=ZoneInfo("Europe/Berlin"))
    assert quiet.until(now) == until


def test_quiet_hours_of_a_day_and_what_they_hold() -> None:
    quiet = Quiet(start=12 * 60, end=13 * 60, zone=UTC, below="error")
    assert quiet.until(datetime(2026, 1, 1, 12, 30, tzinfo=UTC)) == datetime(2026, 1, 1, 13, 0, tzinfo=UTC)
    assert quiet.until(datetime(2026, 1, 1, 13, 0, tzinfo=UTC)) is None
    assert [quiet.holds("failure", level) for level in ("warning", "error", "alert")] == [True, False, False]
    assert not quiet.holds("question", "debug")
