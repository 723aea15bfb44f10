"""What became of messages, from the events of a journal, and the figures of each channel and kind."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.report.events import record
from turbo_core.model import Event
from turbo_core.telling.posted import Tally, posted, tallies

NUMBERS = count(1)


def journal(event: str, task: str = "", when: float = 0, **body: Any) -> Event:
    return record(next(NUMBERS), event, task, when, 0, body)


def queued(key: str, kind: str = "note", when: float = 0, task: str = "", to: tuple[str, ...] = ("chat",)) -> Event:
    body = {"key": key, "level": "info", "subject": key, "body": "", "fields": {}, "to": list(to), "audience": "team"}
    return journal("message.queued", task, when, **{**body, "kind": kind})


def test_the_fate_of_each_message_and_what_that_says_of_its_channel() -> None:
    events = [
        queued("a", to=("chat", "mail")),
        queued("b", when=1),
        queued("c", when=1),
        queued("q", "question", 2, "fit"),
        journal("message.delivered", when=2, key="a", channel="chat", reference="1"),
        journal("message.failed", when=2, key="a", channel="mail", message="no route", final=True),
        journal("message.withheld", when=2, key="b", channel="chat", act="group", why="grouped"),
        journal("message.failed", when=2, key="c", channel="chat", message="no route", final=False),
        journal("message.delivered", when=4, key="q", channel="chat", reference="2"),
        journal("message.acknowledged", when=12, key="q"),
        journal("message.delivered", when=12, key="unknown", channel="chat", reference="3"),
        journal("gate.decided", "fit", 32, decision="accepted", by="grace"),
        journal("gate.decided", "fit", 33, decision="expired", by=""),
    ]
    lines = posted(events)
    assert [(line.key, line.channel, line.state, line.why) for line in lines] == [
        ("a", "chat", "delivered", ""),
        ("a", "mail", "failed", "no route"),
        ("b", "chat", "withheld", "grouped"),
        ("c", "chat", "waiting", "no route"),
        ("q", "chat", "delivered", ""),
    ]
    assert (lines[4].answer, lines[4].by) == ("approved", "grace")
    notes, question, mail = tallies(lines)
    assert (notes.messages, notes.delivered, notes.withheld, notes.waiting, notes.seconds) == (3, 1, 1, 1, 2.0)
    assert mail == Tally(
        channel="mail",
        kind="note",
        messages=1,
        delivered=0,
        failed=1,
        waiting=0,
        withheld=0,
        seconds=None,
        acknowledged=0,
        acknowledged_after=None,
        answered=0,
        answered_after=None,
        expired=0,
    )
    assert (question.acknowledged, question.acknowledged_after) == (1, 10.0)
    assert (question.answered, question.answered_after, question.expired) == (1, 30.0, 0)


def test_silence_is_told_as_such() -> None:
    events = [queued("q", "question", 0, "fit"), journal("gate.decided", "fit", 9, decision="expired", by="")]
    (tally,) = tallies(posted(events))
    assert (tally.answered, tally.expired, tally.waiting) == (0, 1, 1)
