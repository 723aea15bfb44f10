"""uv, on projects whose index is a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import ActionFailed

from tests.conftest import Asked
from turbo_plugin_packages_python.settings import PythonSettings

MANIFEST = """\
[project]
name = "thing"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["alpha>=1,<2"]
[dependency-groups]
dev = ["gamma"]
[tool.uv]
no-index = true
find-links = ["../index"]
"""


@pytest.fixture
def uv(folder: Path, index: Path, settings: PythonSettings) -> Asked:
    """A project locked to ``alpha`` 1.0.0 and ``beta`` 1.0."""
    (folder / "pyproject.toml").write_text(MANIFEST)
    asked = Asked(folder, settings, "uv")
    asked.carry_out("lock")
    asked.carry_out("update", alpha="1.0.0", beta="1.0")
    return asked


def test_the_lock_file_tells_packages_needs_groups_and_what_is_installed_tells_licences(uv: Asked) -> None:
    told = uv.inventory()
    assert (told["project"], told["version"], told["source"], told["unknown"]) == ("thing", "0.1", "uv.lock", [])
    alpha, beta, gamma = told["packages"]
    assert (alpha["name"], alpha["version"], alpha["direct"], alpha["group"], alpha["licence"]) == (
        "alpha",
        "1.0.0",
        True,
        "main",
        "MIT",
    )
    assert alpha["needs"] == [{"name": "beta", "wants": ">=1", "version": "", "met": True}]
    assert (beta["version"], beta["direct"], beta["licence"]) == ("1.0", False, "Apache-2.0")
    assert (gamma["group"], gamma["direct"], gamma["licence"]) == ("dev", True, "")
    assert told["wants"][0] == {"name": "alpha", "wants": "<2,>=1", "version": "", "met": True}


def test_newer_versions_come_level_by_level(uv: Asked) -> None:
    found = uv.outdated()
    assert set(found) == {"alpha", "beta"}
    assert (found["alpha"]["current"], found["alpha"]["wanted"], found["alpha"]["latest"]) == ("1.0.0", "1.1.0", "2.0.0")
    assert found["alpha"]["versions"] == ["1.0.1", "1.1.0", "2.0.0"]
    assert (found["beta"]["wanted"], found["beta"]["versions"], found["beta"]["direct"]) == ("", ["1.2", "3.0"], False)


def test_what_no_index_has_is_unknown_and_not_up_to_date(uv: Asked, index: Path) -> None:
    (index / "gamma-1.0-py3-none-any.whl").unlink()
    assert set(uv.outdated()) == {"alpha", "beta"}
    told = uv.outdated_whole()
    assert told["unknown"] == ["gamma: no version of it was found"]


def test_an_update_within_the_range_leaves_the_manifest(uv: Asked) -> None:
    uv.carry_out("update", alpha="1.0.1")
    assert uv.versions() == {"alpha": "1.0.1", "beta": "1.0", "gamma": "1.0"}
    assert (uv.folder / "pyproject.toml").read_text() == MANIFEST


def test_an_update_beyond_the_range_widens_it(uv: Asked) -> None:
    uv.carry_out("update", alpha="2.0.0", beta="3.0")
    assert uv.versions() == {"alpha": "2.0.0", "beta": "3.0", "gamma": "1.0"}
    assert '"alpha>=2.0.0,<3"' in (uv.folder / "pyproject.toml").read_text()


def test_packages_come_and_go(uv: Asked) -> None:
    uv.carry_out("add", beta="1.2")
    assert "beta==1.2" in (uv.folder / "pyproject.toml").read_text()
    uv.carry_out("remove", group="dev", gamma="")
    assert set(uv.versions()) == {"alpha", "beta"}


def test_everything_is_updated_within_its_range(uv: Asked) -> None:
    uv.carry_out("update")
    assert uv.versions() == {"alpha": "1.1.0", "beta": "3.0", "gamma": "1.0"}


def test_without_a_lock_file_it_says_so(uv: Asked) -> None:
    (uv.folder / "uv.lock").unlink()
    with pytest.raises(ActionFailed, match=r"there is no uv\.lock"):
        uv.inventory()


def test_a_project_of_no_other_manager_is_one_of_uv(folder: Path, settings: PythonSettings) -> None:
    asked = Asked(folder, settings, "uv")
    (folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert asked.detect() == []
    (folder / "pyproject.toml").write_text('[project]\nname = "thing"\nversion = "0.1"\n')
    assert [(one["manager"], one["evidence"]) for one in asked.detect()] == [("uv", ["pyproject.toml"])]
    with pytest.raises(ActionFailed, match=r"no uv\.lock"):
        asked.inventory()
    (folder / "requirements.txt").write_text("alpha\n")
    assert [one["manager"] for one in asked.detect()] == ["pip"]
