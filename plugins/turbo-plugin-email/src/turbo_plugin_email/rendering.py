"""What a mail says: a plain part that is read everywhere, and an HTML part for those who see it. Knows nothing of Turbo.

Texts come from tasks. HTML in them stays text, links lead to the web or to a mailbox, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from markdown_it import MarkdownIt

SHOWN: Final = 100_000
"""Characters of a body; what is longer is cut, for servers refuse large mails."""

COLOURS: Final = {"debug": "#57606a", "info": "#0b6e4f", "warning": "#9a6700", "error": "#b42318", "alert": "#8a0f3c"}
_CELL: Final = "padding:4px 12px 4px 0;vertical-align:top;text-align:left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is said.

    Attributes:
        title: the headline.
        body: Markdown.
        level: ``debug`` to ``alert``.
        fields: what belongs to it, by name.
        links: title → address or path.
        footer: where it comes from.
    """

    title: str
    body: str = ""
    level: str = "info"
    fields: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""


def clean(text: str) -> str:
    """Text without the characters that no mail may hold."""
    spaced = (character if character in "\n\t" or not character.isspace() else " " for character in text.replace("\r\n", "\n"))
    kept = "".join(character for character in spaced if character in "\n\t" or character.isprintable())
    return kept.encode("utf-8", "replace").decode()


def line(text: str, limit: int = 200) -> str:
    """Text as one line, for a header."""
    told = " ".join(clean(text.replace("\n", " ")).split())
    return told if len(told) <= limit else f"{told[: limit - 1]}…"


def plain(text: Text) -> str:
    """The plain part."""
    fields = "\n".join(f"{line(name)}: {clean(value)}" for name, value in text.fields.items())
    links = "\n".join(f"{line(title)}: {line(address, 2000)}" for title, address in text.links.items())
    parts = (line(text.title), _body(text), fields, links, f"-- \n{line(text.footer)}" if text.footer else "")
    return "\n\n".join(part for part in parts if part) + "\n"


def html(text: Text) -> str:
    """The HTML part: one page, its style in place, because most mail programs drop all other."""
    colour = COLOURS.get(text.level, COLOURS["info"])
    fields = "".join(
        f'<tr><th style="{_CELL};color:#57606a;font-weight:600">{escape(line(name))}</th>'
        f'<td style="{_CELL};white-space:pre-wrap">{escape(clean(value))}</td></tr>'
        for name, value in text.fields.items()
    )
    links = "".join(f"<li>{_link(title, address)}</li>" for title, address in text.links.items())
    parts = (
        f'<h1 style="font-size:18px;margin:0 0 12px;color:{colour};overflow-wrap:anywhere">{escape(line(text.title))}</h1>',
        f'<div style="overflow-wrap:anywhere">{_markdown().render(_body(text))}</div>' if text.body else "",
        f'<table style="border-collapse:collapse;margin:12px 0">{fields}</table>' if fields else "",
        f'<ul style="padding-left:20px">{links}</ul>' if links else "",
        f'<p style="color:#57606a;font-size:12px;margin:16px 0 0">{escape(line(text.footer))}</p>' if text.footer else "",
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head><body style="margin:0;padding:16px;background:#f6f8fa">'
        f'<div style="max-width:640px;margin:0 auto;padding:16px 20px;background:#fff;border-top:4px solid {colour};'
        'color:#1f2328;font:14px/1.5 -apple-system,BlinkMacSystemFont,Segoe UI,Helvetica,Arial,sans-serif">'
        f"{''.join(parts)}</div></body></html>\n"
    )


def _body(text: Text) -> str:
    told = clean(text.body).strip()
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}\n\n…"


def _markdown() -> MarkdownIt:
    # Pictures are left out: loading one would tell a stranger who reads the mail, and when.
    return MarkdownIt("js-default", {"linkify": False}).disable("image")


def _link(title: str, address: str) -> str:
    shown, told = escape(line(title)), line(address, 2000)
    if told.startswith(("https://", "http://", "mailto:")):
        return f'<a href="{escape(told)}">{shown}</a>'
    return f"{shown}: <code>{escape(told)}</code>"
