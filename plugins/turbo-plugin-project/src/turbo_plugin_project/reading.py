"""One source file becomes facts: how long, how complex, what it needs, which lines stand elsewhere, too."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from typing import Any, Final

from turbo_plugin_project.parsing import Import, imports
from turbo_plugin_project.tables.languages import GENERATED, INLINE_TESTS, Speech

VERSION: Final = 1
"""Of what is found out about a file; raised when that changes, so that old facts are not used."""

LARGEST: Final = 1 << 20
"""Files of more bytes are counted by size only: people do not write them."""

WINDOW: Final = 6
"""So many lines with words in them, in a row and equal but for spaces, count as a duplicate."""

_LONG_LINE: Final = 500
_HEAD: Final = 1500
_KEPT: Final = 40
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its name, first line, lines of code, and cyclomatic complexity (branches + 1)."""

    name: str
    line: int
    length: int
    complexity: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file.

    Attributes:
        lines: all of them.
        code: those that are neither blank nor comment.
        tests: how many of the lines of code are tests within the file.
        written: people wrote it; it is not generated or minified.
        package: the namespace that it declares.
        entry: the line where a program begins; 0 if none does.
        functions: how many.
        complexity: the sum over the functions.
        worst: the most complex functions.
        imports: what it needs.
        windows: a hash of each `WINDOW` lines.
    """

    lines: int
    code: int
    tests: int
    written: bool
    package: str
    entry: int
    functions: int
    complexity: int
    worst: list[Function]
    imports: list[Import]
    windows: array[int]


def read(name: str, source: bytes, language: Speech) -> Facts:
    """Look at a file.

    Args:
        name: its name; lizard goes by its ending.
        source: what it holds.
        language: what it is written in.
    """
    text = source.decode("utf-8", errors="replace")
    lines = text.splitlines()
    comment = re.compile(rf"\s*(?:{language.comment})")
    code = [number for number, line in enumerate(lines, 1) if line.strip() and not comment.match(line)]
    written = not re.search(GENERATED, text[:_HEAD]) and len(text) < _LONG_LINE * (len(lines) + 1)
    needs, package = imports(source, language) if written else ([], "")
    functions = _functions(name, text) if written and language.grammar else []
    return Facts(
        lines=len(lines),
        code=len(code),
        tests=_inline_tests(lines, code, language.name),
        written=written,
        package=package,
        entry=_entry(lines, language.entry),
        functions=len(functions),
        complexity=sum(one.complexity for one in functions),
        worst=sorted(functions, key=lambda one: (-one.complexity, -one.length, one.line))[:_KEPT],
        imports=needs,
        windows=_windows([lines[number - 1] for number in code]) if written else array("I"),
    )


def _functions(name: str, text: str) -> list[Function]:
    try:
        told = import_module("lizard").analyze_file.analyze_source_code(name, text)
    except (RecursionError, IndexError, ValueError, KeyError, AttributeError, TypeError):
        return []  # its tokenizers are not made for text that no compiler would take
    return [Function(one.name[:200], one.start_line, one.nloc, one.cyclomatic_complexity) for one in told.function_list]


def _inline_tests(lines: list[str], code: list[int], language: str) -> int:
    mark = INLINE_TESTS.get(language)
    first = next((at for at, line in enumerate(lines, 1) if mark and re.match(mark, line)), 0)
    return sum(number >= first for number in code) if first else 0


def _entry(lines: list[str], pattern: str) -> int:
    if not pattern:
        return 0
    begins = re.compile(pattern)
    return next((number for number, line in enumerate(lines, 1) if begins.search(line[:_LONG_LINE])), 0)


def _windows(code: list[str]) -> array[int]:
    said = [line.strip().encode() for line in code if _WORD.search(line)]
    hashes = [blake2b(line, digest_size=4).digest() for line in said]
    pieces = (b"".join(hashes[at : at + WINDOW]) for at in range(len(hashes) - WINDOW + 1))
    return array("I", (int.from_bytes(blake2b(piece, digest_size=4).digest(), "big") for piece in pieces))


def packed(facts: Facts) -> list[Any]:
    """The facts as JSON takes them, but for the windows."""
    worst = [[one.name, one.line, one.length, one.complexity] for one in facts.worst]
    figures = [facts.lines, facts.code, facts.tests, facts.written, facts.package, facts.entry, facts.functions, facts.complexity]
    return [*figures, worst, facts.imports]


def unpacked(told: list[Any], windows: bytes) -> Facts:
    """The other way."""
    lines, code, tests, written, package, entry, functions, complexity, worst, needs = told
    found = array("I")
    found.frombytes(windows)
    return Facts(
        lines=lines,
        code=code,
        tests=tests,
        written=written,
        package=package,
        entry=entry,
        functions=functions,
        complexity=complexity,
        worst=[Function(*one) for one in worst],
        imports=[Import(*one) for one in needs],
        windows=found,
    )
