"""Incidents: what a message of a thread does to it, and whether it is sent. Pure; times are seconds since the epoch.

A thread is open from the first failure to the recovery. Between the two, news are sent ever more seldom, and counted always.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.telling.policy import Threads

Act = Literal["send", "group", "drop"]


class Thread(Struct, frozen=True, kw_only=True):
    """One incident, for one audience.

    ``count`` tells how often it happened since it was opened, ``updates`` how many news were sent after the first message,
    ``told`` whether the last message that was sent says that it goes on.
    """

    open: bool = True
    opened: float = 0.0
    count: int = 1
    updates: int = 0
    sent: float = 0.0
    told: bool = True
    closed: float = 0.0


class Step(Struct, frozen=True, kw_only=True):
    """What becomes of a message, why, and the thread after it."""

    act: Act
    thread: Thread | None
    why: str = ""


def happened(thread: Thread | None, rules: Threads, now: float) -> Step:
    """It happened (again)."""
    if thread is None or not (thread.open or now - thread.closed < rules.reopen):
        return Step(act="send", thread=Thread(opened=now, sent=now))
    after = replace(thread, open=True, count=thread.count + 1)
    due = thread.sent + rules.every * 2**thread.updates
    if thread.updates < rules.updates and now >= due:
        return Step(act="send", thread=replace(after, updates=thread.updates + 1, sent=now, told=True))
    return Step(act="group", thread=after, why=f"grouped: it has happened {after.count} times, and is known")


def ended(thread: Thread | None, now: float) -> Step:
    """It is over."""
    if thread is None or not thread.open:
        return Step(act="drop", thread=thread, why="dropped: the incident is closed already")
    closed = replace(thread, open=False, closed=now, told=False)
    if not thread.told:
        return Step(act="drop", thread=closed, why="dropped: nobody was told that it had happened again")
    return Step(act="send", thread=replace(closed, sent=now))
