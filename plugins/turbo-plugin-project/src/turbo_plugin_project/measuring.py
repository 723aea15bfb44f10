"""Figures of source files: size, complexity, duplication, tests. Pure."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from turbo_plugin_project.reading import WINDOW
from turbo_plugin_project.survey import Source
from turbo_plugin_project.tables.languages import TESTS
from turbo_plugin_project.values import Language

COMPLEX: Final = 15
"""A function of more cyclomatic complexity is hard to test (McCabe, 1976, took 10; what compilers of today warn of is higher)."""

_SAMPLE: Final = 1_000_000
"""So many hashes are compared at most; of more a fair part is taken, which bounds the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hot:
    """A function that is hard to follow.

    Attributes:
        name: as the language writes it.
        path: its file.
        line: where it begins.
        length: its lines of code.
        complexity: its cyclomatic complexity.
    """

    name: str
    path: str
    line: int
    length: int
    complexity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two files that have lines in common.

    Attributes:
        path: the first.
        other: the second; the same as the first if it repeats itself.
        windows: how many runs of six lines stand in both.
    """

    path: str
    other: str
    windows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures of a project.

    Attributes:
        files: source files.
        lines: all their lines.
        code: those that are neither blank nor comment.
        tests: lines of code in tests.
        test_ratio: lines of tests for each line of other code.
        functions: how many.
        complexity: the mean cyclomatic complexity of a function.
        complex_share: the share of functions above 15.
        hottest: the most complex functions.
        duplication: the share of runs of six lines that stand somewhere else, too.
        twins: the files that have most in common.
        largest: the longest files, with their lines of code.
        skipped: files that were generated, minified, too large or not readable, and are left out of all but the count of files.
    """

    files: int
    lines: int
    code: int
    tests: int
    test_ratio: float
    functions: int
    complexity: float
    complex_share: float
    hottest: list[Hot]
    duplication: float
    twins: list[Twins]
    largest: list[str]
    skipped: int


def is_test(path: str) -> bool:
    """A file's place or name says that it is a test."""
    return bool(_TEST.search(path))


_TEST: Final = re.compile("|".join(TESTS))


def measure(sources: Sequence[Source], unread: int, limit: int) -> Metrics:
    """The figures of some files; complexity and duplication are those of what is no test.

    Args:
        sources: the files.
        unread: how many more there are.
        limit: how many of the worst are named.
    """
    written = [one for one in sources if one.facts.written]
    own = [one for one in written if not is_test(one.file.path)]
    in_tests = sum(one.facts.code if is_test(one.file.path) else one.facts.tests for one in written)
    code = sum(one.facts.code for one in written)
    functions = sum(one.facts.functions for one in own)
    hot = sorted(_hot(own), key=lambda one: (-one.complexity, -one.length, one.path, one.line))
    duplication, twins = _duplication(own, limit)
    return Metrics(
        files=len(sources) + unread,
        lines=sum(one.facts.lines for one in written),
        code=code,
        tests=in_tests,
        test_ratio=round(in_tests / (code - in_tests), 4) if code > in_tests else 0.0,
        functions=functions,
        complexity=round(sum(one.facts.complexity for one in own) / functions, 2) if functions else 0.0,
        complex_share=round(sum(one.complexity > COMPLEX for one in hot) / functions, 4) if functions else 0.0,
        hottest=hot[:limit],
        duplication=duplication,
        twins=twins,
        largest=[f"{one.file.path}: {one.facts.code}" for one in sorted(own, key=lambda one: -one.facts.code)[:limit]],
        skipped=len(sources) - len(written) + unread,
    )


def _hot(sources: Iterable[Source]) -> Iterator[Hot]:
    for one in sources:
        for function in one.facts.worst:
            yield Hot(
                name=function.name,
                path=one.file.path,
                line=function.line,
                length=function.length,
                complexity=function.complexity,
            )


def _duplication(sources: Sequence[Source], limit: int) -> tuple[float, list[Twins]]:
    total = sum(len(one.facts.windows) for one in sources)
    every = total // _SAMPLE + 1
    first, pairs, twice = dict[int, int](), Counter[tuple[int, int]](), array("I")
    looked_at = 0
    for at, one in enumerate(sources):
        for window in one.facts.windows:
            if window % every:
                continue
            looked_at += 1
            if window in first:
                twice.append(window)
                pairs[first[window], at] += 1
            else:
                first[window] = at
    if not looked_at:
        return 0.0, []
    # Each window that is met again was met once before, and that one is a duplicate as well.
    share = (len(twice) + len(set(twice))) / looked_at
    worst = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    told = [Twins(path=sources[a].file.path, other=sources[b].file.path, windows=count * every) for (a, b), count in worst]
    return round(share, 4), [one for one in told if one.windows >= WINDOW // 2]


def shares(files: Iterable[tuple[str, int]]) -> list[Language]:
    """The languages of some files (language and bytes), the largest first; of those of equal size by name."""
    sizes, counts = Counter[str](), Counter[str]()
    for name, size in files:
        sizes[name] += size
        counts[name] += 1
    total = sum(sizes.values())
    listed = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    return [
        Language(name=name, files=counts[name], size=size, share=round(size / total, 4) if total else 0.0)
        for name, size in listed
    ]
