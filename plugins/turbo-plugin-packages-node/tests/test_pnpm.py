"""pnpm: its lock file as it is, and the real tool where it is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from turbo_core import ActionFailed

from tests.conftest import NEEDS, carry_out, manifest, there, versions, write
from turbo_plugin_packages_node import pnpm

LOCK = """
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      left: {specifier: ^1.0.0, version: 1.1.0(deep@1.0.0)}
      other: {specifier: 'link:../other', version: 'link:../other'}
    devDependencies:
      renamed: {specifier: 'npm:@org/scoped@^1.0.0', version: '@org/scoped@1.2.3'}
packages:
  '@org/scoped@1.2.3': {resolution: {integrity: x}}
  deep@1.0.0: {resolution: {integrity: x}}
  deep@2.0.0: {resolution: {integrity: x}}
  left@1.1.0: {resolution: {integrity: x}}
snapshots:
  '@org/scoped@1.2.3': {dependencies: {deep: 2.0.0}}
  deep@1.0.0: {}
  deep@2.0.0: {}
  left@1.1.0(deep@1.0.0): {optionalDependencies: {deep: 1.0.0}}
"""
EIGHT = """
lockfileVersion: '6.0'
dependencies:
  left: {specifier: ^1.0.0, version: 1.1.0}
packages:
  /deep@1.0.0: {resolution: {integrity: x}}
  /left@1.1.0: {resolution: {integrity: x}, dependencies: {deep: 1.0.0}}
"""


def test_the_lock_file_is_read_without_the_tool(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    (project / "pnpm-lock.yaml").write_text(f"lockfileVersion: '9.0'\nenv: {{}}\n---{LOCK}")
    told = pnpm.inventory(project)
    assert [(one["name"], one["version"], one["direct"], one["group"]) for one in told["packages"]] == [
        ("@org/scoped", "1.2.3", True, "dev"),
        ("deep", "1.0.0", False, "main"),
        ("deep", "2.0.0", False, "dev"),
        ("left", "1.1.0", True, "main"),
    ]
    assert told["packages"][3]["needs"] == [{"name": "deep", "wants": "", "version": "1.0.0", "met": True}]
    assert told["unknown"] == ["licences are not known: pnpm cannot be started; No such file or directory; install pnpm"]
    (project / "pnpm-lock.yaml").write_text(EIGHT)
    assert versions(pnpm.inventory(project)) == {"deep": "1.0.0", "left": "1.1.0"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lockfileVersion: 5.4\n", "is not known: 5.4"),
        ("a: [", "cannot be read"),
        ("", "cannot be read"),
        ("[1]", "is no object"),
    ],
)
def test_a_lock_file_that_is_none_is_refused(project: Path, text: str, why: str) -> None:
    (project / "pnpm-lock.yaml").write_text(text)
    with pytest.raises(ActionFailed, match=f"pnpm-lock.yaml .*{why}"):
        pnpm.inventory(project)


def test_the_real_pnpm(project: Path) -> None:
    there("pnpm")
    write(project, {"dependencies": {"left": "1.0.0"}, "devDependencies": {"@org/scoped": "^1.0.0"}})
    carry_out(project, pnpm.plan(project, "lock", {}, ""))
    carry_out(project, pnpm.plan(project, "install", {}, ""))
    told = pnpm.inventory(project)
    assert versions(told) == {"@org/scoped": "1.2.3", "deep": "1.0.1", "left": "1.0.0"}
    assert {(one["licence"], one["group"]) for one in told["packages"]} == {("MIT", "main"), ("MIT", "dev")}
    assert told["unknown"] == []
    news = pnpm.outdated(project)
    left = {"name": "left", "current": "1.0.0", "wanted": "1.0.0", "latest": "2.0.0", "versions": ["1.0.1", "1.1.0", "2.0.0"]}
    assert news["packages"] == [left | {"direct": True}]
    assert news["unknown"] == ["pnpm tells of newer versions of the direct needs only"]
    carry_out(project, pnpm.plan(project, "update", {"left": "1.0.1"}, ""))
    assert versions(pnpm.inventory(project))["left"] == "1.0.1"
    carry_out(project, pnpm.plan(project, "remove", {"left": ""}, ""))
    carry_out(project, pnpm.plan(project, "add", {"left": "2.0.0"}, "dev"))
    assert list(manifest(project)["devDependencies"]) == ["@org/scoped", "left"]
    shutil.rmtree(project / "node_modules")
    assert versions(pnpm.inventory(project))["left"] == "2.0.0"


def test_what_is_no_direct_need_gets_no_exact_version(project: Path) -> None:
    write(project, NEEDS)
    with pytest.raises(ActionFailed, match=r"deep.*overrides"):
        pnpm.plan(project, "update", {"deep": "1.0.1"}, "")
    assert pnpm.plan(project, "update", {"deep": ""}, "") == {"commands": [["pnpm", "update", "deep"]]}
