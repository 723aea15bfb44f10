"""The real npm, in a small project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.conftest import NEEDS, carry_out, manifest, there, versions, write
from turbo_plugin_packages_node import npm


@pytest.fixture
def installed(project: Path) -> Path:
    """The project with its oldest versions."""
    there("npm")
    write(project, {"dependencies": {"left": "1.0.0", "deep": "1.0.0"}, "devDependencies": {"@org/scoped": "^1.0.0"}})
    carry_out(project, npm.plan(project, "install", {}, ""))
    write(project, NEEDS)
    carry_out(project, npm.plan(project, "lock", {}, ""))
    return project


def test_the_inventory_tells_packages_needs_and_licences(installed: Path) -> None:
    told = npm.inventory(installed)
    need = {"name": "deep", "wants": "^1.0.0", "version": "", "met": True}
    about = {"version": "1.0.0", "licence": "MIT"}
    assert told["packages"] == [
        {"name": "@org/scoped", **about, "version": "1.2.3", "direct": True, "group": "dev", "needs": [need]},
        {"name": "deep", **about, "direct": False, "group": "main", "needs": []},
        {"name": "left", **about, "direct": True, "group": "main", "needs": [need]},
    ]
    assert (told["project"], told["version"], told["source"], told["unknown"]) == ("small", "1.0.0", "package-lock.json", [])
    assert told["wants"] == [{"name": "@org/scoped", "wants": "^1.0.0"}, {"name": "left", "wants": "^1.0.0"}]
    shutil.rmtree(installed / "node_modules")
    assert npm.inventory(installed) == told, "the lock file suffices"


def test_newer_versions_are_told_of_direct_needs_and_of_theirs(installed: Path) -> None:
    deep = {"name": "deep", "current": "1.0.0", "wanted": "1.0.1", "latest": "2.0.0", "versions": ["1.0.1", "2.0.0"]}
    left = {"name": "left", "current": "1.0.0", "wanted": "1.1.0", "latest": "2.0.0", "versions": ["1.0.1", "1.1.0", "2.0.0"]}
    told = npm.outdated(installed)
    assert (told["packages"], told["unknown"]) == ([deep | {"direct": False}, left | {"direct": True}], [])
    shutil.rmtree(installed / "node_modules")
    told = npm.outdated(installed)
    assert told["packages"] == [left | {"direct": True}]
    assert told["unknown"] == ["nothing is installed here: npm tells of newer versions of the direct needs only"]


def test_updates_give_exact_versions_also_to_what_others_need(installed: Path) -> None:
    carry_out(installed, npm.plan(installed, "update", {"left": "1.0.1", "deep": "1.0.1"}, ""))
    assert versions(npm.inventory(installed)) == {"@org/scoped": "1.2.3", "deep": "1.0.1", "left": "1.0.1"}
    assert manifest(installed)["devDependencies"] == NEEDS["devDependencies"]
    assert list(manifest(installed)["dependencies"]) == ["left"], "what others need does not become a need of the project"
    carry_out(installed, npm.plan(installed, "update", {}, ""))
    assert versions(npm.inventory(installed))["left"] == "1.1.0"
    carry_out(installed, npm.plan(installed, "update", {"left": "2.0.0"}, ""))
    assert manifest(installed)["dependencies"] == {"left": "^2.0.0"}
    told = npm.inventory(installed)
    assert sorted((one["name"], one["version"]) for one in told["packages"] if one["name"] == "deep") == [
        ("deep", "1.0.1"),
        ("deep", "2.0.0"),
    ]
    (left,) = [one for one in told["packages"] if one["name"] == "left"]
    assert left["needs"] == [{"name": "deep", "wants": "^2.0.0", "version": "2.0.0", "met": True}]


def test_packages_are_added_to_a_group_and_removed(project: Path) -> None:
    there("npm")
    write(project, {})
    carry_out(project, npm.plan(project, "add", {"left": "1.1.0"}, ""))
    carry_out(project, npm.plan(project, "add", {"@org/scoped": ""}, "dev"))
    assert manifest(project) == {"dependencies": {"left": "^1.1.0"}, "devDependencies": {"@org/scoped": "^1.2.3"}}
    shutil.rmtree(project / "node_modules")
    carry_out(project, npm.plan(project, "install", {}, ""))
    assert (project / "node_modules" / "left" / "index.js").read_text() == "module.exports='1.1.0'\n"
    carry_out(project, npm.plan(project, "remove", {"left": "", "@org/scoped": ""}, ""))
    assert (manifest(project), npm.inventory(project)["packages"]) == ({}, [])
    with pytest.raises(ActionFailed, match="npm has no group 'docs'"):
        npm.plan(project, "add", {"left": ""}, "docs")


def test_what_members_of_a_workspace_need_the_project_needs(project: Path) -> None:
    there("npm")
    (project / "member").mkdir()
    write(project / "member", {"dependencies": {"left": "~1.0.0"}}, name="member")
    write(project, {}, workspaces=["member"])
    carry_out(project, npm.plan(project, "lock", {}, ""))
    told = npm.inventory(project)
    assert [(one["name"], one["version"], one["direct"]) for one in told["packages"]] == [
        ("deep", "1.0.1", False),
        ("left", "1.0.1", True),
    ]


def test_what_is_missing_or_in_no_registry_is_neither_there_nor_up_to_date(installed: Path) -> None:
    write(installed, {"dependencies": {"left": "^2.0.0", "private": "^1.0.0"}})
    told = npm.inventory(installed)
    assert told["wants"] == [{"name": "left", "wants": "^2.0.0"}, {"name": "private", "wants": "^1.0.0"}]
    assert {one["name"]: one["direct"] for one in told["packages"]} == {"@org/scoped": False, "deep": False, "left": True}
    (reason,) = npm.outdated(installed)["unknown"]
    assert reason.startswith("private: npm view ended with 1"), reason


def test_a_missing_npm_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(ActionUnavailable, match=r"npm cannot be started.*install npm"):
        npm.inventory(project)
