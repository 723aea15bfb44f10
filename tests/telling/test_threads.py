"""Incidents on a clock that only jumps: how often news are sent, and when a thread is opened and closed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from turbo_core.telling.policy import Threads
from turbo_core.telling.threads import Step, Thread, ended, happened

RULES = Threads(updates=3, every=60.0, reopen=600.0)


def played(script: list[tuple[float, bool]], rules: Threads = RULES) -> list[Step]:
    """What becomes of failures (true) and recoveries (false), each so many seconds after the one before."""
    thread: Thread | None = None
    now, steps = 1000.0, []
    for pause, failed in script:
        now += pause
        step = happened(thread, rules, now) if failed else ended(thread, now)
        thread = step.thread
        steps.append(step)
    return steps


def acts(script: list[tuple[float, bool]]) -> list[str]:
    return [step.act for step in played(script)]


def test_fifty_failures_are_one_thread_with_bounded_news_and_one_recovery() -> None:
    steps = played([(30.0, True)] * 50 + [(30.0, False)])
    sent = [step for step in steps if step.act == "send"]
    assert [step.act for step in steps[:3]] == ["send", "group", "send"]
    assert len(sent) == 1 + RULES.updates + 1
    assert sent[-1] is steps[-1]
    opened = {step.thread.opened for step in steps if step.thread}
    assert len(opened) == 1
    assert steps[-1].thread is not None
    assert (steps[-1].thread.count, steps[-1].thread.open) == (50, False)


def test_news_come_ever_more_seldom() -> None:
    assert acts([(0, True), (59, True), (1, True), (119, True), (1, True), (239, True), (1, True), (9999, True)]) == [
        "send",
        "group",
        "send",
        "group",
        "send",
        "group",
        "send",
        "group",
    ]


def test_what_happens_soon_after_its_recovery_goes_on_with_the_thread() -> None:
    steps = played([(0, True), (5, False), (5, True), (5, False)])
    assert [step.act for step in steps] == ["send", "send", "group", "drop"]
    assert steps[2].thread is not None
    assert steps[2].thread.count == 2
    assert "nobody was told" in steps[3].why


def test_what_happens_long_after_its_recovery_opens_a_new_one() -> None:
    steps = played([(0, True), (5, False), (600, True)])
    assert steps[2].act == "send"
    assert steps[2].thread is not None
    assert (steps[2].thread.count, steps[2].thread.opened) == (1, 1605.0)


def test_a_recovery_without_an_incident_is_told_to_nobody() -> None:
    assert acts([(0, False)]) == ["drop"]
    assert acts([(0, True), (1, False), (1, False)]) == ["send", "send", "drop"]


@given(st.lists(st.tuples(st.floats(0, 2000), st.booleans()), max_size=60))
def test_whatever_happens_people_know_how_it_stands(script: list[tuple[float, bool]]) -> None:
    known_open = False
    news = 0
    for step, (_pause, failed) in zip(played(script), script, strict=True):
        if step.act == "send":
            news = 0 if not known_open and failed and step.thread and step.thread.count == 1 else news + 1
            known_open = failed
        if step.thread is not None and not step.thread.open:
            assert not known_open, "it is over, and nobody was told"
            assert step.thread.updates <= RULES.updates
