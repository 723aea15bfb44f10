"""The house rules that can be read off the syntax. Each rule is tried on a sin of its own, so that it can fail."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.arch.source import module_files, own_imports, place

MOST_LINES = 500
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}

Rule = Callable[[ast.Module], Iterator[ast.AST]]


def local_imports(tree: ast.Module) -> Iterator[ast.AST]:
    """Imports of our own package inside a function: they hide loops."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node for node in ast.walk(function) if own_imports(node))


def imports_for_types_only(tree: ast.Module) -> Iterator[ast.AST]:
    """TYPE_CHECKING: it hides loops too."""
    for node in ast.walk(tree):
        imported = isinstance(node, ast.ImportFrom) and any(alias.name == "TYPE_CHECKING" for alias in node.names)
        if imported or (isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING"):
            yield node


def relative_imports(tree: ast.Module) -> Iterator[ast.AST]:
    """Imports with leading dots: one way of naming a module is enough."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level > 0)


def reads_of_the_environment(tree: ast.Module) -> Iterator[ast.AST]:
    """os.environ and its kin."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os" and ENVIRONMENT & {alias.name for alias in node.names}:
            yield node
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ENVIRONMENT
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        ):
            yield node


RULES: dict[Rule, tuple[str, ...]] = {
    local_imports: (),
    imports_for_types_only: (),
    relative_imports: (),
    reads_of_the_environment: (
        "turbo_core/settings.py",
        "turbo_core/engine/process/surroundings.py",  # gives an action its environment and takes it back; reads nothing for Turbo
    ),
}
"""Each rule with the modules that are free of it."""

SINS = [
    (local_imports, "def f():\n    import turbo_core.model"),
    (local_imports, "async def f():\n    from turbo_core import model"),
    (local_imports, "def f():\n    from . import model"),
    (imports_for_types_only, "from typing import TYPE_CHECKING"),
    (imports_for_types_only, "import typing\nif typing.TYPE_CHECKING:\n    pass"),
    (relative_imports, "from .model import Event"),
    (reads_of_the_environment, "import os\nos.environ['A']"),
    (reads_of_the_environment, "import os\nos.getenv('A')"),
    (reads_of_the_environment, "from os import environ"),
]

GOOD = "import os\nfrom turbo_core.model import Event\ndef f():\n    import json\n    return os.getpid()\n"


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_kept(rule: Rule) -> None:
    broken = [
        f"{place(path)}:{getattr(node, 'lineno', 0)}"
        for path in module_files()
        if place(path) not in RULES[rule]
        for node in rule(ast.parse(path.read_text()))
    ]
    assert broken == [], rule.__doc__


@pytest.mark.parametrize(("rule", "text"), SINS)
def test_the_rule_sees_a_sin(rule: Rule, text: str) -> None:
    assert list(rule(ast.parse(text)))


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_leaves_good_code_alone(rule: Rule) -> None:
    assert list(rule(ast.parse(GOOD))) == []


@pytest.mark.parametrize("path", module_files(), ids=place)
def test_a_module_is_of_readable_length_and_says_what_it_owns(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    assert not text.strip() or ast.get_docstring(ast.parse(text))
