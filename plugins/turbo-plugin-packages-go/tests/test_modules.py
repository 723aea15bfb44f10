"""The real go, with a proxy in a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.shelf import fill
from turbo_plugin_packages_go import modules, plugin

MANIFEST = "module example.org/small\n\ngo 1.18\n\nrequire example.org/left v1.0.0\n"
SOURCE = 'package small\n\nimport "example.org/left"\n\nvar Version = left.Version()\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, whose proxy is a folder."""
    settings = {
        "GOPROXY": f"file://{tmp_path / 'shelf'}",
        "GOSUMDB": "off",
        "GONOSUMDB": "",
        "GOPRIVATE": "",
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOPATH": str(tmp_path / "go"),
        "GOMODCACHE": str(tmp_path / "go" / "mod"),
        "GOCACHE": str(tmp_path / "cache"),
        "GOENV": "off",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    try:
        subprocess.run(["go", "version"], check=True, capture_output=True)
    except OSError:
        pytest.skip("go is not there")
    fill(tmp_path / "shelf")
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "go.mod").write_text(MANIFEST)
    (folder / "source.go").write_text(SOURCE)
    carry_out(folder, planned(folder, "lock", {}))
    return folder


def carry_out(folder: Path, plan: Any) -> None:
    """Do what a plan says."""
    for command in plan["commands"]:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, (command, ended.stderr)


def planned(folder: Path, verb: str, packages: dict[str, str], group: str = "") -> Any:
    """A plan of the driver."""
    return plugin.turbo_packages_plan(folder, "go", verb, packages, group)


def versions(folder: Path) -> dict[str, Any]:
    """Path → version."""
    return {str(one["name"]): one["version"] for one in modules.inventory(folder)["packages"]}


def test_the_inventory_tells_modules_and_needs(project: Path) -> None:
    assert modules.inventory(project) == {
        "packages": [
            {"name": "example.org/deep", "version": "v1.0.0", "direct": False, "needs": []},
            {
                "name": "example.org/left",
                "version": "v1.0.0",
                "direct": True,
                "needs": [{"name": "example.org/deep", "wants": "v1.0.0"}],
            },
        ],
        "project": "example.org/small",
        "version": "",
        "wants": [{"name": "example.org/left", "wants": "v1.0.0"}],
        "source": "go.mod",
        "unknown": [],
    }


def test_newer_versions_are_releases_of_the_same_path(project: Path) -> None:
    deep = {"name": "example.org/deep", "current": "v1.0.0", "versions": ["v1.0.1"], "wanted": "v1.0.1", "latest": "v1.0.1"}
    left = {"name": "example.org/left", "current": "v1.0.0", "versions": ["v1.0.1", "v1.1.0"], "wanted": "v1.1.0"}
    told = modules.outdated(project)
    assert [dict(one) for one in told["packages"]] == [deep | {"direct": False}, left | {"latest": "v1.1.0", "direct": True}]
    assert told["unknown"] == []


def test_updates_give_exact_versions(project: Path) -> None:
    carry_out(project, planned(project, "update", {"example.org/left": "v1.0.1"}))
    assert versions(project) == {"example.org/deep": "v1.0.0", "example.org/left": "v1.0.1"}
    carry_out(project, planned(project, "update", {"example.org/deep": "v1.0.1"}))
    assert versions(project) == {"example.org/deep": "v1.0.1", "example.org/left": "v1.0.1"}
    carry_out(project, planned(project, "update", {}))
    assert versions(project) == {"example.org/deep": "v1.0.1", "example.org/left": "v1.1.0"}
    carry_out(project, planned(project, "install", {}))


def test_modules_are_added_and_removed(project: Path) -> None:
    carry_out(project, planned(project, "add", {"example.org/other": "v0.1.0"}))
    assert versions(project)["example.org/other"] == "v0.1.0"
    carry_out(project, planned(project, "remove", {"example.org/other": ""}))
    assert "example.org/other" not in versions(project)
    with pytest.raises(ActionFailed, match="Go has no group 'dev'"):
        planned(project, "add", {"example.org/other": ""}, "dev")


def test_a_vendor_folder_is_kept_up(project: Path) -> None:
    carry_out(project, {"commands": [["go", "mod", "vendor"]]})
    carry_out(project, planned(project, "update", {"example.org/left": "v1.1.0"}))
    assert '"v1.1.0"' in (project / "vendor" / "example.org" / "left" / "source.go").read_text()
    assert versions(project) == {"example.org/deep": "v1.0.1", "example.org/left": "v1.1.0"}


def test_what_no_proxy_knows_is_unknown(project: Path, tmp_path: Path) -> None:
    carry_out(project, planned(project, "install", {}))
    (tmp_path / "shelf" / "example.org" / "left" / "@v" / "list").unlink()
    told = modules.outdated(project)
    assert [one["name"] for one in told["packages"]] == ["example.org/deep"]
    assert [one.partition(":")[0] for one in told["unknown"]] == ["example.org/left"]


def test_a_module_in_a_folder_is_told_as_such(project: Path) -> None:
    own = project.parent / "own"
    own.mkdir()
    (own / "go.mod").write_text("module example.org/left\n\ngo 1.18\n")
    (own / "source.go").write_text('package left\n\nfunc Version() string { return "own" }\n')
    (project / "go.mod").write_text(MANIFEST + "\nreplace example.org/left => ../own\n")
    carry_out(project, planned(project, "lock", {}))
    told = modules.inventory(project)
    assert told["unknown"] == ["example.org/left is replaced by the folder ../own"]
    news = modules.outdated(project)
    assert (news["packages"], news["unknown"]) == ([], ["example.org/left is replaced by ../own"])


def test_an_incomplete_sum_is_not_mended(project: Path) -> None:
    (project / "go.sum").unlink()
    with pytest.raises(ActionFailed, match=r"missing go.sum entry"):
        modules.inventory(project)
    assert not (project / "go.sum").exists()


def test_a_missing_go_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(ActionUnavailable, match=r"go cannot be started.*install go"):
        modules.inventory(project)


def test_only_folders_with_a_manifest_are_its_own(tmp_path: Path) -> None:
    assert plugin.turbo_packages_detect(tmp_path) == []
    assert plugin.turbo_packages_inventory(tmp_path, "npm") is None
    assert plugin.turbo_packages_outdated(tmp_path, "npm") is None
    assert plugin.turbo_packages_plan(tmp_path, "npm", "lock", {}, "") is None
