"""What a source file needs and where it says it belongs, by its syntax tree. Resolves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from turbo_plugin_project.tables.languages import Speech

_DEEPEST: Final = 200


class Import(NamedTuple):
    """A need of a file: what is written, and in which line."""

    text: str
    line: int


def imports(source: bytes, language: Speech) -> tuple[list[Import], str]:
    """The needs of a file in the order of their lines, each once, and the namespace that it declares.

    Args:
        source: what the file holds.
        language: what it is written in; without a grammar nothing is found.
    """
    if not language.grammar:
        return [], ""
    parser, wanted, package = _prepared(language.name, language.grammar, language.imports, language.package)
    root = parser.parse(source).root_node
    found = {one.text: one for one in reversed([*_found(root, wanted, language.name)])}
    declared = [_text(node) for nodes in package(root) for node in nodes.get("path", ())] if package else []
    return sorted(found.values(), key=lambda one: (one.line, one.text)), declared[0] if declared else ""


def _found(root: Any, wanted: Any, language: str) -> Iterator[Import]:
    for captured in wanted(root):
        (node,) = captured["path"][:1]
        name = _text(captured["name"][0]) if "name" in captured else ""
        line = node.start_point[0] + 1
        for text in _written(_text(node), name, language):
            yield Import(text, line)


def _written(path: str, name: str, language: str) -> Iterator[str]:
    """One form for each language: dots in Python and on the JVM, ``::`` in Rust, a path in others."""
    match language:
        case "Python":
            yield path + name if path.endswith(".") else f"{path}.{name}" if name else path
        case "Rust":
            yield from _expanded(re.sub(r"\s+", "", path.replace(" as ", "\0")), 0)
        case "Scala":
            yield from _expanded_scala(path.removeprefix("import").strip())
        case "Go":
            yield path.strip('"`')
        case "Ruby":
            yield f"./{path}" if name else path
        case _:
            yield path


def _expanded(path: str, depth: int) -> Iterator[str]:
    """``a::{b, c::d}`` names two things."""
    head, brace, rest = path.partition("{")
    if not brace or depth > _DEEPEST:
        yield head.partition("\0")[0].removesuffix("::*")
        return
    for part in _parts(rest.rpartition("}")[0]):
        yield from _expanded(head + part if part != "self" else head.removesuffix("::"), depth + 1)


def _parts(inner: str) -> Iterator[str]:
    level = start = 0
    for at, sign in enumerate(inner):
        level += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and level == 0:
            yield inner[start:at]
            start = at + 1
    if inner[start:]:
        yield inner[start:]


def _expanded_scala(path: str) -> Iterator[str]:
    head, brace, rest = path.partition("{")
    for part in rest.rstrip("} \n").split(",") if brace else [""]:
        yield (head + re.split(r"=>|\bas\b", part)[0].strip()).rstrip("._*")


@cache
def _prepared(_name: str, grammar: str, wanted: str, package: str) -> tuple[Any, Any, Any]:
    """A parser and its queries; made once for each language in a process."""
    tree_sitter, (home, _, function) = import_module("tree_sitter"), grammar.partition(":")
    language = tree_sitter.Language(getattr(import_module(home), function)())

    def asking(text: str) -> Any:
        query = tree_sitter.Query(language, text)
        return lambda root: [captured for _, captured in tree_sitter.QueryCursor(query).matches(root)]

    return tree_sitter.Parser(language), asking(wanted), asking(package) if package else None


def _text(node: Any) -> str:
    return str((node.text or b"").decode("utf-8", errors="replace"))
