"""The real cargo, with a registry in a folder."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.shelf import fill
from turbo_plugin_packages_rust import cargo, plugin, upgrades

MANIFEST = """
[package]
name = "small"
version = "0.1.0"
edition = "2021"

[dependencies]
left = "1.0.0"

[dev-dependencies]
tool = "0.1"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with its oldest versions, whose registry is a folder."""
    try:
        subprocess.run(["cargo", "--version"], check=True, capture_output=True)
    except OSError:
        pytest.skip("cargo is not there")
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    fill(tmp_path / "shelf")
    folder = tmp_path / "small"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "lib.rs").touch()
    (folder / "Cargo.toml").write_text(MANIFEST)
    (folder / ".cargo").mkdir()
    source = f'[source.crates-io]\nreplace-with = "shelf"\n[source.shelf]\nlocal-registry = "{tmp_path / "shelf"}"\n'
    (folder / ".cargo" / "config.toml").write_text(source)
    carry_out(folder, {"commands": [["cargo", "generate-lockfile"], ["cargo", "update", "left", "--precise", "1.0.0"]]})
    carry_out(folder, {"commands": [["cargo", "update", "deep@1", "--precise", "1.0.0"]]})
    return folder


def carry_out(folder: Path, plan: Any) -> None:
    """Do what a plan says."""
    for command in plan["commands"]:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, (command, ended.stderr)


def planned(folder: Path, verb: str, packages: dict[str, str], group: str = "") -> Any:
    """A plan of the driver."""
    return plugin.turbo_packages_plan(folder, "cargo", verb, packages, group)


def locked(folder: Path) -> set[str]:
    """What the lock file has."""
    found = tomllib.loads((folder / "Cargo.lock").read_text())["package"]
    return {f"{one['name']} {one['version']}" for one in found if one["name"] != "small"}


def test_the_inventory_tells_packages_needs_and_licences(project: Path) -> None:
    told = cargo.inventory(project)
    old = {"name": "deep", "wants": "^0.9", "version": "0.9.0", "met": True}
    new = {"name": "deep", "wants": "^1", "version": "1.0.0", "met": True}
    assert told["packages"] == [
        {"name": "deep", "version": "0.9.0", "direct": False, "group": "dev", "licence": "MIT OR Apache-2.0", "needs": []},
        {"name": "deep", "version": "1.0.0", "direct": False, "group": "main", "licence": "MIT OR Apache-2.0", "needs": []},
        {"name": "left", "version": "1.0.0", "direct": True, "group": "main", "licence": "MIT OR Apache-2.0", "needs": [new]},
        {"name": "tool", "version": "0.1.0", "direct": True, "group": "dev", "licence": "MIT OR Apache-2.0", "needs": [old]},
    ]
    assert (told["project"], told["version"], told["source"], told["unknown"]) == ("small", "0.1.0", "Cargo.lock", [])
    assert told["wants"] == [{"name": "left", "wants": "^1.0.0"}, {"name": "tool", "wants": "^0.1"}]


def test_newer_versions_are_those_that_cargo_chooses(project: Path) -> None:
    before = (project / "Cargo.lock").read_bytes()
    told = upgrades.outdated(project)
    assert [(one["name"], one["current"], one["wanted"], one["versions"], one["direct"]) for one in told["packages"]] == [
        ("deep", "0.9.0", "0.9.0", ["1.0.1"], False),
        ("deep", "1.0.0", "1.0.1", ["1.0.1"], False),
        ("left", "1.0.0", "1.1.0", ["1.0.1", "1.1.0", "2.0.0"], True),
    ]
    assert told["unknown"] == []
    assert (project / "Cargo.lock").read_bytes() == before


def test_what_the_registry_does_not_have_is_unknown_and_hides_nothing(project: Path, tmp_path: Path) -> None:
    carry_out(project, planned(project, "install", {}))
    (tmp_path / "shelf" / "index" / "to" / "ol" / "tool").unlink()
    versions, failed = upgrades._tolerant(project, [("left", "*"), ("tool", "*"), ("deep", "^1")])
    assert {name: list(map(str, found)) for name, found in versions.items()} == {"left": ["2.0.0"], "deep": ["1.0.1"]}
    assert list(failed) == ["tool"]
    assert "no matching package named `tool` found" in failed["tool"]


def test_updates_leave_the_manifest_where_it_allows_them(project: Path) -> None:
    before = (project / "Cargo.toml").read_text()
    carry_out(project, planned(project, "update", {"left": "1.0.1", "deep": "1.0.1"}))
    assert (locked(project), (project / "Cargo.toml").read_text()) == (
        {"left 1.0.1", "deep 1.0.1", "deep 0.9.0", "tool 0.1.0"},
        before,
    )
    carry_out(project, planned(project, "update", {"left": "2.0.0"}))
    assert "left 2.0.0" in locked(project)
    assert tomllib.loads((project / "Cargo.toml").read_text())["dependencies"] == {"left": "2.0.0"}
    with pytest.raises(ActionFailed, match="deep is no need of the project itself"):
        planned(project, "update", {"deep": "3.0.0"})


def test_an_update_of_all_stays_within_the_manifest(project: Path) -> None:
    assert planned(project, "update", {"deep": ""})["commands"] == [["cargo", "update", "deep@0.9.0", "deep@1.0.0"]]
    carry_out(project, planned(project, "update", {}))
    assert locked(project) == {"left 1.1.0", "deep 1.0.1", "deep 0.9.0", "tool 0.1.0"}


def test_packages_are_added_to_a_group_and_removed(project: Path) -> None:
    carry_out(project, planned(project, "add", {"deep": "1.0.0"}, "build"))
    assert tomllib.loads((project / "Cargo.toml").read_text())["build-dependencies"] == {"deep": "1.0.0"}
    carry_out(project, planned(project, "remove", {"tool": "", "deep": ""}))
    carry_out(project, planned(project, "lock", {}))
    assert locked(project) == {"left 1.0.0", "deep 1.0.0"}
    assert [one["name"] for one in cargo.inventory(project)["wants"]] == ["left"]
    with pytest.raises(ActionFailed, match="cargo has no group 'docs'"):
        planned(project, "add", {"left": ""}, "docs")


def test_members_of_a_workspace_are_no_packages(project: Path) -> None:
    (project / "member" / "src").mkdir(parents=True)
    (project / "member" / "src" / "lib.rs").touch()
    (project / "member" / "Cargo.toml").write_text(MANIFEST.replace("small", "member").replace("left", "deep"))
    (project / "Cargo.toml").write_text(MANIFEST + '\n[workspace]\nmembers = ["member"]\n')
    carry_out(project, planned(project, "lock", {}))
    told = cargo.inventory(project)
    direct = [f"{one['name']} {one['version']}" for one in told["packages"] if one["direct"]]
    assert (told["project"], direct) == ("small", ["deep 1.0.0", "left 1.0.0", "tool 0.1.0"])
    assert planned(project, "remove", {"deep": ""}) == {
        "commands": [["cargo", "remove", "--package", "member", "deep"]],
        "changes": ["Cargo.toml", "member/Cargo.toml"],
    }


def test_without_a_lock_file_nothing_is_written(project: Path) -> None:
    (project / "Cargo.lock").unlink()
    with pytest.raises(ActionFailed, match=r"there is no Cargo.lock.*cargo generate-lockfile"):
        cargo.inventory(project)
    assert not (project / "Cargo.lock").exists()


def test_a_missing_cargo_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(ActionUnavailable, match=r"cargo cannot be started.*install cargo"):
        cargo.inventory(project)


def test_only_folders_with_a_manifest_are_its_own(tmp_path: Path) -> None:
    assert plugin.turbo_packages_detect(tmp_path) == []
    assert plugin.turbo_packages_inventory(tmp_path, "npm") is None
    assert plugin.turbo_packages_outdated(tmp_path, "npm") is None
    assert plugin.turbo_packages_plan(tmp_path, "npm", "lock", {}, "") is None
