"""Pipenv, on a project whose index is on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Asked
from tests.simple import serve
from turbo_plugin_packages_python.settings import PythonSettings

MANIFEST = """\
[[source]]
url = "{url}"
verify_ssl = false
name = "here"

[packages]
alpha = "<1.1"

[dev-packages]
gamma = "*"
"""


@pytest.mark.usefixtures("long")
def test_a_project_is_locked_read_installed_and_updated(
    folder: Path, index: Path, settings: PythonSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIPENV_CACHE_DIR", str(tmp_path / "cache"))
    pipenv = Asked(folder, settings, "pipenv")
    with serve(index) as url:
        (folder / "Pipfile").write_text(MANIFEST.format(url=url))
        assert pipenv.detect()[0]["evidence"] == ["Pipfile"]
        pipenv.carry_out("lock")
        assert pipenv.versions() == {"alpha": "1.0.1", "beta": "3.0", "gamma": "1.0"}
        pipenv.carry_out("install")
        told = {one["name"]: one for one in pipenv.inventory()["packages"]}
        assert {name: (one["direct"], one["group"], one["licence"]) for name, one in told.items()} == {
            "alpha": (True, "main", "MIT"),
            "beta": (False, "main", "Apache-2.0"),
            "gamma": (True, "dev", ""),
        }
        assert told["alpha"]["needs"] == [{"name": "beta", "wants": ">=1", "version": "", "met": True}]
        found = pipenv.outdated()
        assert {name: (one["wanted"], one["latest"]) for name, one in found.items()} == {"alpha": ("1.0.1", "2.0.0")}
        pipenv.carry_out("update", alpha="1.1.0")
        assert pipenv.versions()["alpha"] == "1.1.0"


LOCK = """\
{"_meta": {"sources": []},
 "default": {"alpha": {"index": "here", "version": "==1.0.1"}, "beta": {"version": "==3.0"}, "local": {"path": "."}},
 "develop": {"gamma": {"version": "==1.0"}}}
"""


def test_a_lock_file_is_read_where_nothing_is_installed(folder: Path, settings: PythonSettings) -> None:
    (folder / "Pipfile").write_text(MANIFEST.format(url="http://127.0.0.1/simple"))
    (folder / "Pipfile.lock").write_text(LOCK)
    pipenv = Asked(folder, settings, "pipenv")
    assert pipenv.versions() == {"alpha": "1.0.1", "beta": "3.0", "gamma": "1.0"}
    told = pipenv.inventory()
    assert told["unknown"] == ["licences and needs: nothing is installed in .venv"]
    assert [(one["name"], one["wants"], one["met"]) for one in told["wants"]] == [("alpha", "<1.1", True), ("gamma", "", True)]
    assert pipenv.commands("update", alpha="2.0") == [["pipenv", "upgrade", "alpha==2.0"], ["pipenv", "sync", "--dev"]]
    assert pipenv.commands("remove", group="dev", gamma="") == [["pipenv", "uninstall", "--categories", "dev-packages", "gamma"]]
