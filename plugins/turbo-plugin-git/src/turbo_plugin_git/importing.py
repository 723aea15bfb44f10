"""Imports of many languages, as far as two sides that both added some can be joined. Pure; knows neither git nor Turbo.

Only what stands on one line is read: a statement, or one name of a list in brackets. A line that is not certain to be an import
makes the whole place unknown; so does everything whose order or meaning could be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, TypeAlias

Sort: TypeAlias = Callable[[str], str]
_WIDEST: Final = 88
"""Characters. A longer list of names would be broken into lines, and each formatter does that in its own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One import. ``head`` and ``tail`` stand around the ``names`` that can be joined; without such a list ``names`` is empty.

    ``bound`` are the names that it makes known, as far as they can be told; the same one twice would hide a side's.
    """

    head: str
    names: tuple[str, ...] = ()
    tail: str = ""
    bound: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The line, without its end."""
        return self.head + ", ".join(self.names) + self.tail


Reader: TypeAlias = Callable[[str], Statement | None]


def _last(path: str, alias: str | None, separator: str) -> tuple[str, ...]:
    name = alias or path.rpartition(separator)[2]
    return () if name in ("*", "_", ".") else (name,)


def _pattern(pattern: str, separator: str = ".") -> Reader:
    compiled = re.compile(pattern)

    def read(text: str) -> Statement | None:
        found = compiled.fullmatch(text)
        if found is None:
            return None
        groups = found.groupdict()
        path = groups.get("path")
        return Statement(head=text, bound=_last(path, groups.get("alias"), separator) if path else ())

    return read


def _listed(pattern: str, separator: str) -> Reader:
    """A statement with a list of names: ``head``, ``names``, ``tail``."""
    compiled = re.compile(pattern)

    def read(text: str) -> Statement | None:
        found = compiled.fullmatch(text)
        if found is None:
            return None
        names = tuple(each.strip() for each in found["names"].split(","))
        if not all(re.fullmatch(rf"(?:type )?\w+(?:{separator}\w+)?", name) for name in names):
            return None
        bound = tuple(name.removeprefix("type ").rpartition(separator)[2] for name in names)
        return Statement(head=found["head"], names=names, tail=found["tail"], bound=bound)

    return read


_PYTHON = (
    _pattern(r"import (?P<path>\w+(?:\.\w+)*) as (?P<alias>\w+)"),
    _pattern(r"import \w+(?:\.\w+)*"),
    _listed(r"(?P<head>from (?!__future__)[\w.]+ import )(?P<names>\w[\w, ]*)(?P<tail>)", " as "),
)
_QUOTED = r"""(?:'[^'"\\]+'|"[^'"\\]+")"""
_SCRIPT = (
    _listed(rf"(?P<head>import (?:type )?\{{ )(?P<names>\w[\w, ]*)(?P<tail> \}} from {_QUOTED};?)", " as "),
    _listed(rf"(?P<head>import (?:type )?\{{)(?P<names>\w[\w, ]*)(?P<tail>\}} from {_QUOTED};?)", " as "),
    _pattern(rf"import (?:type )?(?:\* as )?(?P<path>[\w$]+) from {_QUOTED};?"),
    _pattern(rf"(?:const|let|var) (?P<path>[\w$]+) = require\({_QUOTED}\);?"),
)
_JAVA = (_pattern(r"import (?:static )?(?P<path>\w+(?:\.\w+)*(?:\.\*)?)( as (?P<alias>\w+))?;?"),)
_RUST = (_pattern(r"(?:pub(?:\(\w+\))? )?use (?P<path>\w+(?:::\w+)+)(?: as (?P<alias>\w+))?;", "::"),)
_C = (_pattern(r"#include (?:<[^<>]+>|\"[^\"]+\")"),)
_SHARP = (_pattern(r"using (?:static )?\w+(?:\.\w+)*;"),)
_PHP = (_pattern(r"use (?P<path>\w+(?:\\\w+)*)(?: as (?P<alias>\w+))?;", "\\"),)
_RUBY = (_pattern(rf"require(?:_relative)? {_QUOTED}"),)
_STATEMENTS: Final[Mapping[str, tuple[Reader, ...]]] = {
    ".py": _PYTHON,
    ".pyi": _PYTHON,
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts"), _SCRIPT),
    **dict.fromkeys((".java", ".kt", ".kts", ".scala"), _JAVA),
    ".rs": _RUST,
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh"), _C),
    ".cs": _SHARP,
    ".php": _PHP,
    ".rb": _RUBY,
}

_NAME_OF_PYTHON = _pattern(r"[ \t]+(?P<path>\w+)(?: as (?P<alias>\w+))?,")
_NAME_OF_SCRIPT = _pattern(r"[ \t]+(?:type )?(?P<path>\w+)(?: as (?P<alias>\w+))?,")
_NAME_OF_RUST = _pattern(r"[ \t]+(?P<path>\w+(?:::\w+)*)(?: as (?P<alias>\w+))?,", "::")
_PATH_OF_GO = _pattern(r"\t(?:(?P<alias>[\w.]+) )?\"(?P<path>[\w./~-]+)\"", "/")
_BRACKETS: Final[Mapping[str, tuple[re.Pattern[str], Reader]]] = {
    **dict.fromkeys((".py", ".pyi"), (re.compile(r"from (?!__future__)[\w.]+ import \("), _NAME_OF_PYTHON)),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".ts", ".tsx", ".mts"), (re.compile(r"import (?:type )?\{"), _NAME_OF_SCRIPT)),
    ".rs": (re.compile(r"(?:pub )?use \w+(?:::\w+)*::\{"), _NAME_OF_RUST),
    ".go": (re.compile(r"import \("), _PATH_OF_GO),
}
"""By suffix: what opens a list of imports in brackets, and how a line of the list is read."""


