"""What a message looks like: values -> Block Kit. Knows neither Turbo nor the network.

Texts come from tasks. They are cut to what Slack takes, and a ``<`` in them stays one, so that no task can call everybody
(``<!channel>``) or dress up a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Block: TypeAlias = dict[str, Any]

HEADER: Final = 150
BODY: Final = 11_000
FIELD: Final = 1_900
FIELDS: Final = 10
FALLBACK: Final = 3_000
APPROVE: Final = "turbo.approve"
REJECT: Final = "turbo.reject"

_MARKS: Final = {"debug": "⚪", "info": "🔵", "warning": "🟡", "error": "🔴", "alert": "🚨"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is said.

    Attributes:
        title: the headline.
        body: Markdown.
        level: ``debug`` to ``alert``.
        over: the incident is over.
        fields: what belongs to it, by name.
        links: title → address or path.
        footer: where it comes from.
        question: what its buttons carry; empty: it has none.
    """

    title: str
    body: str = ""
    level: str = "info"
    over: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""
    question: str = ""


def blocks(post: Post) -> list[Block]:
    """The blocks of a post."""
    return list(_blocks(post))


def fallback(post: Post) -> str:
    """What is shown where there are no blocks: in notifications."""
    return safe(f"{_mark(post)} {line(post.title)}", FALLBACK)


def answered(told: list[Block], sentence: str) -> list[Block]:
    """The blocks of a question once it has its answer: the sentence stands in the place of the buttons."""
    return [note(sentence) if block["type"] == "actions" else block for block in told]


def note(text: str) -> Block:
    """A line in small letters."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def safe(text: str, limit: int) -> str:
    """Text that means nothing to Slack, and is not longer than it takes."""
    told = _printable(text).replace("&", "&amp;").replace("<", "&lt;")
    # What is cut off must leave no half of an "&lt;" behind.
    return told if len(told) <= limit else f"{re.sub('&[a-z]*$', '', told[: limit - 1])}…"


def cut(text: str, limit: int) -> str:
    """Text that is not longer than Slack takes, for places where nothing has a meaning."""
    told = _printable(text)
    return told if len(told) <= limit else f"{told[: limit - 1]}…"


def line(text: str) -> str:
    """Text as one line."""
    return " ".join(_printable(text).split())


def _blocks(post: Post) -> Iterator[Block]:
    title = f"{_mark(post)} {line(post.title) or '…'}"
    yield {"type": "header", "text": {"type": "plain_text", "text": cut(title, HEADER), "emoji": True}}
    if post.body.strip():
        yield {"type": "markdown", "text": safe(post.body, BODY)}
    told = [f"*{safe(line(name), 100)}*\n{safe(value, FIELD)}" for name, value in post.fields.items() if name.strip()]
    if told:
        yield {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in told[:FIELDS]]}
    if post.links:
        yield note(" · ".join(_link(title, address) for title, address in post.links.items())[:FALLBACK])
    if post.question:
        yield {
            "type": "actions",
            "elements": [_button(APPROVE, "Approve", "primary", post), _button(REJECT, "Reject", "danger", post)],
        }
    if post.footer:
        yield note(safe(line(post.footer), FALLBACK))


def _button(action: str, text: str, style: str, post: Post) -> Block:
    label = {"type": "plain_text", "text": text, "emoji": True}
    return {"type": "button", "action_id": action, "text": label, "style": style, "value": post.question}


def _mark(post: Post) -> str:
    return "✅" if post.over else _MARKS.get(post.level, _MARKS["info"])


def _link(title: str, address: str) -> str:
    shown, told = safe(line(title), 200).replace("|", "/").replace(">", ""), line(address)
    if told.startswith(("https://", "http://")) and not set(told) & set("<>|"):
        return f"<{told.replace('&', '&amp;')}|{shown}>"
    return f"{shown}: `{safe(told, 500)}`"


def _printable(text: str) -> str:
    kept = "".join(character for character in text if character in "\n\t" or character.isprintable())
    return kept.encode("utf-8", "replace").decode()
