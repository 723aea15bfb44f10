"""Settle the conflicts that have one right answer, and leave all others. Pure; knows neither git nor Turbo.

``imports``     both sides added imports: both are kept
``whitespace``  the sides differ in nothing but the ends of lines

A side is never lost: each line that a side added is in the answer, save for white space at its end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from turbo_plugin_git import importing
from turbo_plugin_git.hunks import Conflict, Part, conflicts

Rule: TypeAlias = Literal["imports", "whitespace", "locks"]
RULES: Final[tuple[Rule, ...]] = ("imports", "whitespace", "locks")
_MEANT: Final = frozenset({".md", ".markdown", ".mdown", ".patch", ".diff", ".snap", ".tsv"})
"""Suffixes of texts in which white space at the end of a line has a meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A text after the rules were applied: ``rules`` tells how each settled conflict was settled, in their order."""

    parts: tuple[Part, ...]
    rules: tuple[Rule, ...]

    @property
    def left(self) -> int:
        """How many conflicts somebody has to settle."""
        return sum(1 for _ in conflicts(self.parts))


def settle(path: str, parts: Sequence[Part], rules: Collection[str]) -> Settlement:
    """Apply the rules to one text.

    Args:
        path: tells the language.
        parts: the text, as ``hunks.merge`` gives it.
        rules: which to apply.
    """
    settled: list[Part] = []
    used: list[Rule] = []
    for number, part in enumerate(parts):
        if isinstance(part, Conflict) and _ends_its_lines(part):
            answer, rule = _answer(path, part, _plain(settled), _plain(parts[number + 1 :]), rules)
            if answer is not None and rule is not None:
                settled.append(answer)
                used.append(rule)
                continue
        settled.append(part)
    return Settlement(parts=tuple(settled), rules=tuple(used))


def _ends_its_lines(conflict: Conflict) -> bool:
    """A last line without an end was given one by the merge, so what the sides had cannot be told any more."""
    return all(each.endswith("\n") for each in (*conflict.base, *conflict.ours, *conflict.theirs))


def _plain(parts: Sequence[Part]) -> list[str]:
    """The lines around a conflict; other conflicts stand as a line that is no import."""
    return [each.rstrip("\r\n") for part in parts for each in (("<",) if isinstance(part, Conflict) else part)]


def _answer(
    path: str, conflict: Conflict, before: Sequence[str], after: Sequence[str], rules: Collection[str]
) -> tuple[tuple[str, ...] | None, Rule | None]:
    if "imports" in rules and (joined := _imports(path, conflict, before, after)) is not None:
        return joined, "imports"
    if "whitespace" in rules and PurePosixPath(path).suffix.lower() not in _MEANT:
        return _whitespace(conflict), "whitespace"
    return None, None


def _imports(path: str, conflict: Conflict, before: Sequence[str], after: Sequence[str]) -> tuple[str, ...] | None:
    lines = (*conflict.base, *conflict.ours, *conflict.theirs)
    ends = {"\r\n" if each.endswith("\r\n") else "\n" for each in lines}
    if len(ends) != 1:
        return None
    (end,) = ends
    base, ours, theirs = ([each.removesuffix(end) for each in side] for side in (conflict.base, conflict.ours, conflict.theirs))
    joined = importing.join(path, before, after, base=base, ours=ours, theirs=theirs)
    return None if joined is None else tuple(f"{each}{end}" for each in joined)


def _whitespace(conflict: Conflict) -> tuple[str, ...] | None:
    base, ours, theirs = conflict.base, conflict.ours, conflict.theirs
    common, mine, yours = (tuple(map(_words, side)) for side in (base, ours, theirs))
    if mine == yours:
        return _same_words(base if common == mine else (), ours, theirs)
    if mine == common:
        return _new_words(theirs, base, ours)
    if yours == common:
        return _new_words(ours, base, theirs)
    return None


def _words(line: str) -> str:
    return line.rstrip(" \t\r\n")


def _end(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else "\n"


def _is_bare(line: str) -> bool:
    """Nothing stands between its words and its end."""
    return line == _words(line) + _end(line)


def _same_words(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...] | None:
    """Both sides have the same words: each line from the side that changed its end; if both are new, the one without spaces."""
    result = []
    for number, (mine, yours) in enumerate(zip(ours, theirs, strict=True)):
        common = base[number] if base else None
        if mine in (yours, common) or yours == common:
            result.append(yours if mine == common else mine)
        elif common is None and _end(mine) == _end(yours) and (_is_bare(mine) or _is_bare(yours)):
            result.append(mine if _is_bare(mine) else yours)
        else:
            return None
    return tuple(result)


def _new_words(changed: Sequence[str], base: Sequence[str], spaced: Sequence[str]) -> tuple[str, ...] | None:
    """One side changed words, the other only the ends of lines (``spaced``): the words with the new ends.

    Which end a line with new words should have is known only if ``spaced`` treated all lines alike: bare, with one kind of end.
    """
    ends = [{_end(line) for line in lines} for lines in (base, spaced, changed)]
    if not all(map(_is_bare, spaced)) or len(ends[0]) > 1 or len(ends[1]) > 1 or not ends[2] <= ends[0] | ends[1]:
        return None
    return tuple(_words(line) + end for line in changed for end in ends[1])
