"""Patterns of files (``sources``, ``produces``): what may be written, and which files match, in time that no pattern can stretch.

Names without wildcards at the beginning are looked up. From there on the folders are walked once, with all places of the pattern
that could come next: the standard library's ``glob`` tries one way after the other, which some patterns make endless. It knows
files, and nothing of workflows.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from errno import ENAMETOOLONG, ENOENT, ENOTDIR
from fnmatch import translate
from pathlib import Path
from typing import Final

from msgspec import Struct

LONGEST: Final = 1_000
_ANY: Final = "**"
_PASSED_OVER: Final = frozenset({".git", ".turbo"})
_WILD: Final = re.compile(r"[*?\[]")
_ABSENT: Final = frozenset({ENOENT, ENOTDIR, ENAMETOOLONG})


def glob_fault(pattern: str) -> str:
    """Why ``pattern`` is none; empty if it is one.

    ``*``, ``?`` and ``[…]`` stand for parts of a name, ``**`` between slashes for any number of folders.
    """
    parts = pattern.split("/")
    if not pattern or len(pattern) > LONGEST:
        return f"it has {len(pattern)} characters, not 1 to {LONGEST}"
    if pattern.startswith("/") or ".." in parts:
        return "it leads out of the project"
    if any(_ANY in part and part != _ANY for part in parts):
        return "** stands alone between slashes"
    return ""


def matching(root: Path, pattern: str) -> set[Path]:
    """The files below ``root`` that match, without those of ``.git`` and ``.turbo``. ``**`` enters no symbolic links.

    Args:
        root: a folder.
        pattern: one in which `glob_fault` finds nothing.

    Raises:
        OSError: a folder cannot be read.
    """
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    plain = next((number for number, part in enumerate(parts) if _WILD.search(part)), len(parts))
    if not _PASSED_OVER.isdisjoint(parts[:plain]):
        return set()
    start = root.joinpath(*parts[:plain])
    mode = _mode(start)
    if plain == len(parts):
        return {start} if stat.S_ISREG(mode) else set()
    if not stat.S_ISDIR(mode):
        return set()
    walk = _Walk(parts[plain:])
    found, open_ = set(), [(os.fspath(start), walk.start)]
    while open_:
        folder, places = open_.pop()
        for entry, next_ in walk.entries(folder, places):
            if entry.is_dir():
                open_.append((entry.path, next_))
            elif walk.end in next_ and entry.is_file():
                found.add(Path(entry.path))
    return found


def _mode(path: Path) -> int:
    """The mode of what is at ``path``, where its links lead; 0 if nothing is, or can be, there."""
    try:
        return path.stat().st_mode
    except ValueError:  # no name of a file
        return 0
    except OSError as error:
        if error.errno in _ABSENT:
            return 0
        raise


class _Part(Struct):
    any_folders: bool
    matches: re.Pattern[str]


class _Walk:
    """A pattern as a machine: its state is the set of places in the pattern that can come next."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = [_Part(part == _ANY, re.compile(translate(part))) for part in parts]
        self.end = len(parts)
        self.start = self._settled({0})

    def entries(self, folder: str, places: frozenset[int]) -> Iterator[tuple[os.DirEntry[str], frozenset[int]]]:
        """What is in ``folder`` and could match, each with the places after it."""
        # A folder that is gone by now has nothing in it: other tasks are at work.
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
            for entry in found:
                next_ = self._after(entry, places)
                if next_ and entry.name not in _PASSED_OVER:
                    yield entry, next_

    def _after(self, entry: os.DirEntry[str], places: frozenset[int]) -> frozenset[int]:
        stay = {place for place in places if place < self.end and self._parts[place].any_folders}
        if stay and entry.is_symlink() and entry.is_dir():
            stay = set()
        go_on = {place + 1 for place in places - stay if place < self.end and self._matches(place, entry.name)}
        return self._settled(stay | go_on)

    def _matches(self, place: int, name: str) -> bool:
        part = self._parts[place]
        return not part.any_folders and part.matches.match(name) is not None

    def _settled(self, places: set[int]) -> frozenset[int]:
        """With the places after each ``**`` too, since it may stand for no folder at all."""
        all_ = set(places)
        for place, part in enumerate(self._parts):
            if place in all_ and part.any_folders:
                all_.add(place + 1)
        return frozenset(all_)
