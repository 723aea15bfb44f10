"""An index of tiny wheels, and projects that use it; nothing is downloaded."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.wheels import write_wheel
from turbo_plugin_packages_python import plugin
from turbo_plugin_packages_python.settings import PythonSettings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="have Poetry and Pipenv themselves lock and install a project")


@pytest.fixture
def long(request: pytest.FixtureRequest) -> None:
    """Skip what takes long, unless it is asked for."""
    if not request.config.getoption("--long"):
        pytest.skip("it takes long; tox -e plugin-packages-python -- --long runs it")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """``alpha`` needs ``beta``; both have newer versions."""
    folder = tmp_path / "index"
    for version in ("1.0.0", "1.0.1", "1.1.0"):
        write_wheel(folder, "alpha", version, needs=("beta>=1",))
    write_wheel(folder, "alpha", "2.0.0", needs=("beta>=2",))
    for version in ("1.0", "1.2", "3.0"):
        write_wheel(folder, "beta", version, licence="Apache-2.0")
    write_wheel(folder, "gamma", "1.0", licence="")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "project"
    found.mkdir()
    return found


@pytest.fixture
def settings() -> PythonSettings:
    return PythonSettings()


class Asked:
    """The driver, asked as `packages.*` asks it."""

    def __init__(self, folder: Path, settings: PythonSettings, manager: str) -> None:
        self.folder, self.settings, self.manager = folder, settings, manager

    def detect(self) -> list[dict[str, Any]]:
        return plugin.turbo_packages_detect(self.folder)

    def inventory(self) -> dict[str, Any]:
        return plugin.turbo_packages_inventory(self.folder, self.manager, self.settings) or {}

    def versions(self) -> dict[str, str]:
        return {one["name"]: one["version"] for one in self.inventory()["packages"]}

    def outdated_whole(self) -> dict[str, Any]:
        return plugin.turbo_packages_outdated(self.folder, self.manager, self.settings) or {}

    def outdated(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.outdated_whole()["packages"]}

    def commands(self, verb: str, *, group: str = "", **packages: str) -> list[list[str]]:
        """The commands of a plan."""
        plan = plugin.turbo_packages_plan(self.folder, self.manager, verb, packages, group, self.settings)
        assert plan is not None
        return [[*command] for command in plan["commands"]]

    def carry_out(self, verb: str, *, group: str = "", **packages: str) -> None:
        """Carry a plan out in the project, as `packages.*` does; in a name ``_`` is a hyphen."""
        named = {name.replace("_", "-"): version for name, version in packages.items()}
        plan = plugin.turbo_packages_plan(self.folder, self.manager, verb, named, group, self.settings)
        assert plan is not None
        for path, text in plan.get("writes", {}).items():
            (self.folder / path).write_text(text)
        for command in plan["commands"]:
            env = os.environ | plan.get("env", {})
            ended = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, (command, ended.stderr, ended.stdout)
