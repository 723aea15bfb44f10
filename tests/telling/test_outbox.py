"""The memory of a project: verdicts that stay, threads across processes, references, and what waits for a digest."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from turbo_core import replace
from turbo_core.messages import Message, Receipt
from turbo_core.telling.outbox import KEPT, Outbox, Verdict
from turbo_core.telling.policy import Policy, Quiet, Threads

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC).timestamp()
FAILURE = Message(key="1", run="r1", task="t", kind="failure", level="error", subject="t fails", thread="w/t", channel="chat")
QUIET = Policy(quiet=Quiet(start=11 * 60, end=13 * 60, zone=UTC))


def again(number: int, kind: str = "failure") -> Message:
    return replace(FAILURE, key=f"{number}", kind=kind, closes=kind == "recovery")


def test_a_verdict_stays_what_it_was(tmp_path: Path) -> None:
    box = Outbox(tmp_path, Policy())
    first = box.judge(FAILURE, NOON)
    assert (first.act, first.count) == ("send", 1)
    assert box.judge(again(2), NOON + 1).act == "group"
    assert Outbox(tmp_path, Policy()).judge(FAILURE, NOON + 9999) == first


def test_a_thread_has_the_reference_of_its_first_message_on_each_channel(tmp_path: Path) -> None:
    box = Outbox(tmp_path, Policy(threads=Threads(every=0.0, reopen=10.0)))
    mail = replace(FAILURE, channel="mail")
    verdict = box.judge(FAILURE, NOON)
    assert box.prepared(FAILURE, verdict).reference == ""
    box.arrived(box.prepared(FAILURE, verdict), Receipt(channel="chat", reference="c1"), NOON)
    news = box.judge(again(2), NOON + 1)
    told = box.prepared(again(2), news)
    assert (news.act, told.reference, told.count) == ("send", "c1", 2)
    box.arrived(told, Receipt(channel="chat", reference="c2"), NOON + 1)
    assert box.prepared(mail, news).reference == ""
    assert box.prepared(again(3), box.judge(again(3), NOON + 2)).reference == "c1"
    assert box.open_threads() == {"w/t"}
    assert box.prepared(again(4, "recovery"), box.judge(again(4, "recovery"), NOON + 3)).reference == "c1"
    assert box.open_threads() == frozenset()
    later = box.judge(again(5), NOON + 100)
    assert box.prepared(again(5), later).reference == ""


def test_each_audience_has_a_thread_of_its_own(tmp_path: Path) -> None:
    box = Outbox(tmp_path, Policy())
    other = replace(FAILURE, key="other", audience="managers")
    assert [box.judge(message, NOON).act for message in (FAILURE, other, again(2))] == ["send", "send", "group"]


def test_what_is_held_is_told_in_one_digest_for_each_channel(tmp_path: Path) -> None:
    box = Outbox(tmp_path, QUIET)
    notes = [replace(FAILURE, key=f"n{number}", kind="note", level="info", thread="") for number in range(3)]
    for note in notes:
        verdict = box.judge(note, NOON)
        assert (verdict.act, verdict.until) == ("hold", NOON + 3600)
        assert verdict.why == "held for the digest at 13:00"
        for channel in ("chat", "mail"):
            box.hold(replace(note, channel=channel), verdict)
            box.hold(replace(note, channel=channel), verdict)
    assert box.due(NOON + 3599) == []
    assert len(box.waiting()) == 6
    digests = box.due(NOON + 3600)
    assert [(digest.channel, [message.key for message in digest.messages]) for digest in digests] == [
        ("chat", ["n0", "n1", "n2"]),
        ("mail", ["n0", "n1", "n2"]),
    ]
    assert box.due(NOON + 3601) == []  # claimed
    box.told(digests[0], arrived=True)
    box.told(digests[1], arrived=False)
    (second,) = box.due(NOON + 3602)
    assert (second.channel, second.key) == ("mail", digests[1].key)


def test_a_question_and_an_alert_are_not_held(tmp_path: Path) -> None:
    box = Outbox(tmp_path, QUIET)
    assert box.judge(replace(FAILURE, key="q", kind="question", level="info"), NOON).act == "send"
    assert box.judge(replace(FAILURE, key="a", level="alert"), NOON).act == "send"


def test_many_writers_count_each_message_once(tmp_path: Path) -> None:
    verdicts: list[Verdict] = []

    def write(part: int) -> None:
        box = Outbox(tmp_path, Policy())
        verdicts.extend(box.judge(again(100 * part + number), NOON + number) for number in range(5))

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdict.count for verdict in verdicts) == [*range(1, 21)]
    assert [verdict.act for verdict in verdicts].count("send") == 1


def test_old_things_are_forgotten(tmp_path: Path) -> None:
    box = Outbox(tmp_path, Policy())
    box.judge(FAILURE, NOON)
    assert box.judge(replace(FAILURE, key="x", thread="other"), NOON + KEPT + 1).act == "send"
    assert box.open_threads() == {"other"}
