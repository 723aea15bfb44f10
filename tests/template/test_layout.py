"""The plugins of this repository have the layout of a plugin that was just baked, but for what the repository does for them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.arch.source import ROOT
from turbo_core.cli.plugin import baking

FOLDERS = sorted(file.parent for file in (ROOT / "plugins").glob("*/pyproject.toml"))
OF_ITS_LIBRARIES = {"hatch": set(), "mypy": {"overrides", "untyped_calls_exclude"}, "pytest": {"filterwarnings", "timeout"}}
"""What a plugin may say of the libraries that it stands on: which have no types, what they warn of, and how long they take."""

OF_THE_REPOSITORY = {".github", ".gitignore", "tox.ini"}
"""What a plugin on its own has at its top, and one in here has not: the repository has it for all of them."""


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def plugin(request: pytest.FixtureRequest) -> Path:
    """The folder of a plugin of this repository."""
    folder: Path = request.param
    return folder


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text())


@pytest.fixture
def baked(plugin: Path, tmp_path: Path) -> Path:
    """A fresh plugin of the same kinds, with another name."""
    points = project(plugin)["project"]["entry-points"]
    kinds = [kind for kind, group in (("actions", "actions"), ("channel", "plugins")) if f"turbo.{group}" in points]
    return baking.bake(baking.answers({"name": "fresh", "kinds": " ".join(kinds)}), tmp_path)


def named(value: Any, plugin: Path) -> Any:
    """A value with the names of that plugin in the place of those of the fresh one."""
    if isinstance(value, Mapping):
        return {named(key, plugin): named(inner, plugin) for key, inner in value.items()}
    if isinstance(value, list):
        return [named(inner, plugin) for inner in value]
    short = plugin.name.removeprefix("turbo-plugin-").replace("-", "_")
    return value.replace("fresh", short) if isinstance(value, str) else value


def without(value: Mapping[str, Any], own: set[str]) -> dict[str, Any]:
    """A table without what a plugin may say otherwise."""
    inner = {name: without(each, own) if isinstance(each, Mapping) else each for name, each in value.items()}
    return {name: each for name, each in inner.items() if name not in own}


def keys(value: Mapping[str, Any], depth: int) -> set[str]:
    """The names of the tables and entries of a table, down to a depth."""
    found = {*value}
    for name, inner in value.items():
        if depth > 1 and isinstance(inner, Mapping):
            found |= {f"{name}.{key}" for key in keys(inner, depth - 1)}
    return found


def test_there_are_the_same_files_at_the_top(plugin: Path, baked: Path) -> None:
    tracked = {path.name for path in plugin.iterdir() if not path.name.startswith(".") or path.name in OF_THE_REPOSITORY}
    assert tracked == {path.name for path in baked.iterdir()} - OF_THE_REPOSITORY


def test_the_source_and_the_tests_have_the_same_entrances(plugin: Path, baked: Path) -> None:
    (package,) = (plugin / "src").iterdir()
    assert package.name == plugin.name.replace("-", "_")
    shared = {"__init__.py", "py.typed", "actions.py", "plugin.py"}
    fresh = {path.name for path in (baked / "src" / "turbo_plugin_fresh").iterdir()}
    assert {path.name for path in package.iterdir()} & shared == fresh & shared
    assert {"__init__.py", "test_conformance.py"} <= {path.name for path in (plugin / "tests").iterdir()}


def test_the_project_is_described_in_the_same_way(plugin: Path, baked: Path) -> None:
    mine, fresh = project(plugin), project(baked)
    assert mine["build-system"] == fresh["build-system"]
    assert keys(mine["project"], 1) - {"optional-dependencies"} == keys(fresh["project"], 1)
    assert mine["project"]["entry-points"] == named(fresh["project"]["entry-points"], plugin)
    for key in ("version", "readme", "license", "license-files", "requires-python"):
        assert mine["project"][key] == fresh["project"][key], key
    assert {*fresh["project"]["dependencies"]} <= {*mine["project"]["dependencies"]}
    assert [line for line in fresh["project"]["classifiers"] if line not in mine["project"]["classifiers"]] == []


def test_the_tools_are_told_the_same(plugin: Path, baked: Path) -> None:
    mine, fresh = project(plugin)["tool"], project(baked)["tool"]
    assert keys(mine, 1) - {"uv"} == keys(fresh, 1)  # where the plugins are that its tests need
    for table, own in OF_ITS_LIBRARIES.items():
        assert without(mine[table], own) == without(named(fresh[table], plugin), own), table
    # The rules of style are those of the repository; a plugin on its own has to spell them out.
    assert mine["ruff"]["extend"] == "../../pyproject.toml"


def test_the_tests_need_the_same(plugin: Path, baked: Path) -> None:
    mine, fresh = project(plugin)["dependency-groups"], project(baked)["dependency-groups"]
    assert mine.keys() == fresh.keys()
    for group, needs in fresh.items():
        assert [need for need in needs if need not in mine[group]] == []


def test_licence_and_news_are_as_baked(plugin: Path, baked: Path) -> None:
    assert (plugin / "changelog" / "README.md").read_text() == (baked / "changelog" / "README.md").read_text()
    first, *rest = (plugin / "LICENSE").read_text().splitlines()
    fresh_first, *fresh_rest = (baked / "LICENSE").read_text().splitlines()
    assert (first, rest[3:]) == (fresh_first, fresh_rest[3:])


def test_the_readme_has_the_same_head(plugin: Path, baked: Path) -> None:
    for folder, name in ((plugin, plugin.name), (baked, "turbo-plugin-fresh")):
        lines = (folder / "README.md").read_text().splitlines()
        assert lines[0] == f"# {name}"
        assert "## Example" in lines
        # With a driver or with the plugin that it is for.
        assert any(line.startswith("    pip install turbo-core ") and name in line.split() for line in lines)
