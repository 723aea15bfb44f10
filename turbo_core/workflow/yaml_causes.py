"""The YAML parser's complaints in plain language: what is probably wrong, and what to do. It must not know what a workflow is."""

from __future__ import annotations

from typing import Final

_INDENTATION: Final = (
    "the indentation does not match the lines above, or text follows a closing quote",
    "align it with its neighbours",
)
_OPEN_LIST: Final = ("a list in [ ] is not closed, or a ',' is missing", "close it with ]")
_OPEN_OBJECT: Final = ("an object in { } is not closed, or a ',' is missing", "close it with }")
_ESCAPE: Final = ("an escape such as \\u2028 needs its exact number of digits", "complete it")
_STRAY: Final = ("text stands before the first key, or after the end of the document", "remove it")
_NO_VALUE: Final = ("a value is missing, or stands where it cannot", "write one; quote it if it begins with a special character")

# What the parsers say (the one in C, and the one in Python), and what it means.
_CAUSES: Final = (
    (
        "mapping values are not allowed",
        ("a ': ' stands inside an unquoted value, or the line is indented too far", "quote the value, or align it"),
    ),
    ("found unexpected ':'", ("a ':' inside { } or [ ] has no space after it", "put a space after it, or quote the text")),
    ("could not find expected ':'", ("a key has no ':' after it", "write 'key: value'; quote text of several lines")),
    ("did not find expected key", _INDENTATION),
    ("expected <block end>", _INDENTATION),
    ("did not find expected '-' indicator", ("the list ends here without a new key", "align the items; each begins with '- '")),
    ("block sequence entries are not allowed", ("a list item cannot begin here", "put the '- ' on its own line, below its key")),
    ("expected ',' or ']'", _OPEN_LIST),
    ("expected ',' or '}'", _OPEN_OBJECT),
    ("found unexpected end of stream", ("a quote is opened and never closed", "close it")),
    ("found unknown escape character", ("a backslash begins an escape that does not exist", "use single quotes, or write \\\\")),
    ("found unexpected document indicator", ("a quoted text runs over a line of --- or ...", "close the quote before it")),
    ("hexadecimal number", _ESCAPE),
    ("hexdecimal number", _ESCAPE),
    ("invalid Unicode character escape", ("an escape names a character that does not exist", "use another")),
    ("expected <document start>", _STRAY),
    ("expected '<document start>'", _STRAY),
    ("expected node content", _NO_VALUE),
    ("expected the node content", _NO_VALUE),
)


def cause_of(problem: str, context: str, text: str, at: tuple[int, int]) -> tuple[str, str]:
    """Why the parser stopped at ``at`` (line and column from 1), and the next step."""
    line, column = at
    lines = text.split("\n")
    row = lines[line - 1] if line <= len(lines) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "a tab stands in the indentation", "indent with spaces"
    if "cannot start any token" in problem:
        return f"a value cannot begin with {row[column - 1 : column] or 'this'} without quotes", "quote it"
    if "${{" in row and any(sign in problem for sign in ("','", "<block end>", "expected key", "node content")):
        return "an expression stands without quotes inside { } or [ ]", 'quote it: "${{ … }}"'
    for sign, told in _CAUSES:
        if sign in problem:
            return told
    return ", ".join(part for part in (context, problem) if part), ""
