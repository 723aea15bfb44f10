from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.registry.wheels import files_of, plugin, put
from turbo_core import __version__
from turbo_core.errors import InstallRefused
from turbo_core.registry import lock
from turbo_core.registry.installed import Environment
from turbo_core.registry.tool import Pip

NOBODY = Pip(python="/nobody/asks/it")
HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'
DIGEST = "0" * 64
ALPHA = f"""
[[packages]]
name = "turbo-plugin-alpha"
version = "1.0"
wheels = [{{ url = "https://example.com/turbo_plugin_alpha-1.0-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}]
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    put(tmp_path / "packages", plugin("alpha"))
    put(tmp_path / "packages", files_of("turbo-core", __version__, requires=["click"]))
    return put(tmp_path / "packages", files_of("click", "8.2"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def from_folder(packages: Path, folder: Path, *, editable: bool) -> None:
    told = {"url": folder.resolve().as_uri(), "dir_info": {"editable": editable}}
    (packages / "turbo_plugin_alpha-1.0.dist-info" / "direct_url.json").write_text(json.dumps(told))


def written(project: Path, packages: Path) -> lock.Written:
    return lock.write(project, ["turbo-plugin-alpha"], Environment([str(packages)]), NOBODY)


def test_what_an_older_lock_knows_is_kept_and_nobody_is_asked(project: Path, packages: Path) -> None:
    (project / lock.FILE).write_text(HEAD + ALPHA)
    assert written(project, packages).packages == 1
    found = lock.read(project)
    assert found
    assert lock.hashes(found) == {("turbo-plugin-alpha", "1.0"): (DIGEST,)}
    assert (found.created_by, found.tool) == ("turbo-core", {"turbo": {"host": __version__}})
    before = (project / lock.FILE).stat().st_mtime_ns
    written(project, packages)
    assert (project / lock.FILE).stat().st_mtime_ns == before


def test_the_host_and_what_only_it_needs_are_no_packages(project: Path, packages: Path) -> None:
    (project / lock.FILE).write_text(HEAD + ALPHA)
    written(project, packages)
    text = (project / lock.FILE).read_text()
    assert "click" not in text
    assert 'name = "turbo-core"' not in text


@pytest.mark.parametrize("editable", [False, True])
def test_a_plugin_from_a_folder_is_locked_by_the_way_to_it(project: Path, packages: Path, editable: bool) -> None:
    folder = project / "plugins" / "alpha"
    from_folder(packages, folder, editable=editable)
    assert written(project, packages).packages == 1
    found = lock.read(project)
    assert found
    environment = Environment([str(packages)])
    assert lock.plan(found, project, environment).empty
    assert lock.differences(found, project, environment) == []
    from_folder(packages, project / "elsewhere", editable=editable)
    (local,) = lock.plan(found, project, environment).folders
    assert (local.folder, local.editable, local.pin.version) == (folder.resolve(), editable, "1.0")
    assert lock.differences(found, project, environment) == [
        "the lock has turbo-plugin-alpha==1.0, and 1.0 is installed from elsewhere"
    ]


def test_what_is_from_an_address_cannot_be_locked(project: Path, packages: Path) -> None:
    told = {"url": "https://example.com/alpha.whl", "archive_info": {}}
    (packages / "turbo_plugin_alpha-1.0.dist-info" / "direct_url.json").write_text(json.dumps(told))
    done = written(project, packages)
    assert (done.packages, done.notes) == (
        0,
        ("turbo-plugin-alpha==1.0 is not in the lock: it was installed from https://example.com/alpha.whl",),
    )


def test_a_lock_of_another_turbo_is_told(project: Path, packages: Path) -> None:
    (project / lock.FILE).write_text(HEAD + 'packages = []\n[tool.turbo]\nhost = "0.0.1"\n')
    found = lock.read(project)
    assert found
    assert lock.differences(found, project, Environment([str(packages)])) == [
        f"the lock was made for turbo-core 0.0.1, and this is {__version__}"
    ]


def test_a_lock_that_would_break_what_is_installed_is_refused(project: Path, packages: Path) -> None:
    put(packages, files_of("user", requires=["turbo-plugin-alpha<2"]))
    (project / lock.FILE).write_text(HEAD + ALPHA.replace("1.0", "2.0"))
    found = lock.read(project)
    assert found
    with pytest.raises(InstallRefused, match=r"user 1\.0 needs turbo-plugin-alpha<2, and turbo-plugin-alpha would be 2\.0"):
        lock.plan(found, project, Environment([str(packages)]))


def test_a_lock_for_another_machine_is_refused(project: Path, packages: Path) -> None:
    (project / lock.FILE).write_text(HEAD + ALPHA.replace("py3-none-any", "cp39-cp39-win32").replace("1.0", "2.0"))
    found = lock.read(project)
    assert found
    with pytest.raises(InstallRefused, match="does not fit this machine"):
        lock.plan(found, project, Environment([str(packages)]))


def test_a_damaged_lock_is_told_and_written_anew(project: Path, packages: Path) -> None:
    (project / lock.FILE).write_text("a =")
    with pytest.raises(InstallRefused, match="write it anew: turbo plugin lock"):
        lock.read(project)
    from_folder(packages, project, editable=False)
    written(project, packages)
    assert lock.read(project)


def test_without_a_lock_there_is_none(project: Path) -> None:
    assert lock.read(project) is None
    assert lock.hashes(None) == {}
