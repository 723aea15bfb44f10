"""The environment with all baked plugins, made once for all workers."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from tests.template.baking_kit import UV, Place


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Place:
    """A clean environment with the wheels of Turbo and of all baked plugins; its folder has a blank in its name."""
    if UV is None:
        pytest.skip("uv is not installed")
    base = tmp_path_factory.getbasetemp()
    made = Place(folder=(base if worker_id == "master" else base.parent) / "the baked")
    with Path(f"{made.folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.folder / "done").exists():
            made.folder.mkdir()
            made.make()
            (made.folder / "done").touch()
    return made
