"""Which cases are meant by ``-k``: words that are looked for in their ids, joined by ``and``, ``or`` and ``not``."""

from __future__ import annotations

from turbo_core.errors import UsageError


def means(expression: str, name: str) -> bool:
    """Whether an expression means a name. ``not`` binds closer than ``and``, ``and`` closer than ``or``; case does not count.

    Raises:
        UsageError: a word is missing between them.
    """
    options = [[_holds(part, name) for part in _split(option, "and")] for option in _split(expression, "or")]
    return any(all(option) for option in options)


def _split(text: str, word: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for each in text.split():
        if each == word:
            parts.append([])
        else:
            parts[-1].append(each)
    return [" ".join(part) for part in parts]


def _holds(text: str, name: str) -> bool:
    words = text.split()
    wanted = words[:1] != ["not"]
    looked_for = " ".join(words if wanted else words[1:])
    if not looked_for:
        raise UsageError("a word is missing in the expression of -k", next_step="write it like: -k 'secret and not asked'")
    return (looked_for.lower() in name.lower()) == wanted
