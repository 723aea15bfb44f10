"""Small projects of several ecosystems, written here."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import Context


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also look at 100,000 files, and at real projects from registries")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """What an action is given, in an empty project."""
    project = tmp_path / "small"
    project.mkdir()
    return Context(run="r", task="t", attempt=1, project=project, key="k")


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
