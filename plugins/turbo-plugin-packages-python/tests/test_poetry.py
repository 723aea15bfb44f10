"""Poetry, on a project whose index is on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import ActionFailed

from tests.conftest import Asked
from tests.simple import serve
from turbo_plugin_packages_python.poetry import _range
from turbo_plugin_packages_python.settings import PythonSettings

MANIFEST = """\
[project]
name = "thing"
version = "0.1"
requires-python = ">=3.11,<4"
dependencies = ["alpha (>=1.0,<1.1)"]
[tool.poetry]
package-mode = false
[tool.poetry.group.dev.dependencies]
gamma = "*"
[[tool.poetry.source]]
name = "here"
url = "{url}"
priority = "primary"
"""


@pytest.mark.usefixtures("long")
def test_a_project_is_locked_read_installed_and_updated(
    folder: Path, index: Path, settings: PythonSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POETRY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("POETRY_CONFIG_DIR", str(tmp_path / "config"))
    poetry = Asked(folder, settings, "poetry")
    with serve(index) as url:
        (folder / "pyproject.toml").write_text(MANIFEST.format(url=url))
        assert [one["manager"] for one in poetry.detect()] == ["poetry"]
        with pytest.raises(ActionFailed, match=r"there is no poetry\.lock"):
            poetry.inventory()
        poetry.carry_out("lock")
        assert poetry.versions() == {"alpha": "1.0.1", "beta": "3.0", "gamma": "1.0"}
        told = poetry.inventory()
        assert {one["name"]: (one["direct"], one["group"]) for one in told["packages"]} == {
            "alpha": (True, "main"),
            "beta": (False, "main"),
            "gamma": (True, "dev"),
        }
        assert told["packages"][0]["needs"] == [{"name": "beta", "wants": ">=1", "version": "", "met": True}]
        found = poetry.outdated()
        assert {name: (one["wanted"], one["latest"]) for name, one in found.items()} == {"alpha": ("", "2.0.0")}
        poetry.carry_out("update", alpha="2.0.0")
        assert poetry.versions()["alpha"] == "2.0.0"
        assert {one["name"]: one["licence"] for one in poetry.inventory()["packages"]}["beta"] == "Apache-2.0"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("^1.2", ">=1.2,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("1.2", "==1.2"),
        ("*", ""),
        (">=1,<2", ">=1,<2"),
        ("~=1.2", "~=1.2"),
        ({"version": "^1", "optional": True}, ">=1,<2"),
        ({"path": "../x"}, ""),
        ("^1 || ^2", ""),
    ],
)
def test_a_range_of_poetry_is_read(text: object, meant: str) -> None:
    assert _range(text) == meant


LOCK = """\
[[package]]
name = "alpha"
version = "1.0.1"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = []

[package.dependencies]
Beta = {version = ">=1", markers = "python_version > '3'"}
other = {version = "*", optional = true}

[[package]]
name = "beta"
version = "3.0"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = []

[metadata]
lock-version = "2.1"
"""


def test_a_lock_file_is_read_where_nothing_is_installed(folder: Path, settings: PythonSettings) -> None:
    (folder / "pyproject.toml").write_text(MANIFEST.format(url="http://127.0.0.1/simple"))
    (folder / "poetry.lock").write_text(LOCK)
    told = Asked(folder, settings, "poetry").inventory()
    assert told["unknown"] == ["licences: nothing is installed in .venv"]
    assert [(one["name"], one["direct"], [need["name"] for need in one["needs"]]) for one in told["packages"]] == [
        ("alpha", True, ["beta"]),
        ("beta", False, []),
    ]
    assert [(one["name"], one["met"]) for one in told["wants"]] == [("gamma", False), ("alpha", True)]


def test_plans_name_what_is_beyond_the_range_anew(folder: Path, settings: PythonSettings) -> None:
    (folder / "pyproject.toml").write_text(MANIFEST.format(url="http://127.0.0.1/simple"))
    poetry = Asked(folder, settings, "poetry")
    assert poetry.commands("update", alpha="1.0.5", beta="3") == [["poetry", "update", "alpha", "beta"]]
    assert poetry.commands("update", alpha="2.0") == [["poetry", "add", "alpha@^2.0"]]
    assert poetry.commands("update") == [["poetry", "update"]]
    assert poetry.commands("add", group="dev", beta="3") == [["poetry", "add", "--group", "dev", "beta==3"]]
