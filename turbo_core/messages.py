"""The values of communication: what is said to people, how they can answer, and what proves that it arrived. No I/O.

Times are UTC in ISO 8601 with a ``Z``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from msgspec import Struct, field

from turbo_core.words import JSON, Level, MessageKind


class FormField(Struct, frozen=True, kw_only=True):
    """One field of a form. ``type`` is that of an input (``string``, ``integer``, ``number``, ``boolean``, ``choice``, ``path``,
    ``list``, ``object``); ``choices`` are those of a ``choice``; ``default`` stands in the field before anybody has typed.
    """

    name: str
    type: str = "string"
    description: str = ""
    default: JSON = None
    required: bool = False
    choices: tuple[JSON, ...] = ()


class QuestionForm(Struct, frozen=True, kw_only=True):
    """How a message of kind ``question`` can be answered.

    ``who`` are the names and groups that may answer (empty: anybody), ``until`` is when silence counts as no. ``token`` binds
    an answer to what was asked: it goes back with the answer, unread.
    """

    token: str
    who: tuple[str, ...] = ()
    until: str = ""
    fields: tuple[FormField, ...] = ()
    comment: Literal["optional", "required"] = "optional"


class Message(Struct, frozen=True, kw_only=True):
    """What is communicated. ``key`` is the same in every delivery attempt, so that a channel can drop doubles.

    ``body`` is Markdown. ``audience`` says whom it is for (``team``, ``managers``, ``on-call``, or a name of the project's own);
    ``links`` maps a title to a URL or a path.

    Messages with the same ``thread`` are one incident; an empty one is a message of its own. ``count`` tells how often it
    happened since the thread was opened, ``closes`` that this is the thread's last message. ``reference`` is the
    `Receipt.reference` that this channel gave for the first message of the thread; empty: this message opens it.

    ``question`` is there if the kind is ``question`` and an answer is still wanted.
    """

    key: str
    run: str
    task: str
    kind: MessageKind
    level: Level
    subject: str
    body: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    at: str = ""
    audience: str = "team"
    links: Mapping[str, str] = field(default_factory=dict)
    thread: str = ""
    closes: bool = False
    count: int = 1
    reference: str = ""
    question: QuestionForm | None = None


class Receipt(Struct, frozen=True, kw_only=True):
    """Proof that a message arrived.

    ``reference`` is what the channel needs to find it again, for example to go on with its thread: the number of a message, the
    key of an issue, a Message-ID.
    """

    channel: str
    reference: str = ""


class ListenContext(Protocol):
    """What a channel that lets people answer sees of the host. All of it may be used from any thread."""

    ended: threading.Event
    """Is set when nobody waits any more: return then."""

    runs: Callable[[], tuple[str, ...]]
    """Gives the ids of the runs that are waited for now."""

    def answer(
        self,
        run: str,
        task: str,
        token: str,
        *,
        approve: bool,
        who: str,
        comment: str = "",
        fields: Mapping[str, JSON] = {},
    ) -> str:
        """Give a person's answer to a question. ``who`` is ``CHANNEL:USER``, as the channel has authenticated them (settings
        map it to a name); ``token`` is that of the question. Gives an empty text if it was accepted, else a sentence that says
        why not.
        """

    def acknowledge(self, run: str, key: str, *, who: str) -> str:
        """Tell that a person has seen the message with this key, which ends its escalation. Gives an empty text, or why not."""
