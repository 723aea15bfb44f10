"""The text of an expression becomes a syntax tree: scanned for what the language allows, then parsed by `ast`.

The scan comes first. It bounds length and depth before the parser sees the text, and it refuses each foreign sign with a
message of its own. This module knows nothing of names, types and values.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from typing import NoReturn

from msgspec import Struct

from turbo_core.errors import ExpressionFailed

MAX_BYTES = 4096
MAX_DEPTH = 32

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9](?:[\w.]|(?<=[eE])[+-])*)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*')
    |(?P<sign>\*\*|//|:=|<<|>>|->|&&|\|\||[=!<>]=|.)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_ESCAPE = re.compile(
    r"""\\(?:[\\'"nrt]|x[0-9a-fA-F]{2}
    |u(?![dD][89a-fA-F])[0-9a-fA-F]{4}
    |U(?!0000[dD][89a-fA-F])00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}
    |(?P<wrong>.))""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PREFIXES = frozenset({"b", "br", "f", "fr", "r", "rb", "rf", "t", "rt", "tr", "u"})
_WORDS = frozenset({"and", "or", "not", "if", "else", "in"})
_SIGNS = frozenset({"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", ".", ",", "(", ")", "[", "]"})
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
_FOREIGN = {
    "is": "compare with ==",
    "**": "write the product",
    "//": "divide with /, which is exact",
    ":=": "an expression cannot set names",
    "=": "compare with ==; functions take no named arguments",
    "&&": "write and",
    "||": "write or",
    "!": "write not",
    "{": "objects and sets cannot be written in an expression; build them in YAML",
    "}": "objects and sets cannot be written in an expression; build them in YAML",
    ":": "there are no slices, lambdas and objects",
    "#": "comments stand outside expressions",
    "$": "an expression inside an expression needs no ${{ }}",
    "\\": "an expression may go over several lines without a sign for it",
    '"': "the quote is not closed on its line",
    "'": "the quote is not closed on its line",
}
_ALLOWED_WORDS = "the words are and, or, not, if, else, in, true, false, null"
_ALLOWED_SIGNS = "the operators are + - * / % == != < <= > >="
_OPEN = {")": "(", "]": "["}


class Source(Struct, frozen=True, kw_only=True):
    """A syntax tree with what is lost on the way to it.

    ``names`` are the names after a dot and ``numbers`` the numbers as they were written, by the column where they end.
    """

    text: str
    tree: ast.expr
    encoded: bytes
    names: dict[int, str]
    numbers: dict[int, str]

    def offset(self, node: ast.expr) -> int:
        """Where ``node`` begins in the text, in characters."""
        return self._characters(node.col_offset)

    def key_offset(self, node: ast.Attribute | ast.Subscript) -> int:
        """Where the last name or index of ``node`` begins."""
        if isinstance(node, ast.Subscript):
            return self.offset(node.slice)
        return self._characters((node.end_col_offset or 0) - len(node.attr))

    def snippet(self, node: ast.expr) -> str:
        """The text of ``node``."""
        return self.text[self.offset(node) : self._characters(node.end_col_offset or 0)]

    def _characters(self, column: int) -> int:
        # Brackets that the parser was given around the text are part of no node but a tuple.
        return min(max(len(self.encoded[:column].decode()) - 1, 0), len(self.text))


def read(text: str) -> Source:
    """Parse ``text``.

    Raises:
        ExpressionFailed: it is too long, too deep, or not in the language.
    """
    scan = _Scan(text)
    # Brackets around it all make line ends harmless; the scan has made sure that they stay a pair.
    line = f"({scan.line})"
    try:
        tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        at = min(max((error.offset or 0) - 2, 0), len(text))
        raise ExpressionFailed(
            "the expression cannot be read here", next_step="look for what is missing or too much", offset=at
        ) from None
    except (MemoryError, RecursionError, ValueError):
        raise too_deep(0) from None
    return Source(text=text, tree=tree, encoded=line.encode(), names=scan.names, numbers=scan.numbers)


def too_deep(offset: int) -> ExpressionFailed:
    """The error for an expression that is nested more than ``MAX_DEPTH`` deep."""
    return ExpressionFailed(
        "the expression is nested too deeply",
        why=f"{MAX_DEPTH} levels are allowed",
        next_step="split it over vars",
        offset=offset,
    )


