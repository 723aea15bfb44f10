"""The tables of modules in docs/architecture.md, made from the modules themselves: ``python -m tests.docs.house`` writes them.

A table stands below a comment ``<!-- modules: ROOM -->``; ``ground`` is the room of the modules that have none. The sentence of a
module is the first one of its docstring.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.arch.source import CORE, module_files

PAGE = CORE.parent / "docs" / "architecture.md"
GROUND = "ground"
MARK = re.compile(r"(<!-- modules: (\S+) -->\n)(?:\|.*\n)*")
SENTENCE = re.compile(r".*?[.](?=\s+[A-Z`]|$)")


def room_of(path: Path) -> str:
    parent = path.parent.relative_to(CORE).as_posix()
    return GROUND if parent == "." else parent


def rooms() -> dict[str, list[Path]]:
    """The modules of each room. What only marks a package is none, except the package itself."""
    found: dict[str, list[Path]] = {}
    for path in module_files():
        if path.name != "__init__.py" or path.parent == CORE:
            found.setdefault(room_of(path), []).append(path)
    return found


def sentence(path: Path) -> str:
    """What a module says that it is."""
    told = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = " ".join(told.split("\n\n")[0].split())
    found = SENTENCE.match(first)
    return (found[0] if found else first).replace("``", "`").replace("|", "\\|")


def table(paths: list[Path]) -> str:
    rows = [f"| `{path.stem}` | {sentence(path)} |\n" for path in paths]
    return "".join(["| module | what it is |\n", "|---|---|\n", *rows])


def filled(text: str) -> str:
    """The page with its tables as they should be."""
    known = rooms()
    return MARK.sub(lambda mark: mark[1] + table(known.get(mark[2], [])), text)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
