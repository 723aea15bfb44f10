"""A project of its own for each test, and the real command in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project; what was started in it is ended with the test."""
    for name in ("project", "aside"):
        (tmp_path / name).mkdir()
    made = Project(folder=tmp_path / "project", aside=tmp_path / "aside")
    yield made
    made.close()
