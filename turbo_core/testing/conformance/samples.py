"""What plugins of each kind meet in the suites: questions, messages, runs. Odd ones too, because real ones are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from secrets import token_hex

from msgspec.structs import replace

from turbo_core.messages import FormField, Message, QuestionForm
from turbo_core.model import Event, Question, RunInfo, RunView
from turbo_core.testing.simulation import Simulation, Surrounding
from turbo_core.testing.world import Stub, Stubs
from turbo_core.words import JSON, LEVELS

HARMFUL = '<script>alert("turbo")</script>'
"""Text of a task that must not become a part of a page."""

ODD = f"{HARMFUL} \u2013 \ufb01n \u202e right \x1b[31m red \x00 end"
"""Text that is hard to bear: markup, other scripts, control characters."""

_BOUND = "0123abcd"
_FORM = QuestionForm(
    token=_BOUND,
    who=("maintainers",),
    until="2026-01-02T00:00:00.000Z",
    comment="required",
    fields=(
        FormField(name="why", description="What for?", required=True),
        FormField(name="where", type="choice", choices=("here", "there"), default="here"),
        FormField(name="many", type="integer", default=3),
    ),
)
_GOOD = """
name: sample
description: What a documenter meets.
inputs: {who: {type: string, default: you}}
phases:
  one:
    build: {run: make, outputs: {size: integer}}
    each: {run: 'true', matrix: {x: [1, 2]}}
    never: {run: 'true', when: "${{ inputs.who == 'me' }}"}
  two:
    fit: {decide: "Is it fit?", criteria: {size: {score: 1, weight: 2}}, accept: 0.5}
    say: {communicate: "it is built"}
finally:
  - {run: echo bye}
"""
_BAD = f"""
name: odd
description: '{HARMFUL}'
tasks:
  a: {{run: 'echo "{HARMFUL.replace(chr(34), "")}"', description: '{HARMFUL}'}}
  b: {{needs: [a], run: 'true'}}
"""


def questions() -> Iterator[Question]:
    """Gates and failures, plain and odd: facts may be missing, of any type, and of any size."""
    for text in ("Release 1.2.3?", "", ODD, "x" * 100_000):
        yield Question(kind="gate", run="r", task="fit", text=text)
    plain = {"class": "exit", "message": "exit code 1", "exit_code": 1, "attempts": 1}
    odd: tuple[dict[str, JSON], ...] = (
        {},
        dict.fromkeys(plain),
        {**plain, "class": "novel"},
        {**plain, "message": ODD, "attempts": 10**6},
    )
    more = ({**plain, "exit_code": Decimal("1.5"), "more": {"deep": [None, {}, []]}}, {**plain, "class": ["exit"], "message": {}})
    for facts in (plain, *odd, *more):
        yield Question(kind="failure", run="r", task="build", text="What now?", facts=facts)


def messages(channel: str) -> Iterator[Message]:
    """One message of each level, then odd ones. Each has a key of its own."""
    for level in LEVELS:
        yield Message(key=f"k-{level}", run="r", task="t", kind="note", level=level, subject=f"a {level}", channel=channel)
    plain = Message(
        key="k-odd",
        run="r",
        task="",
        kind="finished",
        level="info",
        subject="done",
        channel=channel,
        at="2026-01-01T00:00:00.000Z",
    )
    yield plain
    yield replace(plain, key="k-text", subject=ODD, body=f"{ODD}\n" * 3, fields={"": "", ODD: ODD})
    yield replace(plain, key="k-long", kind="failure", subject="s" * 5_000, body="b" * 200_000)
    told = {"answer": "turbo approve"}
    asked = replace(plain, key="k-question", kind="question", task="fit", subject="Is it fit?", body="", fields=told)
    yield asked
    yield replace(asked, key="k-form", question=_FORM, audience="managers", links={"the report": "https://example.org/r?a=1&b=2"})


def thread(channel: str) -> tuple[Message, Message, Message]:
    """Three messages of one thread, as its news arrive: it is opened, it happens again, it is over."""
    first = Message(
        key="t-1",
        run="r",
        task="t",
        kind="failure",
        level="error",
        subject="t fails",
        channel=channel,
        thread="w/t",
        audience="on-call",
    )
    again = replace(first, key="t-2", run="r2", subject="t still fails", count=7)
    return first, again, replace(again, key="t-3", kind="recovery", level="info", subject="t works again", closes=True)


def simulations(folder: Path) -> Iterator[Simulation]:
    """Runs that have ended or parked: one that succeeded, one that failed with odd texts, one that asks.

    Args:
        folder: an empty folder.
    """
    good: Stubs = {"build": Stub(outputs={"size": 3}), "each[1]": [Stub.fails(), Stub()]}
    asks = 'name: asks\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 2h}}\n'
    failed = Stub(state="failed", failure="exit", exit_code=3, message=ODD)
    for name, text, stubs in (("good", _GOOD, good), ("odd", _BAD, {"a": failed}), ("asks", asks, {})):
        place = folder / name
        place.mkdir(parents=True)
        run = Simulation(place, text, Surrounding(stubs=stubs))
        run.run()
        yield run


def views(folder: Path) -> list[RunView]:
    """The runs as values."""
    return [run.view() for run in simulations(folder)]


def journals(folder: Path) -> list[tuple[RunInfo, Sequence[Event]]]:
    """The runs as an observer meets them; each run has an id that no other had before."""
    found: list[tuple[RunInfo, Sequence[Event]]] = []
    for run in simulations(folder):
        name = f"sample-{token_hex(4)}"
        info = RunInfo(id=name, workflow=run.workflow.name, project=folder, folder=run.folder, live=True)
        found.append((info, [replace(event, run=name) for event in run.events]))
    return found
