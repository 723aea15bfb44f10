"""Slots of every strength, marks to find processes by, and a project of its own for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.project import Project, end
from tests.engine.process.slot_kit import Bench
from tests.processes.kit import living
from turbo_core.engine.process.containment import Kind
from turbo_core.engine.process.slots import Slots


@pytest.fixture(params=["cgroup", "subreaper"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """The ways of containment that promise an empty tree."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def bench(tmp_path: Path, kind: Kind) -> Iterator[Bench]:
    """Two slots."""
    slots = Slots(2, containment=kind)
    yield Bench(slots, tmp_path)
    assert slots.close()


@pytest.fixture
def mark() -> Iterator[str]:
    """A text that is in the environment of one attempt only; what a failed test leaves of it is ended."""
    made = f"turbo-mark-{uuid4().hex}"
    yield made
    end(living(made) if sys.platform == "linux" else ())


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project; what was started in it is ended with the test."""
    for name in ("project", "aside"):
        (tmp_path / name).mkdir()
    made = Project(folder=tmp_path / "project", aside=tmp_path / "aside")
    yield made
    made.close()
