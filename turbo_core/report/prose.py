"""Prose and its links: how easy it is to read, and which of its links lead nowhere.

Readability is the Flesch reading ease (R. Flesch, "A new readability yardstick", 1948): 206.835 - 1.015 x words per sentence
- 84.6 x syllables per word. Syllables are counted as groups of vowels, which is near enough for a comparison over time.
"""

from __future__ import annotations

import re
from typing import Final

_FENCE: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`[^`\n]*`|<!--[\s\S]*?-->|<[^>\n]+>|^[|#].*$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)[^)\n]*\)")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]*")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_END: Final = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n|\n[-*] ")
EASY: Final = 60.0
"""Plain English, and above: a text of this ease rates in full."""


def plain(markdown: str) -> str:
    """What of a Markdown text is prose: without code, tables, headings and marks."""
    return _CODE.sub(" ", _FENCE.sub("\n\n", _LINK.sub(lambda found: found[0][1 : found[0].index("]")], markdown)))


def ease(text: str) -> float | None:
    """The Flesch reading ease of prose; ``None`` where there are fewer than ten words."""
    words = _WORD.findall(text)
    if len(words) < 10:
        return None
    sentences = sum(1 for part in _END.split(text) if _WORD.search(part))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 206.835 - 1.015 * len(words) / max(sentences, 1) - 84.6 * syllables / len(words)


def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and count > 1
    return max(count - silent, 1)


def links(markdown: str) -> list[str]:
    """The targets of links that stay within the project: paths, perhaps with an anchor, and anchors of the page itself."""
    found = _LINK.findall(_FENCE.sub("", markdown))
    return [target for target in found if not re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE)]


def anchors(markdown: str) -> set[str]:
    """The anchors that the headings of a page make, as the sites that show Markdown do."""
    headings = re.findall(r"^#{1,6} +(.+?) *#*$", _FENCE.sub("", markdown), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-") for heading in headings}
