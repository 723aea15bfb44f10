"""A driver of a manager that exists here only, so that the plugin is tested without any ecosystem."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import Context, HookAnswer

from tests.paper import Driver


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture
def context(tmp_path: Path, driver: Driver) -> Context:
    """What an action is given, in an empty project."""
    project = tmp_path / "project"
    project.mkdir()

    def ask(hook: str, /, **arguments: object) -> list[HookAnswer]:
        value = getattr(driver, hook)(**arguments)
        return [] if value is None else [HookAnswer(plugin="paper", value=value)]

    return Context(run="r", task="t", attempt=1, project=project, key="k", ask_hook=ask)
