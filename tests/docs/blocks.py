"""Fenced blocks of a Markdown page, and the notes that say how a test must read them.

A note is an HTML comment on the line above a block, so that no reader sees it:

    <!-- file: workflows/deploy.yaml -->    the block is that file of the page's project
    <!-- plugin: note -->                   that file is an entry point of the plugin "note", which counts as installed
    <!-- exit: 2 -->                        the last command of the block ends with this code, not with 0
    <!-- illustration: needs a token -->    the block is not run; the reason is required
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<tag>[^`]*)$")
NOTE = re.compile(r"^\s*<!--\s*(?P<key>file|plugin|exit|illustration):\s*(?P<value>.*?)\s*-->\s*$")
TAGS = {"yaml", "python", "console", "toml", "json", "text"}
"""The languages that a block may have. Text is for what nobody can run; a builder's directive stands in braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block; ``line`` is that of its fence, counted from 1."""

    page: Path
    line: int
    tag: str
    text: str
    file: str = ""
    plugin: str = ""
    exit: int = 0
    illustration: str = ""

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path, text: str) -> Iterator[Block]:
    """Yield the blocks of a page in their order.

    Raises:
        ValueError: a fence is not closed, has no language or an unknown one, or a note says nothing.
    """
    lines = enumerate(text.splitlines(), 1)
    notes: dict[str, str] = {}
    for number, line in lines:
        if note := NOTE.match(line):
            notes[note["key"]] = note["value"]
            continue
        if not (fence := FENCE.match(line)):
            notes = {} if line.strip() else notes
            continue
        body = list(_until_closed(page, number, fence, lines))
        tag = fence["tag"].strip()
        if not tag.startswith("{"):
            yield _block(page, number, tag, "\n".join(body) + "\n", notes)
        notes = {}


def _until_closed(page: Path, start: int, fence: re.Match[str], lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line.strip().startswith(fence["ticks"]) and not line.strip().strip("`"):
            return
        yield line.removeprefix(fence["indent"])
    raise ValueError(f"{page.name}:{start}: the block is not closed")


def _block(page: Path, line: int, tag: str, text: str, notes: dict[str, str]) -> Block:
    where = f"{page.name}:{line}"
    if tag not in TAGS:
        raise ValueError(f"{where}: a block needs one of the languages {', '.join(sorted(TAGS))}; it has {tag or 'none'}")
    if "illustration" in notes and not notes["illustration"]:
        raise ValueError(f"{where}: an illustration needs a reason")
    if "plugin" in notes and not (notes["plugin"] and "file" in notes):
        raise ValueError(f"{where}: a plugin needs a name and a file")
    return Block(
        page=page,
        line=line,
        tag=tag,
        text=text,
        file=notes.get("file", ""),
        plugin=notes.get("plugin", ""),
        exit=int(notes.get("exit", "0")),
        illustration=notes.get("illustration", ""),
    )