class _Scan:
    """One pass over the tokens. ``line`` is the text on one line, with keywords after a dot replaced by underscores."""

    def __init__(self, text: str) -> None:
        self.names: dict[int, str] = {}
        self.numbers: dict[int, str] = {}
        self._text = text
        self._brackets: list[tuple[str, int]] = []
        self._prefixes = 0
        self._refuse_size()
        self.line = "".join(self._pieces())
        if self._brackets:
            sign, at = self._brackets[-1]
            raise ExpressionFailed(f"the bracket {sign} is not closed", offset=at)

    def _refuse_size(self) -> None:
        try:
            size = len(self._text.encode())
        except UnicodeEncodeError as error:
            raise ExpressionFailed("the expression holds half a character", offset=error.start) from None
        if size > MAX_BYTES:
            raise ExpressionFailed(
                "the expression is too long",
                why=f"{size} bytes; {MAX_BYTES} are allowed",
                next_step="split it over vars",
                offset=0,
            )
        if not self._text.strip():
            raise ExpressionFailed("the expression is empty", offset=0)
        if control := _CONTROL.search(self._text.replace("\r\n", " \n")):
            raise ExpressionFailed("the expression holds a control character", offset=control.start())

    def _pieces(self) -> Iterator[str]:
        before, end = "", 1
        for match in _TOKEN.finditer(self._text):
            kind, token, at = str(match.lastgroup), match.group(), match.start()
            end += len(token.encode())
            if kind == "space":
                yield " " * len(token)
                continue
            self._count(token, at)
            if kind == "name" and before == ".":
                self.names[end] = token
                yield "_" * len(token) if keyword.iskeyword(token) else token
            else:
                self._refuse(kind, token, at, before)
                if kind == "number":
                    self.numbers[end] = token
                yield token
            before = token if kind != "string" else '"'

    def _refuse(self, kind: str, token: str, at: int, before: str) -> None:
        if kind == "number" and (before == "." or not _NUMBER.fullmatch(token)):
            raise ExpressionFailed(
                f"{'.' if before == '.' else ''}{token} is not a number", next_step="write it as in JSON: 10, 0.5, 1e3", offset=at
            )
        if kind == "name":
            self._refuse_word(token, at)
        if kind == "string":
            self._refuse_string(token, at, before)
        if kind == "sign" and token not in _SIGNS:
            _refuse_sign(token, at)

    def _refuse_word(self, word: str, at: int) -> None:
        if self._text[at + len(word) : at + len(word) + 1] in {'"', "'"} and word.lower() in _PREFIXES:
            raise ExpressionFailed(f"a string takes no prefix {word}", next_step="join with +, or escape with \\", offset=at)
        if word in _CONSTANTS:
            raise ExpressionFailed(f"{word} is not part of the language", next_step=f"write {_CONSTANTS[word]}", offset=at)
        if keyword.iskeyword(word) and word not in _WORDS:
            raise ExpressionFailed(f"{word} is not part of the language", next_step=_FOREIGN.get(word, _ALLOWED_WORDS), offset=at)

    def _refuse_string(self, token: str, at: int, before: str) -> None:
        if before == '"':
            raise ExpressionFailed("two strings stand side by side", next_step="join them with +", offset=at)
        for match in _ESCAPE.finditer(token):
            if match["wrong"]:
                raise ExpressionFailed(
                    f"{match.group()} is not an escape", next_step="write \\\\ for a backslash", offset=at + match.start()
                )

    def _count(self, token: str, at: int) -> None:
        if token in {"(", "["}:
            self._brackets.append((token, at))
        elif token in _OPEN and (not self._brackets or self._brackets.pop()[0] != _OPEN[token]):
            raise ExpressionFailed(f"the bracket {token} closes nothing", offset=at)
        self._prefixes = self._prefixes + 1 if token in {"-", "+", "not"} else 0
        if len(self._brackets) > MAX_DEPTH or self._prefixes > MAX_DEPTH:
            raise too_deep(at)


def _refuse_sign(sign: str, at: int) -> NoReturn:
    if not sign.isascii():
        raise ExpressionFailed(
            f"{sign} cannot stand here", why="names are ASCII", next_step="put other text in quotes", offset=at
        )
    raise ExpressionFailed(f"{sign} is not part of the language", next_step=_FOREIGN.get(sign, _ALLOWED_SIGNS), offset=at)
