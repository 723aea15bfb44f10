"""The public names of the kit: sorted, those of the stub, and loaded late."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from turbo_core import testing


def homes_in_the_stub() -> dict[str, str]:
    tree = ast.parse(Path(testing.__file__).with_suffix(".pyi").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(node.module) for node in imports for alias in node.names}


def test_the_names_are_sorted_and_those_of_the_stub() -> None:
    assert testing.__all__ == sorted(homes_in_the_stub())


@pytest.mark.parametrize(("name", "home"), sorted(homes_in_the_stub().items()))
def test_a_name_is_the_one_that_the_stub_tells(name: str, home: str) -> None:
    assert getattr(testing, name) is getattr(import_module(home), name)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = testing.nothing  # type: ignore[attr-defined]
