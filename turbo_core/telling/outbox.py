"""What a project remembers of messages beyond one run: threads, what was decided about each message, what waits for a digest.

One file, ``.turbo/messages.db``; each change is one transaction, so there is one writer at a time. The journals hold every
message and every receipt: without this file news are sent once more, and nothing is lost.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from turbo_core.journal.tables import Tables
from turbo_core.messages import Message, Receipt
from turbo_core.telling.policy import Policy
from turbo_core.telling.threads import Step, Thread, ended, happened
from turbo_core.words import LEVELS, Level

FILE_NAME: Final = "messages.db"
KEPT: Final = 30 * 86_400.0
"""Seconds for which closed threads and decisions about messages are remembered."""
CLAIM: Final = 300.0
"""Seconds that a process has to send a digest before another one may."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS thread (name TEXT, audience TEXT, touched REAL NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (name, audience)) STRICT;
CREATE TABLE IF NOT EXISTS reference (name TEXT, audience TEXT, channel TEXT, opened REAL NOT NULL, reference TEXT NOT NULL,
    PRIMARY KEY (name, audience, channel)) STRICT;
CREATE TABLE IF NOT EXISTS verdict (key TEXT PRIMARY KEY, at REAL NOT NULL, verdict BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS held (key TEXT, channel TEXT, until REAL NOT NULL, claimed REAL NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (key, channel)) STRICT;
"""
_MEMORY: Final = Tables(name=FILE_NAME, version=1, schema=_SCHEMA, patience=30.0)


class Verdict(Struct, frozen=True, kw_only=True):
    """What becomes of a message: it is sent, or ``why`` tells why not. ``until`` is when a digest will tell of it."""

    act: Literal["send", "group", "drop", "hold"] = "send"
    why: str = ""
    count: int = 1
    opened: float = 0.0
    until: float = 0.0


class Digest(Struct, frozen=True, kw_only=True):
    """The messages that one audience was spared on one channel."""

    key: str
    audience: str
    channel: str
    messages: tuple[Message, ...]

    @property
    def level(self) -> Level:
        """The highest level of them."""
        return max((message.level for message in self.messages), key=LEVELS.index)


class Outbox:
    """The memory of one project.

    Args:
        project: the project's folder.
        policy: what is grouped, and held.
    """

    def __init__(self, project: Path, policy: Policy) -> None:
        self._project = project
        self._policy = policy

    def judge(self, message: Message, now: float) -> Verdict:
        """Decide about a message, once: the same key has the same verdict for ever.

        Raises:
            sqlite3.Error, OSError: the memory cannot be written.
        """
        with _MEMORY.changing(self._project) as connection:
            known = connection.execute("SELECT verdict FROM verdict WHERE key = ?", (message.key,)).fetchone()
            if known is not None:
                return msgspec.json.decode(known[0], type=Verdict)
            verdict = self._verdict(connection, message, now)
            connection.execute("INSERT INTO verdict VALUES (?, ?, ?)", (message.key, now, msgspec.json.encode(verdict)))
            connection.execute("DELETE FROM verdict WHERE at < ?", (now - KEPT,))
            connection.execute("DELETE FROM thread WHERE touched < ?", (now - KEPT,))
            connection.execute("DELETE FROM reference WHERE opened < ?", (now - 2 * KEPT,))
            return verdict

    def prepared(self, message: Message, verdict: Verdict) -> Message:
        """The message for its channel, as part of its thread.

        Raises:
            sqlite3.Error: the memory cannot be read.
        """
        if not message.thread:
            return message
        query = "SELECT reference FROM reference WHERE name = ? AND audience = ? AND channel = ? AND opened >= ?"
        values = (message.thread, message.audience, message.channel, verdict.opened)
        with _MEMORY.changing(self._project) as connection:
            found = connection.execute(query, values).fetchone()
        return replace(message, count=verdict.count, reference=found[0] if found else "")

    def hold(self, message: Message, verdict: Verdict) -> None:
        """Keep a message for the digest of its channel.

        Raises:
            sqlite3.Error, OSError: the memory cannot be written.
        """
        line = (message.key, message.channel, verdict.until, 0.0, msgspec.json.encode(replace(message, count=verdict.count)))
        with _MEMORY.changing(self._project) as connection:
            connection.execute("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?)", line)

    def arrived(self, message: Message, receipt: Receipt, now: float) -> None:
        """Remember what a channel calls the first message of a thread.

        Raises:
            sqlite3.Error, OSError: the memory cannot be written.
        """
        if message.thread and not message.reference and receipt.reference:
            line = (message.thread, message.audience, message.channel, now, receipt.reference)
            with _MEMORY.changing(self._project) as connection:
                connection.execute("INSERT OR REPLACE INTO reference VALUES (?, ?, ?, ?, ?)", line)

    def open_threads(self) -> frozenset[str]:
        """The names of the incidents that go on; none if that cannot be read."""
        try:
            if not self._path.exists():
                return frozenset()
            with _MEMORY.changing(self._project) as connection:
                found = connection.execute("SELECT name, state FROM thread").fetchall()
        except (sqlite3.Error, OSError):
            return frozenset()
        return frozenset(name for name, state in found if msgspec.json.decode(state, type=Thread).open)

    def waiting(self) -> list[tuple[Message, float]]:
        """The messages that wait for a digest, and until when.

        Raises:
            sqlite3.Error, OSError: the memory cannot be read.
        """
        if not self._path.exists():
            return []
        with _MEMORY.changing(self._project) as connection:
            found = connection.execute("SELECT message, until, channel FROM held ORDER BY until, key").fetchall()
        return [(replace(_message(text), channel=channel), until) for text, until, channel in found]

    def due(self, now: float, *, early: bool = False) -> list[Digest]:
        """Claim the digests that are to be sent now (``early``: all of them).

        Raises:
            sqlite3.Error, OSError: the memory cannot be written.
        """
        if not self._path.exists():
            return []
        with _MEMORY.changing(self._project) as connection:
            query = "SELECT message, channel, until, key FROM held WHERE (until <= ? OR ?) AND claimed < ? ORDER BY rowid"
            found = connection.execute(query, (now, early, now - CLAIM)).fetchall()
            for _text, channel, _until, key in found:
                connection.execute("UPDATE held SET claimed = ? WHERE key = ? AND channel = ?", (now, key, channel))
        digests: dict[tuple[str, str], list[Message]] = {}
        for text, channel, _until, _key in found:
            message = _message(text)
            digests.setdefault((message.audience, channel), []).append(message)
        return [_digest(audience, channel, messages) for (audience, channel), messages in digests.items()]

    def told(self, digest: Digest, *, arrived: bool) -> None:
        """Forget what a digest has told; if it did not arrive, others may send it at once.

        Raises:
            sqlite3.Error, OSError: the memory cannot be written.
        """
        change = "DELETE FROM held" if arrived else "UPDATE held SET claimed = 0.0"
        with _MEMORY.changing(self._project) as connection:
            for message in digest.messages:
                connection.execute(f"{change} WHERE key = ? AND channel = ?", (message.key, digest.channel))

    def _verdict(self, connection: sqlite3.Connection, message: Message, now: float) -> Verdict:
        step = self._step(connection, message, now)
        thread = step.thread or Thread()
        verdict = Verdict(act=step.act, why=step.why, count=thread.count, opened=thread.opened)
        quiet = self._policy.quiet
        until = quiet.until(datetime.fromtimestamp(now, UTC)) if quiet and quiet.holds(message.kind, message.level) else None
        if verdict.act == "send" and until is not None:
            return replace(verdict, act="hold", until=until.timestamp(), why=f"held for the digest at {until:%H:%M}")
        return verdict

    def _step(self, connection: sqlite3.Connection, message: Message, now: float) -> Step:
        if not message.thread or message.kind not in {"failure", "recovery"}:
            return Step(act="send", thread=None)
        place = (message.thread, message.audience)
        row = connection.execute("SELECT state FROM thread WHERE name = ? AND audience = ?", place).fetchone()
        known = None if row is None else msgspec.json.decode(row[0], type=Thread)
        step = ended(known, now) if message.kind == "recovery" else happened(known, self._policy.threads, now)
        if step.thread is not None:
            line = (*place, now, msgspec.json.encode(step.thread))
            connection.execute("INSERT OR REPLACE INTO thread VALUES (?, ?, ?, ?)", line)
        return step

    @property
    def _path(self) -> Path:
        return _MEMORY.place(self._project)


def _message(text: bytes) -> Message:
    return msgspec.json.decode(text, type=Message)


def _digest(audience: str, channel: str, messages: list[Message]) -> Digest:
    keys = "\n".join(sorted(message.key for message in messages))
    key = f"digest/{hashlib.sha256(f'{audience}/{channel}/{keys}'.encode()).hexdigest()[:20]}"
    return Digest(key=key, audience=audience, channel=channel, messages=tuple(messages))
