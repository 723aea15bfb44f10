"""The files of a project: what git would not ignore, and what is nobody else's code. Reads names and sizes, never contents.

Memory grows by some 300 bytes a file, time by one ``scandir`` a folder. Links are not followed, so no walk is endless.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

FOREIGN: Final = frozenset(
    [
        ".bzr",
        ".cache",
        ".eggs",
        ".git",
        ".gradle",
        ".hg",
        ".idea",
        ".mypy_cache",
        ".next",
        ".nox",
        ".nuxt",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".terraform",
        ".tox",
        ".turbo",
        ".venv",
        ".vscode",
        "__pycache__",
        "bower_components",
        "jspm_packages",
        "node_modules",
        "site-packages",
        "venv",
    ]
)
"""Folders that are never part of a project: stores of tools, and packages of others."""

_MARKS: Final = ("pyvenv.cfg", "CACHEDIR.TAG")
"""A folder that holds one of these is made by a tool."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its path relative to the tree's root, with ``/``; its bytes; when it was changed, in nanoseconds."""

    path: str
    size: int
    changed: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without the last part; empty at the root."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class Tree:
    """All files below a folder, sorted by path.

    Attributes:
        root: the folder.
        files: what was found.
        cut: there were more than could be looked at.
    """

    root: Path
    files: tuple[File, ...]
    cut: bool

    @cached_property
    def paths(self) -> dict[str, File]:
        """The files by path."""
        return {file.path: file for file in self.files}

    @cached_property
    def folders(self) -> dict[str, list[File]]:
        """The files of each folder."""
        found: dict[str, list[File]] = {}
        for file in self.files:
            found.setdefault(file.folder, []).append(file)
        return found

    def text(self, path: str, most: int = 1 << 20) -> str:
        """What a file holds, at most its first bytes; empty if it cannot be read."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(most).decode("utf-8-sig", errors="replace")
        except OSError:
            return ""


def walk(root: Path, most: int) -> Tree:
    """Look at a folder.

    Args:
        root: the folder.
        most: how many files are looked at; what comes after that is left out, and ``cut`` says so.
    """
    found: list[File] = []
    for file in _files(root, "", ()):
        if len(found) == most:
            return Tree(root, tuple(sorted(found, key=lambda one: one.path)), cut=True)
        found.append(file)
    return Tree(root, tuple(sorted(found, key=lambda one: one.path)), cut=False)


def _files(root: Path, start: str, rules: tuple[tuple[str, Any], ...]) -> Iterator[File]:
    """Depth first, with a list of what is left, so that no folder is too deep."""
    left = [(start, rules)]
    while left:
        folder, rules = left.pop()
        try:
            with os.scandir(root / folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue  # it is gone, or not ours to read
        names = {entry.name for entry in listed}
        if folder and not names.isdisjoint(_MARKS):
            continue
        if ".gitignore" in names:
            rules = (*rules, (folder, _rules(root / folder / ".gitignore")))
        deeper = []
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if (is_folder and entry.name in FOREIGN) or _ignored(path + "/" * is_folder, rules):
                continue
            if is_folder:
                deeper.append((path, rules))
            elif entry.is_file(follow_symlinks=False):
                yield from _file(entry, path)
        left += reversed(deeper)


def _file(entry: os.DirEntry[str], path: str) -> Iterator[File]:
    try:
        told = entry.stat(follow_symlinks=False)
        path.encode()
    except (OSError, UnicodeEncodeError):
        return  # it is gone, or its name is no text, which no result could hold
    yield File(path, told.st_size, told.st_mtime_ns)


def _rules(file: Path) -> Any:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    try:
        return import_module("pathspec").GitIgnoreSpec.from_lines(lines)
    except ValueError:  # git passes over a pattern that it cannot read, too
        return import_module("pathspec").GitIgnoreSpec.from_lines([])


def _ignored(path: str, rules: tuple[tuple[str, Any], ...]) -> bool:
    """The deepest file of rules that says anything about a path decides."""
    for folder, spec in reversed(rules):
        verdict = spec.check_file(path[len(folder) + 1 :] if folder else path).include
        if verdict is not None:
            return bool(verdict)
    return False
