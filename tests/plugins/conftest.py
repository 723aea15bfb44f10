from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield Shelf(folder=folder, caches=tmp_path / "caches")
    for name in set(sys.modules) - before:
        if name.startswith("turbo_shelf_"):
            del sys.modules[name]
