"""Environments to try installations in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.site import UV, Site, make


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A clean environment, its installer uv if there is one, and this process told the same as ``turbo`` in it is."""
    yield from _site(tmp_path, monkeypatch, uv=UV is not None)


@pytest.fixture(params=["uv", pytest.param("pip", marks=pytest.mark.slow)])
def each_site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The same, once for each installer; an environment with pip takes seconds to make."""
    if request.param == "uv" and UV is None:
        pytest.skip("uv is not installed")
    yield from _site(tmp_path, monkeypatch, uv=request.param == "uv")


def _site(folder: Path, monkeypatch: pytest.MonkeyPatch, *, uv: bool) -> Iterator[Site]:
    (folder / "place").mkdir()
    made = make(folder / "place", uv=uv)
    for name, value in made.surroundings.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    yield made
    shutil.rmtree(folder / "place")
