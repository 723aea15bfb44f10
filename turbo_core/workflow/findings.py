"""Where the problems of all files of a workflow are gathered, and the cursor that says where something stands.

It must not know what is right or wrong: others find, this room keeps.
"""

from __future__ import annotations

from msgspec import Struct

from turbo_core.errors import Problem
from turbo_core.words import JSON
from turbo_core.workflow.definition import Position
from turbo_core.workflow.yaml import Document, Path


class Spot(Struct, frozen=True):
    """One value in one file."""

    document: Document
    path: Path = ()

    def into(self, *steps: str | int) -> Spot:
        """The value below this one."""
        return Spot(self.document, self.path + steps)

    @property
    def position(self) -> Position:
        """Where the value begins."""
        line, column = self.document.value_at(self.path)
        return Position(path=self.document.path, line=line, column=column)

    @property
    def key(self) -> Position:
        """Where the key of the value begins."""
        line, column = self.document.key_at(self.path)
        return Position(path=self.document.path, line=line, column=column)

    @property
    def raw(self) -> JSON:
        """The value itself."""
        value = self.document.value
        for step in self.path:
            value = value[step]
        return value

    def inside(self, text: str, offset: int) -> Position:
        """Where the character ``offset`` of the string ``text`` stands; where the string begins, if that cannot be told."""
        start = self.position
        row = _row(self.document.text, start.line)
        sign = row[start.column - 1 : start.column]
        if sign == "|":
            return self._inside_block(text, offset, start)
        column = start.column + (1 if sign in {'"', "'"} else 0)
        if offset < 0 or not row.startswith(text, column - 1):
            return start
        return Position(path=start.path, line=start.line, column=column + offset)

    def _inside_block(self, text: str, offset: int, start: Position) -> Position:
        before = text[: max(offset, 0)]
        line = start.line + 1 + before.count("\n")
        row = _row(self.document.text, line)
        indent = len(row) - len(row.lstrip(" "))
        return Position(path=start.path, line=line, column=indent + len(before) - before.rfind("\n"))


def _row(text: str, line: int) -> str:
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    end = text.find("\n", begin)
    return text[begin:] if end < 0 else text[begin:end]


class Findings:
    """The problems found so far, in all files."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._settled: set[tuple[str, int, int]] = set()
        self._files: dict[str, int] = {}

    def opened(self, document: Document) -> None:
        """Note that ``document`` was read, and take over the problems of its text."""
        self._files.setdefault(document.path, len(self._files))
        for problem in document.problems:
            self._problems[problem] = None
            self._settled.add((problem.path, problem.line, problem.column))

    def add(self, code: str, at: Spot | Position, what: str, why: str = "", next_step: str = "") -> None:
        """Note a problem. Where the text itself is wrong already, what follows from that is not told."""
        place = at.position if isinstance(at, Spot) else at
        if (place.path, place.line, place.column) in self._settled:
            return
        problem = Problem(
            code=code, path=place.path, line=place.line, column=place.column, what=what, why=why, next_step=next_step
        )
        self._problems[problem] = None

    def add_file(self, code: str, path: str, what: str, why: str = "", next_step: str = "") -> None:
        """Note a problem of a whole file."""
        self._files.setdefault(path, len(self._files))
        self._problems[Problem(code=code, path=path, what=what, why=why, next_step=next_step)] = None

    def ordered(self) -> tuple[Problem, ...]:
        """All problems: files as they were read, then by line and column."""
        return tuple(sorted(self._problems, key=lambda it: (self._files.get(it.path, len(self._files)), it.line, it.column)))
