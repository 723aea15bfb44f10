"""Three versions of a text -> what agrees and where they conflict, and back to text with marks. Knows nothing of Turbo.

``git merge-file`` does the merging. The marks it is asked for are longer than any run of these characters in the three versions,
so a heading underlined with ``=======`` is never taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from turbo_plugin_git.git import GitError, Repository, last_words

_SHORTEST: Final = 32
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place where both sides changed the same lines. Each line holds its end."""

    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


Part: TypeAlias = tuple[str, ...] | Conflict
"""Lines that are settled, or a conflict."""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text with their ends. Only a line feed ends a line, as for git."""
    lines = text.split("\n")
    ended = [f"{each}\n" for each in lines[:-1]]
    return tuple(ended + lines[-1:] if lines[-1] else ended)


def merge(repository: Repository, base: str, ours: str, theirs: str) -> list[Part]:
    """Merge three versions of one text.

    Raises:
        GitError: git could not (a version is binary).
    """
    size = _size(base, ours, theirs)
    with TemporaryDirectory() as name:
        paths = [Path(name, each) for each in ("ours", "base", "theirs")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        done = repository.ask("merge-file", "-p", "-q", "--diff3", f"--marker-size={size}", *map(str, paths))
    if done.returncode > 127:
        raise GitError("git merge-file failed", why=last_words(done.stderr))
    parts = _parse(lines_of(done.stdout.decode("utf-8", "surrogateescape")), size)
    if parts and isinstance(parts[-1], Conflict):
        parts[-1] = _as_they_ended(parts[-1], base, ours, theirs)
    return parts


def _as_they_ended(last: Conflict, *texts: str) -> Conflict:
    """In a conflict at the end git ends each last line; here a line that had no end has none."""
    sides = [
        (*side[:-1], side[-1].rstrip("\r\n")) if side and not text.endswith("\n") else side
        for side, text in zip((last.base, last.ours, last.theirs), texts, strict=True)
    ]
    return Conflict(base=sides[0], ours=sides[1], theirs=sides[2])


def _size(*texts: str) -> int:
    """A length of marks that no line of the texts begins with."""
    for size in range(_SHORTEST, _LONGEST):
        marks = tuple(mark * size for mark in "<|=>")
        if not any(each.startswith(marks) for text in texts for each in text.split("\n")):
            return size
    raise GitError("the text is full of conflict marks")


def _parse(lines: Sequence[str], size: int) -> list[Part]:
    parts: list[Part] = []
    place = 0
    sides: list[list[str]] = [[]]
    for each in lines:
        mark = "<|=>".find(each[0]) if each[:size] == each[:1] * size else -1
        if mark != place:
            sides[-1].append(each)
        elif mark == 3:
            ours, base, theirs = map(tuple, sides[1:])
            parts += [tuple(sides[0])] * bool(sides[0]) + [Conflict(base=base, ours=ours, theirs=theirs)]
            sides, place = [[]], 0
        else:
            sides.append([])
            place += 1
    return [*parts, tuple(sides[0])] if sides[0] else parts


def conflicts(parts: Sequence[Part]) -> Iterator[Conflict]:
    """The conflicts among the parts."""
    return (part for part in parts if isinstance(part, Conflict))


def render(parts: Sequence[Part], ours: str, theirs: str) -> str:
    """The text, each conflict between marks as git writes them, with the common ancestor in the middle."""
    return "".join("".join(_marked(part, ours, theirs) if isinstance(part, Conflict) else part) for part in parts)


def _marked(conflict: Conflict, ours: str, theirs: str) -> Iterator[str]:
    every = conflict.ours + conflict.base + conflict.theirs
    end = "\r\n" if every and all(each.endswith("\r\n") for each in every) else "\n"
    marks = (f"<<<<<<< {ours}", "||||||| base", "=======")
    for mark, lines in zip(marks, (conflict.ours, conflict.base, conflict.theirs), strict=True):
        yield mark + end
        yield from (each if each.endswith("\n") else each + end for each in lines)
    yield f">>>>>>> {theirs}{end}"
