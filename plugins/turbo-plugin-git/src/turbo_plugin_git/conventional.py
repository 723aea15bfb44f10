"""Conventional commits: a message -> its parts, and parts -> a changelog. Pure; knows neither git nor Turbo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from turbo_plugin_git.values import Commit

_HEADER: Final = re.compile(r"(?P<type>[A-Za-z][\w-]*)(?:\((?P<scope>[^()]*)\))?(?P<bang>!)?:[ \t]+(?P<subject>\S.*)")
_BREAKING: Final = re.compile(r"^BREAKING[ -]CHANGE:[ \t]+\S", re.MULTILINE)
_SQUARE_OR_ANGLE: Final = re.compile(r"([\[\]<>])")

_TITLES: Final = {
    "feat": "Features",
    "fix": "Fixes",
    "perf": "Performance",
    "revert": "Reverts",
    "refactor": "Refactoring",
    "docs": "Documentation",
    "test": "Tests",
    "build": "Build",
    "ci": "Continuous integration",
    "style": "Style",
    "chore": "Chores",
}
_ALIASES: Final = {"feature": "feat", "bugfix": "fix", "doc": "docs", "tests": "test"}
_LONGEST: Final = 200
"""Characters of a subject; a first line that goes on for longer is no subject."""
_BREAKING_TITLE: Final = "Breaking changes"
_OTHER_TITLE: Final = "Other changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One commit, read as a conventional one. ``type`` is empty if it is not; ``subject`` is then its first line."""

    commit: Commit
    type: str
    scope: str
    breaking: bool
    subject: str
    body: str


def read(commit: Commit) -> Entry:
    """Read a commit's message."""
    first, _, body = commit.message.lstrip().partition("\n")
    header = _HEADER.fullmatch(first.strip())
    if header is None:
        kind = "revert" if first.startswith('Revert "') else ""
        return Entry(commit=commit, type=kind, scope="", breaking=False, subject=first.strip(), body=body.strip())
    kind = header["type"].lower()
    return Entry(
        commit=commit,
        type=_ALIASES.get(kind, kind),
        scope=(header["scope"] or "").strip(),
        breaking=bool(header["bang"]) or _BREAKING.search(body) is not None,
        subject=header["subject"].strip(),
        body=body.strip(),
    )


def changelog(entries: Sequence[Entry], title: str = "") -> str:
    """Markdown, grouped by type with what breaks first; empty without entries. Each commit stands there once."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_group(entry), []).append(entry)
    heading = [f"## {_escape(title)}"] if title else []
    names = [name for name in (_BREAKING_TITLE, *_TITLES.values(), _OTHER_TITLE) if name in groups]
    blocks = [f"### {name}\n\n" + "\n".join(map(_bullet, groups[name])) for name in names]
    return "\n\n".join(heading + blocks) + "\n" if groups else ""


def _group(entry: Entry) -> str:
    return _BREAKING_TITLE if entry.breaking else _TITLES.get(entry.type, _OTHER_TITLE)


def _bullet(entry: Entry) -> str:
    scope = f"**{_escape(entry.scope)}:** " if entry.scope else ""
    subject = entry.subject if len(entry.subject) <= _LONGEST else f"{entry.subject[:_LONGEST]}…"
    return f"- {scope}{_escape(subject)} ({entry.commit.id[:8]})"


def _escape(text: str) -> str:
    """Keep links, images and HTML of a stranger's message from coming alive; code and emphasis may stay."""
    return _SQUARE_OR_ANGLE.sub(r"\\\1", text)