def _bracket(path: str, before: Sequence[str]) -> Reader | None:
    """How a line is read that stands in a list of imports in brackets; ``None`` if it does not."""
    opens, inside = _BRACKETS.get(PurePosixPath(path).suffix, (None, None))
    if opens is None or inside is None:
        return None
    above = next((each for each in reversed(before) if inside(each) is None), "")
    return inside if opens.fullmatch(above) else None


def _statement(path: str) -> Reader:
    readers = _STATEMENTS.get(PurePosixPath(path).suffix, ())
    return lambda text: next((found for read in readers if (found := read(text)) is not None), None)


def _kind_of_name(text: str) -> str:
    """Constants, then classes, then the rest."""
    name = text.strip().removesuffix(",")
    return "0" if name.isupper() and len(name) > 1 else "1" if name[:1].isupper() else "2"


def _module(text: str) -> str:
    return text.removeprefix("from ").removeprefix("import ").partition(" import ")[0].lower()


def _quoted(text: str) -> str:
    return text.rstrip(";'\"").replace('"', "'").rpartition("'")[2].lower()


_SORTS: Final[tuple[Sort, ...]] = (
    lambda text: text,
    lambda text: f"{text.lower()}\0{text}",
    lambda text: f"{_kind_of_name(text)}{text}",
    lambda text: f"{_kind_of_name(text)}{text.lower()}",
    lambda text: f"{text.startswith('from ')}\0{_module(text)}",
    lambda text: f"{_module(text)}\0{text}",
    lambda text: f"{_quoted(text)}\0{text}",
)
"""The orders that formatters keep: by bytes, by letters, by kind of name, plain imports first, by module, by what is quoted."""


def _is_sorted(texts: Sequence[str], sort: Sort) -> bool:
    keys = [sort(text) for text in texts]
    return keys == sorted(keys)


def _ordered(union: Sequence[str], witnesses: Sequence[Sequence[str]]) -> list[str] | None:
    """Put lines into the order that all witnesses keep; as they came if there is none, ``None`` if it cannot be told."""
    keeping = [sort for sort in _SORTS if all(_is_sorted(witness, sort) for witness in witnesses)]
    orders = {tuple(sorted(union, key=sort)) for sort in keeping}
    if len(orders) > 1:
        return None
    return list(*orders) if orders else list(union)


def join(
    path: str,
    before: Sequence[str],
    after: Sequence[str],
    *,
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
) -> list[str] | None:
    """Join the imports that two sides added; ``None`` if this is anything else, or not certain.

    Args:
        path: tells the language.
        before: the lines above, all of them, without their ends.
        after: the lines below.
        base: the common ancestor's lines.
        ours: our lines.
        theirs: their lines.
    """
    if not ours or not theirs:
        return None
    bracket, statement = _bracket(path, before), _statement(path)
    read = bracket or statement
    versions = [_read_all(lines, read) for lines in (base, ours, theirs)]
    known = [version for version in versions if version is not None]
    if len(known) < 3:
        return None
    joined = _joined(*known)
    above, below = _run(reversed(before), read)[::-1], _run(after, read)
    others = [found for each in (*before, *after) if (found := statement(each)) is not None]
    if joined is None or _hides([*joined, *above, *below, *others]):
        return None
    witnesses = [[*_texts(above), *lines, *_texts(below)] for lines in (ours, theirs)]
    texts = _ordered(_texts(joined), witnesses)
    return texts if texts is None or all(_fits(text, (*ours, *theirs)) for text in texts) else None


def _read_all(lines: Sequence[str], read: Reader) -> dict[tuple[str, str], Statement] | None:
    found = [read(each) for each in lines]
    statements = {(each.head, each.tail): each for each in found if each is not None}
    return statements if len(statements) == len(lines) else None


def _run(lines: Iterable[str], read: Reader) -> list[Statement]:
    """The imports that follow each other from the beginning."""
    found = []
    for each in lines:
        statement = read(each)
        if statement is None:
            break
        found.append(statement)
    return found


def _texts(statements: Iterable[Statement]) -> list[str]:
    return [each.text for each in statements]


_Read: TypeAlias = Mapping[tuple[str, str], Statement]


def _joined(base: _Read, ours: _Read, theirs: _Read) -> list[Statement] | None:
    """All statements of both sides; ``None`` if a side took one of the base's away."""
    joined = []
    for key in (*ours, *(key for key in theirs if key not in ours)):
        mine, yours, common = ours.get(key), theirs.get(key), base.get(key)
        if mine is None or yours is None:
            joined += [each for each in (mine, yours) if each is not None]
            continue
        names = _names(common.names if common else (), mine.names, yours.names)
        if names is None:
            return None
        joined.append(Statement(head=mine.head, names=names, tail=mine.tail, bound=(*mine.bound, *yours.bound)))
    kept = all(key in ours and key in theirs for key in base)
    return joined if kept else None


def _names(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...] | None:
    if not set(base) <= set(ours) & set(theirs):
        return None
    ordered = _ordered([*ours, *(name for name in theirs if name not in ours)], [ours, theirs])
    return None if ordered is None else tuple(ordered)


def _hides(statements: Iterable[Statement]) -> bool:
    """Whether two different imports make the same name known."""
    seen: dict[str, tuple[str, str]] = {}
    return any(
        seen.setdefault(name, (each.head, each.tail)) != (each.head, each.tail) for each in statements for name in each.bound
    )


def _fits(text: str, lines: Sequence[str]) -> bool:
    return len(text) <= max(_WIDEST, *map(len, lines))
