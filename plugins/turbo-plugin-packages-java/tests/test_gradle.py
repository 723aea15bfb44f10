"""Lock files and version catalogs of Gradle."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import ActionFailed

from turbo_plugin_packages_java import gradle, plugin

LOCK = """# This is a Gradle generated file for dependency locking.
# Manual edits can break the build and are not advised.
# This file is expected to be part of source control.
org.example:deep:1.0.0=runtimeClasspath,testRuntimeClasspath
org.example:left:1.1.0=compileClasspath,runtimeClasspath
org.example:tester:2.0=testCompileClasspath,testRuntimeClasspath
empty=annotationProcessor
"""
CATALOG = """
[versions]
left = "1.1.0"
rich = { strictly = "[2,3[", prefer = "2.0" }

[libraries]
left = { module = "org.example:left", version.ref = "left" }
tester = { group = "org.example", name = "tester", version.ref = "rich" }
short = "org.example:short:3"
managed = { module = "org.example:managed" }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "settings.gradle.kts").touch()
    (tmp_path / "gradle.lockfile").write_text(LOCK)
    (tmp_path / "gradle").mkdir()
    (tmp_path / "gradle" / "libs.versions.toml").write_text(CATALOG)
    return tmp_path


def test_lock_files_of_all_projects_count(project: Path) -> None:
    (project / "member").mkdir()
    (project / "member" / "gradle.lockfile").write_text("org.example:deep:0.9=testRuntimeClasspath\n")
    (project / "build").mkdir()
    (project / "build" / "gradle.lockfile").write_text("org.example:copied:1=runtimeClasspath\n")
    told = gradle.inventory(project)
    assert [(one["name"], one["version"], one["direct"], one["group"]) for one in told["packages"]] == [
        ("org.example:deep", "0.9", False, "dev"),
        ("org.example:deep", "1.0.0", False, "main"),
        ("org.example:left", "1.1.0", True, "main"),
        ("org.example:tester", "2.0", True, "dev"),
    ]
    assert told["wants"] == [
        {"name": "org.example:left", "wants": "1.1.0"},
        {"name": "org.example:managed", "wants": ""},
        {"name": "org.example:short", "wants": "3"},
        {"name": "org.example:tester", "wants": "[2,3["},
    ]
    assert told["unknown"] == ["the lock files of Gradle do not say which package needs which, nor their licences"]


def test_without_a_lock_file_nothing_is_known(project: Path) -> None:
    (project / "gradle.lockfile").unlink()
    (project / "gradle" / "libs.versions.toml").unlink()
    told = gradle.inventory(project)
    assert (told["packages"], [one.partition(":")[0] for one in told["unknown"]]) == (
        [],
        [
            "there is no gradle.lockfile",
            "there is no gradle/libs.versions.toml, so it is not known which packages the build itself names",
        ],
    )
    assert gradle.outdated(project)["unknown"]


@pytest.mark.parametrize("line", ["nothing", "org.example:left=runtimeClasspath"])
def test_a_line_that_is_none_is_named(project: Path, line: str) -> None:
    (project / "gradle.lockfile").write_text(f"# comment\n{line}\n")
    with pytest.raises(ActionFailed, match=r"gradle.lockfile:2"):
        gradle.inventory(project)


def test_a_broken_catalog_is_named(project: Path) -> None:
    (project / "gradle" / "libs.versions.toml").write_text("[")
    with pytest.raises(ActionFailed, match=r"libs.versions.toml cannot be read"):
        gradle.inventory(project)


def test_gradle_is_detected_and_only_read(project: Path) -> None:
    (found,) = plugin.turbo_packages_detect(project)
    assert (found["manager"], found["writes"]) == ("gradle", False)
    assert found["evidence"] == ["settings.gradle.kts", "gradle.lockfile", "gradle/libs.versions.toml"]
    (project / "pom.xml").touch()
    assert [one["manager"] for one in plugin.turbo_packages_detect(project)] == ["maven", "gradle"]
    assert plugin.turbo_packages_plan(project, "gradle", "update", {}, "") is None
    assert plugin.turbo_packages_inventory(project, "npm") is None
    assert plugin.turbo_packages_outdated(project, "npm") is None
