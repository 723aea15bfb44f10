"""The messages of runs and what came of each, from the events of their journals; and what that says of channels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.model import Event

State = Literal["delivered", "failed", "withheld", "waiting"]


class Posted(Struct, frozen=True, kw_only=True):
    """One message on one channel.

    ``state``: it arrived; it was given up; it was not sent by itself (grouped, held, dropped); it has still to be sent.
    ``why`` tells the reason of the last three. ``answer`` of a question is ``approved``, ``rejected``, ``expired`` or empty.
    Times are those of the journal.
    """

    run: str
    key: str
    task: str
    kind: str
    level: str
    audience: str
    subject: str
    channel: str
    at: str
    state: State = "waiting"
    why: str = ""
    delivered: str = ""
    acknowledged: str = ""
    by: str = ""
    answer: str = ""
    answered: str = ""

    @property
    def id(self) -> str:
        """What people call the message within its run: its key without the run."""
        return self.key.removeprefix(f"{self.run}/")


def posted(events: Iterable[Event]) -> list[Posted]:
    """The messages of one run, in the order in which they were queued."""
    found: dict[tuple[str, str], Posted] = {}
    for event in events:
        body = event.body
        if event.kind == "message.queued":
            found |= {(line.key, line.channel): line for line in _queued(event)}
        elif event.kind in {"message.delivered", "message.failed", "message.withheld"}:
            place = (body["key"], body["channel"])
            if place in found:
                found[place] = _settled(found[place], event)
        elif event.kind == "message.acknowledged":
            found |= {
                place: replace(line, acknowledged=event.at, by=event.actor)
                for place, line in found.items()
                if line.key == body["key"]
            }
        elif event.kind == "gate.decided":
            answer = "approved" if body["decision"] == "accepted" else body["decision"]
            found |= {
                place: replace(line, answer=answer, answered=event.at, by=body.get("by") or line.by)
                for place, line in found.items()
                if line.kind == "question" and line.task == event.task and not line.answer
            }
    return list(found.values())


def _queued(event: Event) -> Iterable[Posted]:
    body = event.body
    line = Posted(
        run=event.run,
        key=body["key"],
        task=event.task,
        kind=body["kind"],
        level=body["level"],
        audience=body.get("audience", "team"),
        subject=body["subject"],
        channel="",
        at=event.at,
    )
    return [replace(line, channel=channel) for channel in body["to"]]


def _settled(line: Posted, event: Event) -> Posted:
    body = event.body
    if event.kind == "message.delivered":
        return replace(line, state="delivered", why="", delivered=event.at)
    if event.kind == "message.withheld":
        return replace(line, state="withheld", why=body["why"])
    return replace(line, state="failed" if body["final"] else "waiting", why=body["message"])


# ---------------------------------------------------------------- statistics


class Tally(Struct, frozen=True, kw_only=True):
    """What became of the messages of one kind on one channel. Times are medians in seconds, ``None`` where there is none."""

    channel: str
    kind: str
    messages: int
    delivered: int
    failed: int
    waiting: int
    withheld: int
    seconds: float | None
    acknowledged: int
    acknowledged_after: float | None
    answered: int
    answered_after: float | None
    expired: int


def tallies(lines: Sequence[Posted]) -> list[Tally]:
    """One line for each channel and kind, in the order of the alphabet."""
    groups: dict[tuple[str, str], list[Posted]] = {}
    for line in lines:
        groups.setdefault((line.channel, line.kind), []).append(line)
    return [_tally(channel, kind, group) for (channel, kind), group in sorted(groups.items())]


def _tally(channel: str, kind: str, lines: Sequence[Posted]) -> Tally:
    count = {state: sum(line.state == state for line in lines) for state in ("delivered", "failed", "waiting", "withheld")}
    answered = [line for line in lines if line.answer in {"approved", "rejected"}]
    return Tally(
        channel=channel,
        kind=kind,
        messages=len(lines),
        **count,
        seconds=_middle((line.at, line.delivered) for line in lines),
        acknowledged=sum(bool(line.acknowledged) for line in lines),
        acknowledged_after=_middle((line.at, line.acknowledged) for line in lines),
        answered=len(answered),
        answered_after=_middle((line.at, line.answered) for line in answered),
        expired=sum(line.answer == "expired" for line in lines),
    )


def _middle(spans: Iterable[tuple[str, str]]) -> float | None:
    found = [(datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() for start, end in spans if end]
    return round(median(found), 3) if found else None
