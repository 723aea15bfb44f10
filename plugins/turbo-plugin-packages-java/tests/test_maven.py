"""Manifests of Maven, and the real Maven with a repository in a folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.shelf import dependency, fill
from turbo_plugin_packages_java import maven, plugin

POM = f"""<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>small</artifactId><version>1</version>
  <!-- größer: a comment that stays -->
  <properties><deep.version> 1.0.0 </deep.version></properties>
  REPOSITORY
  <dependencies>
    {dependency("left", "1.0.0")}
    {dependency("deep", "${deep.version}", "<scope>test</scope>")}
  </dependencies>
</project>
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    fill(tmp_path / "shelf")
    folder = tmp_path / "small"
    folder.mkdir()
    where = f"<repositories><repository><id>shelf</id><url>file://{tmp_path / 'shelf'}</url></repository></repositories>"
    (folder / "pom.xml").write_text(POM.replace("REPOSITORY", where), encoding="utf-8")
    return folder


@pytest.fixture
def real(project: Path, request: pytest.FixtureRequest) -> Path:
    """Skip where Maven is not there, or should fetch nothing."""
    if not request.config.getoption("--long"):
        pytest.skip("Maven fetches its plugins; tox -e plugin-packages-java -- --long runs it")
    if shutil.which("mvn") is None:
        pytest.skip("mvn is not there")
    if subprocess.run(
        ["mvn", "--batch-mode", f"{maven.DEPENDENCY}:help"], cwd=project, capture_output=True, check=False
    ).returncode:
        pytest.skip("Maven reaches no repository with its plugins")
    return project


def planned(folder: Path, verb: str, packages: dict[str, str], group: str = "") -> Any:
    """A plan of the driver, carried out as far as it writes files."""
    plan = plugin.turbo_packages_plan(folder, "maven", verb, packages, group)
    assert plan is not None
    for name, text in plan["writes"].items():
        (folder / name).write_text(text, encoding="utf-8")
    return plan


def test_an_update_changes_the_version_where_it_stands_and_nothing_else(project: Path) -> None:
    before = (project / "pom.xml").read_text(encoding="utf-8")
    planned(project, "update", {"org.example:left": "2.0.0", "org.example:deep": "1.0.1"})
    expected = before.replace("<version>1.0.0</version>", "<version>2.0.0</version>")
    expected = expected.replace("<deep.version> 1.0.0 </deep.version>", "<deep.version>1.0.1</deep.version>")
    assert (project / "pom.xml").read_text(encoding="utf-8") == expected
    assert planned(project, "update", {})["writes"] == {}


def test_a_property_of_the_root_is_changed_for_a_module(project: Path) -> None:
    (project / "member").mkdir()
    (project / "target" / "classes").mkdir(parents=True)
    member = f"<project><dependencies>{dependency('other', '${deep.version}')}</dependencies></project>"
    for folder in ("member", "target/classes"):
        (project / folder / "pom.xml").write_text(member)
    assert list(planned(project, "update", {"org.example:other": "1.0.1"})["writes"]) == ["pom.xml"]


@pytest.mark.parametrize(
    ("verb", "packages", "why"),
    [
        ("update", {"org.example:strange": "1"}, "org.example:strange is no need of the project itself"),
        ("remove", {"org.example:strange": ""}, "org.example:strange is no need of the project itself"),
        ("update", {"org.example:managed": "1"}, "no manifest of the project says the version of org.example:managed"),
        ("add", {"org.example:left": "1"}, "the project needs org.example:left already"),
        ("add", {"org.example:new": ""}, "Maven needs the version of org.example:new"),
    ],
)
def test_what_cannot_be_changed_is_refused(project: Path, verb: str, packages: dict[str, str], why: str) -> None:
    managed = dependency("managed", "").replace("<version></version>", "")
    text = (project / "pom.xml").read_text(encoding="utf-8")
    (project / "pom.xml").write_text(text.replace("  </dependencies>", f"    {managed}\n  </dependencies>"), encoding="utf-8")
    with pytest.raises(ActionFailed, match=why):
        planned(project, verb, packages)


def test_a_need_is_added_and_removed_again(project: Path) -> None:
    before = (project / "pom.xml").read_bytes()
    planned(project, "add", {"org.example:new": "1&2"}, "dev")
    text = (project / "pom.xml").read_text(encoding="utf-8")
    assert "<artifactId>new</artifactId>\n      <version>1&amp;2</version>\n      <scope>test</scope>" in text
    planned(project, "remove", {"org.example:new": ""})
    assert (project / "pom.xml").read_bytes() == before
    with pytest.raises(ActionFailed, match="Maven has no group 'docs'"):
        planned(project, "add", {"org.example:new": "1"}, "docs")


@pytest.mark.parametrize("needs", ["", "<dependencies/>", "<dependencies></dependencies>", "<dependencies>\n</dependencies>"])
def test_a_need_is_added_where_there_is_none(project: Path, needs: str) -> None:
    (project / "pom.xml").write_text(f"<project><version>1</version>{needs}</project>\n")
    planned(project, "add", {"org.example:new": "1"})
    assert [one for one in planned(project, "update", {"org.example:new": "2"})["writes"].values() if "<version>2<" in one]
    text = (project / "pom.xml").read_text()
    assert (text.count("<dependencies>"), text.count("</dependencies>"), text.count("<dependencies/>")) == (1, 1, 0)


def test_a_manifest_that_is_no_xml_is_named(project: Path) -> None:
    (project / "pom.xml").write_text("<project>")
    with pytest.raises(ActionFailed, match=r"pom.xml cannot be read"):
        planned(project, "update", {"org.example:left": "2.0.0"})


def test_a_missing_maven_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(ActionUnavailable, match=r"mvn cannot be started.*install mvn"):
        maven.inventory(project)


@pytest.mark.parametrize(
    ("version", "released"),
    [("1.0", True), ("2.0.0-rc1", False), ("3-alpha-1", False), ("1.0-M2", False), ("1-SNAPSHOT", False), ("33.0-jre", True)],
)
def test_which_versions_are_releases(version: str, released: bool) -> None:
    assert maven._released(version) is released


def test_the_real_maven_tells_what_is_there_and_what_could_be(real: Path) -> None:
    told = maven.inventory(real)
    assert [(one["name"], one["version"], one["direct"]) for one in told["packages"]] == [
        ("org.example:deep", "1.0.0", True),
        ("org.example:left", "1.0.0", True),
    ]
    assert (told["project"], told["version"]) == ("org.example:small", "1")
    news = maven.outdated(real)
    assert [(one["name"], one["current"], one["versions"]) for one in news["packages"]] == [
        ("org.example:deep", "1.0.0", ["1.0.1"]),
        ("org.example:left", "1.0.0", ["1.0.1", "1.1.0", "2.0.0"]),
    ]
    assert sorted(file.name for file in real.iterdir()) == ["pom.xml"], "nothing is left in the project"
    planned(real, "update", {"org.example:left": "1.1.0"})
    (command,) = planned(real, "install", {})["commands"]
    assert subprocess.run(command, cwd=real, capture_output=True, check=False).returncode == 0
    assert {one["version"] for one in maven.inventory(real)["packages"]} == {"1.0.0", "1.1.0"}
