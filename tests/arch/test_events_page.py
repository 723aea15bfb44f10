"""docs/events.md lists the kinds of events that the code makes: those, and no others.

The kit for authors does not count: it also makes events that no version knows.
"""

import ast
import re
from collections.abc import Iterator

from tests.arch.source import ROOT, module_files

KIND = re.compile(r"[a-z]+\.[a-z]+")
ROW = re.compile(r"^\| `([a-z]+\.[a-z]+)` \|", re.MULTILINE)
MAKERS = {"Draft", "Event"}


def literals(node: ast.expr) -> Iterator[str]:
    """The strings that an expression can be: a literal, or both arms of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def kinds_made(tree: ast.AST) -> Iterator[str]:
    """The kinds in ``Draft("…")``, ``Event(kind="…")`` and every other call with such a ``kind=``."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        given = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
        if isinstance(call.func, ast.Name) and call.func.id in MAKERS:
            given += call.args[:1]
        yield from (text for node in given for text in literals(node) if KIND.fullmatch(text))


def test_the_page_and_the_code_agree() -> None:
    files = [path for path in module_files() if "testing" not in path.parts]
    made = {kind for path in files for kind in kinds_made(ast.parse(path.read_text()))}
    listed = ROW.findall((ROOT / "docs" / "events.md").read_text())
    assert len(listed) == len(set(listed))
    assert {"only in the code": made - set(listed), "only on the page": set(listed) - made} == {
        "only in the code": set(),
        "only on the page": set(),
    }


def test_every_form_is_read() -> None:
    tree = ast.parse('Draft("a.b"); Draft(kind="c.d"); make(kind="e.f" if x else "g.h"); make(kind="uses"); other("i.j")')
    assert set(kinds_made(tree)) == {"a.b", "c.d", "e.f", "g.h"}
