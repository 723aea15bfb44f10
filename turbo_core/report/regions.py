"""Marked regions of a text: found, and replaced without a change to anything around them.

A region stands between ``<!-- turbo:NAME -->`` and ``<!-- /turbo:NAME -->``. Pure; knows no file.
"""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = re.compile(r"<!--(?=\s*/?turbo:)")


def opening(name: str) -> str:
    """The mark that a region begins with."""
    return f"<!-- turbo:{name} -->"


def closing(name: str) -> str:
    """The mark that a region ends with."""
    return f"<!-- /turbo:{name} -->"


def harmless(text: str) -> str:
    """The text with marks of regions turned into plain text, so that nothing foreign can end a region."""
    return _MARK.sub("&lt;!--", text)


def find(text: str, name: str) -> tuple[int, int]:
    """Where the content of a region stands: its start and its end in the text.

    Raises:
        ValueError: it is not there, stands more than once, or has no end; the text says which, for people.
    """
    starts, ends = text.count(opening(name)), text.count(closing(name))
    if not starts and not ends:
        raise ValueError(f"it has no region {name}: write {opening(name)} and {closing(name)} where it belongs")
    if (starts, ends) != (1, 1):
        raise ValueError(f"its region {name} has {starts} beginnings and {ends} ends, not one of each")
    start, end = text.index(opening(name)) + len(opening(name)), text.index(closing(name))
    if end < start:
        raise ValueError(f"its region {name} ends before it begins")
    return start, end


def replaced(text: str, name: str, content: str) -> str:
    """The text with another content in a region; the marks stand on lines of their own, in the line breaks of the text.

    Raises:
        ValueError: see `find`.
    """
    start, end = find(text, name)
    wanted = f"\n{content.strip()}\n" if content.strip() else "\n"
    return text[:start] + (wanted.replace("\n", "\r\n") if "\r\n" in text else wanted) + text[end:]
