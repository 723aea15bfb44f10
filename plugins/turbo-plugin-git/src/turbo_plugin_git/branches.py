"""Names of branches: the rules, and a name made of a title. Pure; knows neither git nor Turbo."""

from __future__ import annotations

import re
import unicodedata


def problem(name: str, *, pattern: str, longest: int) -> str:
    """What a name breaks of the rules; empty if nothing. (What git itself refuses is not looked at.)"""
    if len(name) > longest:
        return f"it has {len(name)} characters, more than {longest}"
    try:
        fits = not pattern or re.fullmatch(pattern, name) is not None
    except re.error as error:
        return f"the setting branch_pattern is no regular expression: {error}"
    return "" if fits else f"it does not match {pattern}"


def name_of(title: str, *, kind: str, ticket: str, longest: int) -> str:
    """A name such as ``feature/ABC-12-a-short-title``; cut between words where it is too long."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = f"{kind}/{ticket}".rstrip("/") if ticket else kind
    for number, word in enumerate(words):
        longer = f"{name}{'-' if number or ticket else '/'}{word}"
        if len(longer) > longest:
            break
        name = longer
    return name
