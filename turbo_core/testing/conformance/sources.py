"""Reading a plugin's source: which names of the host it uses. It imports none of it."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Collection, Iterator
from pathlib import Path

HOST = "turbo_core"


def sources(module: str) -> list[Path]:
    """The source files of the package that a module belongs to, without its tests."""
    package = module.partition(".")[0]
    found = importlib.util.find_spec(package)
    if found is None:
        return []
    folders = [Path(folder) for folder in found.submodule_search_locations or ()]
    files = [file for folder in folders for file in folder.rglob("*.py") if "tests" not in file.relative_to(folder).parts]
    return sorted(files) if folders else [Path(found.origin)] if found.origin else []


def private_uses(file: Path, public: Collection[str]) -> Iterator[str]:
    """Each use of the host's insides in a file, as ``file:line: what``.

    Args:
        file: a source file.
        public: the public names of the host.
    """
    tree = ast.parse(file.read_bytes(), str(file))
    for node in ast.walk(tree):
        for name in _names(node):
            first, _, rest = name.partition(".")
            if first == HOST and rest and rest not in public:
                yield f"{file.name}:{getattr(node, 'lineno', 0)}: {name}"


def _names(node: ast.AST) -> list[str]:
    """The dotted names of the host that a node uses, as they would be written out."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"{node.value.id}.{node.attr}"]
    return []
