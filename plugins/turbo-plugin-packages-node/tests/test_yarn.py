"""Both kinds of Yarn, where they are there; and what they have once written, where they are not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.conftest import carry_out, manifest, there, versions, write
from turbo_plugin_packages_node import berry, yarn

OLD = {
    "--version": "1.22.22",
    "list": {
        "type": "tree",
        "data": {
            "trees": [
                {
                    "name": "left@1.0.0",
                    "children": [{"name": "deep@^0.9.0", "shadow": True}, {"name": "deep@0.9.0", "children": []}],
                },
                {"name": "@org/scoped@1.2.3", "children": [{"name": "deep@^1.0.0", "shadow": True}]},
                {"name": "deep@1.0.0", "children": []},
            ]
        },
    },
    "outdated": {"type": "error", "data": "the registry is not there"},
}
NEW = {
    "--version": "4.18.1",
    "workspaces": [{"location": ".", "name": "small"}, {"location": "member", "name": "member"}],
    "info": [
        {"value": "deep@npm:1.0.0", "children": {"Version": "1.0.0", "Manifest": {"License": "MIT"}}},
        {
            "value": "left@virtual:00#npm:1.1.0",
            "children": {"Version": "1.1.0", "Dependencies": [{"descriptor": "deep@npm:^1.0.0", "locator": "deep@npm:1.0.0"}]},
        },
        {
            "value": "small@workspace:.",
            "children": {
                "Version": "1.0.0",
                "Dependencies": [{"descriptor": "left@virtual:00#npm:^1.0.0", "locator": "left@virtual:00#npm:1.1.0"}],
            },
        },
    ],
}


@pytest.fixture
def written(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in whose ``yarn`` writes what is kept in it."""
    tools = project.parent / "tools"
    tools.mkdir()
    (tools / "yarn").write_text(f'#!/bin/sh\nexec /bin/cat "{tools}/said$1"\n')
    (tools / "yarn").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    return tools


def settle(project: Path, version: str) -> None:
    """A lock file without which later Yarns take the folder above for the project."""
    if not version.startswith("1."):
        (project / "yarn.lock").touch()


def says(tools: Path, told: Mapping[str, object]) -> None:
    """Keep what Yarn shall write, by its first argument."""
    for argument, value in told.items():
        lines = value if isinstance(value, list) else [value]
        (tools / f"said{argument}").write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))


def test_what_yarn_1_writes(project: Path, written: Path) -> None:
    says(written, OLD)
    (project / "yarn.lock").touch()
    told = yarn.inventory(project)
    assert [(one["name"], one["version"], one["direct"], one["group"]) for one in told["packages"]] == [
        ("@org/scoped", "1.2.3", True, "dev"),
        ("deep", "0.9.0", False, "main"),
        ("deep", "1.0.0", False, "dev"),
        ("left", "1.0.0", True, "main"),
    ]
    assert told["packages"][3]["needs"] == [{"name": "deep", "wants": "^0.9.0", "version": "0.9.0", "met": True}]
    assert told["unknown"] == ["licences are not known: nothing is installed here"]
    with pytest.raises(ActionFailed, match="the registry is not there"):
        yarn.outdated(project)


def test_what_later_yarns_write(project: Path, written: Path) -> None:
    says(written, NEW)
    told = berry.inventory(project)
    need = {"name": "deep", "wants": "^1.0.0", "version": "", "met": True}
    assert told["packages"] == [
        {"name": "deep", "version": "1.0.0", "direct": False, "group": "main", "licence": "MIT", "needs": []},
        {"name": "left", "version": "1.1.0", "direct": True, "group": "main", "licence": "", "needs": [need]},
    ]
    exact = berry.plan(project, "update", {"left": "1.1.1", "deep": "1.0.1"}, "")
    assert exact["commands"] == [["yarn", "up", "left@1.1.1"], ["yarn", "set", "resolution", "deep@npm:^1.0.0", "npm:1.0.1"]]
    assert exact["changes"] == ["member/package.json", "package.json"]


@pytest.mark.parametrize(("module", "told"), [(yarn, NEW), (berry, OLD)])
def test_the_other_kind_of_yarn_is_refused(project: Path, written: Path, module: ModuleType, told: Mapping[str, object]) -> None:
    says(written, told)
    with pytest.raises(ActionUnavailable, match="the project uses Yarn"):
        module.inventory(project)


def test_yarn_1_updates_direct_needs_only(project: Path) -> None:
    with pytest.raises(ActionFailed, match=r"deep.*resolutions"):
        yarn.plan(project, "update", {"deep": "1.0.1"}, "")


@pytest.mark.parametrize(("module", "version"), [(yarn, "1."), (berry, "4.")])
def test_the_real_yarn(project: Path, module: ModuleType, version: str) -> None:
    there("yarn", version=version)
    settle(project, version)
    write(project, {"dependencies": {"left": "1.0.0"}, "devDependencies": {"@org/scoped": "^1.0.0"}})
    carry_out(project, module.plan(project, "lock", {}, ""))
    carry_out(project, module.plan(project, "install", {}, ""))
    told = module.inventory(project)
    assert versions(told) == {"@org/scoped": "1.2.3", "deep": "1.0.1", "left": "1.0.0"}
    assert {(one["name"], one["group"], one["licence"]) for one in told["packages"] if one["direct"]} == {
        ("@org/scoped", "dev", "MIT"),
        ("left", "main", "MIT"),
    }
    left = {"name": "left", "current": "1.0.0", "wanted": "1.0.0", "latest": "2.0.0", "versions": ["1.0.1", "1.1.0", "2.0.0"]}
    assert left | {"direct": True} in module.outdated(project)["packages"]
    carry_out(project, module.plan(project, "update", {"left": "1.0.1"}, ""))
    assert versions(module.inventory(project))["left"] == "1.0.1"
    carry_out(project, module.plan(project, "remove", {"left": ""}, ""))
    carry_out(project, module.plan(project, "add", {"left": "2.0.0"}, "dev"))
    assert list(manifest(project)["devDependencies"]) == ["@org/scoped", "left"]
    assert ("deep", "2.0.0") in {(one["name"], one["version"]) for one in module.inventory(project)["packages"]}


def test_the_real_later_yarn_updates_what_others_need(project: Path) -> None:
    there("yarn", version="4.")
    settle(project, "4.")
    carry_out(project, berry.plan(project, "lock", {}, ""))
    carry_out(project, berry.plan(project, "update", {"deep": "1.0.0"}, ""))
    assert versions(berry.inventory(project))["deep"] == "1.0.0"
    news = berry.outdated(project)["packages"]
    assert [(one["name"], one["wanted"], one["versions"]) for one in news] == [
        ("deep", "", ["1.0.1", "2.0.0"]),
        ("left", "1.1.0", ["2.0.0"]),
    ]
