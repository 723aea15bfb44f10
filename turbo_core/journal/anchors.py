"""Heads of journals that are kept outside: one line of text each, for a file, a git note, a mail.

A journal that was written anew from its beginning is sound in itself. Only somebody who knows an earlier head can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_LINE: Final = re.compile(r"turbo-head (\S+) ([1-9]\d{0,17}) ([0-9a-f]{64})")


class Anchor(NamedTuple):
    """That event ``seq`` of a run had this hash (hex)."""

    run: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"turbo-head {self.run} {self.seq} {self.hash}"


def anchors_in(text: str) -> Iterator[Anchor]:
    """Read every head in a text; other lines may stand between them."""
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield Anchor(found[1], int(found[2]), found[3])
