"""What deciders answer and what channels do, also where they fail: real plugins, and channels of this process."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.plugins.shelf import QUESTION, Shelf
from turbo_core.engine import delivering
from turbo_core.engine.consulting import opinions
from turbo_core.engine.courier import Courier
from turbo_core.engine.delivering import Delivery
from turbo_core.engine.ports import Delivered, Happening
from turbo_core.messages import Message, Receipt

DECIDER = """
from turbo_core import hookimpl, Opinion

@hookimpl
def turbo_decide(question):
    {answer}
"""


@pytest.mark.parametrize(
    ("name", "answer", "score", "missing"),
    [
        ("half", 'return Opinion(name="half", score=0.5, confidence=1)', Decimal("0.5"), ""),
        ("odd", 'return Opinion(name="odd", score=float("nan"))', None, "it gave no usable score"),
        ("wrong", 'return {"score": 1}', None, "it answered with a dict, not an Opinion"),
        ("broken", 'raise ValueError("no idea")', None, "ValueError: no idea"),
        ("failure", 'return Opinion(name="failure", answer="ask")', None, ""),
    ],
)
def test_an_answer_that_is_no_score_says_why(
    shelf: Shelf, tmp_path: Path, name: str, answer: str, score: Decimal | None, missing: str
) -> None:
    shelf.plugin(f"asked_{name}", DECIDER.format(answer=answer))
    (told,) = opinions(shelf.plugins(), QUESTION, tmp_path, {f"asked_{name}": 3})
    assert told["score"] == score
    assert missing in told["missing"]
    assert bool(told["missing"]) is bool(missing)
    assert told["weight"] == 3


def delivered(shelf: Shelf, channel: Callable[[Message], Receipt]) -> Delivered:
    """What became of one message to a channel of this process."""
    posted: SimpleQueue[Happening] = SimpleQueue()
    delivery = Delivery(Courier(shelf.plugins(), {"mine": channel}), posted.put)
    message = Message(key="k", run="r", task="t", kind="note", level="info", subject="hello")
    assert delivery.send(message, ["mine", "mine", "settled"], frozenset({"settled"})) == 1
    try:
        told = posted.get(timeout=60)
        assert isinstance(told, Delivered)
        return told
    finally:
        delivery.close()


def test_a_channel_that_fails_at_first_is_tried_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "FIRST_WAIT", 0.001)
    tried: list[str] = []

    def channel(message: Message) -> Receipt:
        tried.append(message.channel)
        if len(tried) < 3:
            raise ConnectionError("no route")
        return Receipt(channel="mine", reference="42")

    told = delivered(shelf, channel)
    assert (told.reference, told.fault, tried) == ("42", "", ["mine"] * 3)


def test_a_channel_that_never_answers_is_given_up_and_the_fault_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "FIRST_WAIT", 0.001)

    def channel(_message: Message) -> Receipt:
        raise ConnectionError("no route")

    told = delivered(shelf, channel)
    assert (told.final, told.fault) == (True, "ConnectionError: no route")
