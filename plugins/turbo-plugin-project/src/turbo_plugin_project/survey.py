"""A tree with the facts of its source files: from the cache where they are known, else by reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from turbo_plugin_project import cache
from turbo_plugin_project.reading import LARGEST, Facts, read
from turbo_plugin_project.tables.languages import Speech, speech
from turbo_plugin_project.tree import File, Tree

Told: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A source file, its language, and its facts."""

    file: File
    language: Speech
    facts: Facts


@dataclass(frozen=True, slots=True)
class Survey:
    """All source files of a tree.

    Attributes:
        sources: those that could be read, sorted by path.
        fresh: how many had to be read; the others were known.
        unread: how many could not be read, or are too large.
    """

    sources: tuple[Source, ...]
    fresh: int
    unread: int


def survey(tree: Tree, kept_in: Path | None, told: Told = lambda _done, _of: None) -> Survey:
    """Read what is not known yet.

    Args:
        tree: the files.
        kept_in: the file where facts are kept; ``None`` keeps none.
        told: is called now and then with how many files are done, and of how many.
    """
    code = [(file, language) for file in tree.files if (language := speech(file.name)) and language.counts]
    found, fresh = [], 0
    with cache.opened(kept_in) as kept:
        for done, (file, language) in enumerate(code):
            if done % 500 == 0:
                told(done, len(code))
            facts = kept.get(file)
            if facts is None:
                fresh += 1
                facts = _read(tree, file, language)
                if facts is not None:
                    kept.put(file, facts)
            if facts is not None:
                found.append(Source(file, language, facts))
        kept.flush()
        kept.forget({file.path for file, _ in code})
    return Survey(tuple(found), fresh, len(code) - len(found))


def _read(tree: Tree, file: File, language: Speech) -> Facts | None:
    if file.size > LARGEST:
        return None
    try:
        return read(file.name, (tree.root / file.path).read_bytes(), language)
    except OSError:
        return None


def within(sources: tuple[Source, ...], folder: str) -> Iterator[Source]:
    """The sources below a folder; all of them below ``.``."""
    return (one for one in sources if folder == "." or one.file.path.startswith(folder + "/"))
