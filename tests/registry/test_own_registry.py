"""registry.json says what the plugins of this repository say of themselves."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.arch.source import ROOT
from tests.arch.test_tracked_files import tracked
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import find
from turbo_core.plugins.trials import Trials
from turbo_core.registry.describing import described, merged
from turbo_core.registry.index import Plugin, read_index, write_index
from turbo_core.registry.sources import built_in

FILE = ROOT / "registry.json"
INDEX = read_index(FILE.read_bytes(), "registry.json")
FOLDERS = sorted(path.parent for path in tracked() if path.match("plugins/*/pyproject.toml"))


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


def listed(folder: Path) -> Plugin:
    return next(plugin for plugin in INDEX.plugins if plugin.name == folder.name)


def test_the_registry_lists_the_plugins_of_this_repository_and_no_others() -> None:
    assert [plugin.name for plugin in INDEX.plugins] == [folder.name for folder in FOLDERS]


def test_it_is_written_as_the_command_writes_it() -> None:
    assert FILE.read_text() == write_index(INDEX)


def test_it_is_the_one_that_is_built_in() -> None:
    assert built_in() == INDEX


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_entry_says_what_the_project_says(folder: Path) -> None:
    told, entry = project(folder), listed(folder)
    release = next(release for release in entry.versions if release.version == told["version"])
    (host,) = (Requirement(need).specifier for need in told["dependencies"] if need.startswith("turbo-core"))
    assert (entry.summary, entry.licence, release.python) == (told["description"], told["license"], told["requires-python"])
    assert (SpecifierSet(release.host), release.path) == (host, f"plugins/{folder.name}")
    assert {name.partition(".")[0] for name in entry.actions} == {*told["entry-points"].get("turbo.actions", {})}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_entry_says_what_the_plugin_says(folder: Path, tmp_path: Path) -> None:
    try:
        installed = distribution(folder.name)
    except PackageNotFoundError:
        pytest.skip(f"{folder.name} is not installed")
    plugins = Plugins(find(tmp_path), Trials(tmp_path, limit=60))
    made = merged(INDEX, described(installed, plugins.inventory(), path=f"plugins/{folder.name}"))
    assert write_index(made) == FILE.read_text(), "write it anew: turbo plugin index plugins/* --write registry.json"
