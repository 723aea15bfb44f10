"""Markdown -> the Atlassian Document Format, which version 3 of Jira's API wants in place of text. Knows nothing of Turbo.

Source of the format: developer.atlassian.com/cloud/jira/platform/apis/document/structure. What it has no place for (HTML,
pictures) stays text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node: TypeAlias = dict[str, Any]

BODY: Final = 20_000
"""Characters of a text; Jira takes some 32,000 with all marks."""

_BLOCKS: Final = {"bullet_list": "bulletList", "ordered_list": "orderedList", "list_item": "listItem"}
_MARKS: Final = {"strong": "strong", "em": "em", "s": "strike"}


def document(*parts: Sequence[Node]) -> Node:
    """A document of blocks."""
    content = [block for part in parts for block in part]
    return {"type": "doc", "version": 1, "content": content or [paragraph([])]}


def markdown(told: str) -> list[Node]:
    """The blocks of a text in Markdown."""
    text = clean(told).strip()
    text = text if len(text) <= BODY else f"{text[:BODY]}…"
    root = SyntaxTreeNode(MarkdownIt("js-default", {"linkify": False}).disable(["image", "table"]).parse(text))
    return [block for child in root.children for block in _block(child)]


def table(rows: Mapping[str, str]) -> list[Node]:
    """Names and values, as a list."""
    items = [
        {"type": "listItem", "content": [paragraph([_text(f"{clean(name)}: ", "strong"), *_texts(clean(value))])]}
        for name, value in rows.items()
        if clean(name).strip()
    ]
    return [{"type": "bulletList", "content": items}] if items else []


def note(told: str) -> list[Node]:
    """A line in italics."""
    return [paragraph([_text(clean(told), "em")])] if clean(told).strip() else []


def paragraph(content: Sequence[Node]) -> Node:
    """A paragraph."""
    return {"type": "paragraph", "content": list(content)}


def clean(text: str) -> str:
    """Text without the characters that Jira refuses."""
    kept = "".join(character for character in text if character in "\n\t" or character.isprintable())
    return kept.encode("utf-8", "replace").decode()


def line(text: str, limit: int = 250) -> str:
    """Text as one line, for a summary."""
    told = " ".join(clean(text.replace("\n", " ")).split())
    return told if len(told) <= limit else f"{told[: limit - 1]}…"


def _block(node: SyntaxTreeNode) -> Iterator[Node]:
    inner = [block for child in node.children for block in _block(child)] if node.type != "inline" else []
    if node.type == "paragraph":
        yield paragraph(_inlines(node))
    elif node.type == "heading":
        yield {"type": "heading", "attrs": {"level": int(node.tag[1])}, "content": _inlines(node)}
    elif node.type in ("fence", "code_block"):
        language = {"attrs": {"language": node.info.split()[0]}} if node.info.strip() else {}
        yield {"type": "codeBlock", **language, "content": [_text(node.content.rstrip("\n"))] if node.content.strip() else []}
    elif node.type == "hr":
        yield {"type": "rule"}
    elif node.type == "blockquote":
        # A quotation may hold no headings, rules or quotations there: they become paragraphs.
        yield {"type": "blockquote", "content": [_plain(block) for block in inner] or [paragraph([])]}
    elif node.type in _BLOCKS:
        kept = inner if node.type != "list_item" else [_plain(block) for block in inner]
        yield {"type": _BLOCKS[node.type], "content": kept or [paragraph([])]}


def _plain(block: Node) -> Node:
    if block["type"] in ("paragraph", "bulletList", "orderedList", "codeBlock"):
        return block
    return paragraph(list(_leaves(block)))


def _leaves(block: Node) -> Iterator[Node]:
    for child in block.get("content", ()):
        if child["type"] in ("text", "hardBreak"):
            yield child
        else:
            yield from _leaves(child)


def _inlines(node: SyntaxTreeNode) -> list[Node]:
    return [text for inline in node.children for child in inline.children for text in _inline(child, ())]


def _inline(node: SyntaxTreeNode, marks: tuple[Node, ...]) -> Iterator[Node]:
    if node.type in ("softbreak", "hardbreak"):
        yield {"type": "hardBreak"}
    elif node.type == "code_inline":
        # Code bears no other mark than a link.
        yield _marked(node.content, (*(mark for mark in marks if mark["type"] == "link"), {"type": "code"}))
    elif node.children:
        own = _mark(node)
        for child in node.children:
            yield from _inline(child, (*marks, own) if own and own not in marks else marks)
    elif node.content:
        yield _marked(node.content, marks)


def _mark(node: SyntaxTreeNode) -> Node | None:
    if node.type == "link":
        return {"type": "link", "attrs": {"href": str(node.attrs["href"])}}
    return {"type": _MARKS[node.type]} if node.type in _MARKS else None


def _marked(text: str, marks: Sequence[Node]) -> Node:
    return {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}


def _text(text: str, mark: str = "") -> Node:
    return _marked(text, [{"type": mark}] if mark else [])


def _texts(text: str) -> list[Node]:
    return [_text(text)] if text else []
