"""pip, on projects whose index is a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core import ActionFailed

from tests.conftest import Asked
from turbo_plugin_packages_python import requirements
from turbo_plugin_packages_python.settings import PythonSettings

LIST = """\
--no-index
--find-links ../index
alpha==1.0.0  # the first
beta>=1,<2
"""


@pytest.fixture
def pip(folder: Path, index: Path, settings: PythonSettings) -> Asked:
    (folder / "requirements.txt").write_text(LIST)
    return Asked(folder, settings, "pip")


def test_without_an_environment_only_pins_are_known(pip: Asked) -> None:
    told = pip.inventory()
    assert (pip.versions(), told["source"]) == ({"alpha": "1.0.0"}, "requirements.txt")
    assert told["unknown"] == ["licences and needs: nothing is installed in .venv", "beta: which version is not said"]
    assert pip.outdated()["alpha"]["versions"] == ["1.0.1", "1.1.0", "2.0.0"]


def test_a_project_is_installed_read_and_updated(pip: Asked) -> None:
    pip.carry_out("install")
    assert pip.versions() == {"alpha": "1.0.0", "beta": "1.2"}
    alpha, beta = pip.inventory()["packages"]
    assert (alpha["licence"], alpha["direct"], beta["licence"]) == ("MIT", True, "Apache-2.0")
    assert alpha["needs"] == [{"name": "beta", "wants": ">=1", "version": "", "met": True}]
    assert (pip.outdated()["alpha"]["wanted"], pip.outdated()["beta"]["latest"]) == ("1.0.0", "3.0")
    pip.carry_out("update", alpha="2.0.0", beta="3.0")
    assert pip.versions() == {"alpha": "2.0.0", "beta": "3.0"}
    assert (pip.folder / "requirements.txt").read_text() == LIST.replace("1.0.0", "2.0.0").replace(">=1,<2", "<4,>=3.0")
    pip.carry_out("add", gamma="")
    pip.carry_out("remove", beta="")
    assert (pip.folder / "requirements.txt").read_text().endswith("alpha==2.0.0  # the first\ngamma\n")


def test_a_lock_file_is_no_business_of_pip(pip: Asked) -> None:
    with pytest.raises(ActionFailed, match="keeps no lock file"):
        pip.carry_out("lock")


def test_the_options_of_the_index_are_taken_along(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    text = "--index-url=https://a.example/simple\n-f links\n--require-hashes\n-r other.txt\n"
    assert requirements.options(text, tmp_path) == ["--index-url", "https://a.example/simple", "-f", str(tmp_path / "links")]


def test_what_names_no_package_stays_as_it_is() -> None:
    text = "-r base.txt\n./wheel.whl\nhttps://a.example/x.whl\nalpha[x]==1 ; python_version > '3'\n"
    assert [one.name for one in requirements.read(text)] == ["alpha"]
    assert requirements.updated(text, {"alpha": "2"}) == text.replace("alpha[x]==1 ;", "alpha[x]==2;").replace("'", '"')
    assert requirements.removed(text, {"Alpha"}) == text.rpartition("alpha")[0]
