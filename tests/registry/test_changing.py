"""The commands that change an environment, in a real one."""

from __future__ import annotations

import os
import re

import pexpect
import pytest

from tests.registry.site import MAIN, UV, Site, entry, release
from tests.registry.wheels import files_of, plugin, project
from turbo_core.registry import lock
from turbo_core.registry.plan import Plan


def test_an_installation_that_would_break_another_plugin_is_refused_before_anything_changed(each_site: Site) -> None:
    each_site.have(plugin("alpha", requires=["dep<2"]))
    each_site.have(files_of("dep", "1.0"))
    each_site.offer(files_of("dep", "2.0"))
    each_site.offer(plugin("beta", requires=["dep>=2"]))
    before = each_site.state()
    ended = each_site.turbo("plugin", "install", "--yes", "turbo-plugin-beta")
    assert ended.returncode == 2, ended.stderr
    assert "installing turbo-plugin-beta would break what is installed" in ended.stderr
    assert "turbo-plugin-alpha 1.0 needs dep<2, and dep would be 2.0" in ended.stderr
    assert "nothing was changed" in ended.stderr
    assert each_site.state() == before
    assert not (each_site.project / lock.FILE).exists()


def test_a_plugin_is_installed_locked_and_removed_without_a_trace(each_site: Site) -> None:
    wheel = each_site.offer(plugin("alpha", requires=["dep"]))
    each_site.offer(files_of("dep"))
    registry = str(each_site.registry([entry("alpha", release("1.0", wheel))]))
    settings = each_site.project / "turbo.toml"
    settings.write_text('[plugins]\ndisabled = ["slack"]\n')
    before = each_site.state()
    ended = each_site.turbo("plugin", "install", "alpha", TURBO_REGISTRIES=registry)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("Locked 2 packages in pylock.turbo.toml.\n")
    assert {*each_site.environment().plugins()} == {"turbo-plugin-alpha"}
    settings.write_text('[plugins]\ndisabled = ["slack", "alpha"]\n\n[plugins.alpha]\na = 1\n')
    ended = each_site.turbo("plugin", "remove", "alpha", "--yes", TURBO_REGISTRIES=registry)
    assert ended.returncode == 0, ended.stderr
    assert each_site.state() == before
    assert settings.read_text() == '[plugins]\ndisabled = ["slack"]\n\n'
    found = lock.read(each_site.project)
    assert found
    assert found.packages == []


def test_somebody_has_to_agree(site: Site) -> None:
    site.offer(plugin("alpha"))
    before = site.state()
    ended = site.turbo("plugin", "install", "turbo-plugin-alpha")
    assert ended.returncode == 2
    assert "nobody vouches for it" in ended.stderr
    dry = site.turbo("plugin", "install", "turbo-plugin-alpha", "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, "  turbo-plugin-alpha 1.0\n")
    assert "would be asked: turbo-plugin-alpha is in no registry" in dry.stderr
    assert site.state() == before


@pytest.mark.parametrize(("answer", "code"), [("n", 2), ("y", 0)])
def test_a_person_at_a_terminal_is_asked(site: Site, answer: str, code: int) -> None:
    site.offer(plugin("alpha"))
    around = {**os.environ, **site.surroundings, "TERM": "dumb", "CI": ""}
    command = ["-P", "-c", MAIN, "plugin", "install", "turbo-plugin-alpha"]
    asked = pexpect.spawn(site.python, command, cwd=site.project, env=around, encoding="utf-8", timeout=60)
    asked.expect("nobody vouches for it; install it all the same")
    asked.sendline(answer)
    asked.expect(pexpect.EOF)
    asked.wait()
    assert (asked.exitstatus, "it was called off" in asked.before) == (code, code == 2), asked.before
    assert bool(site.environment().version("turbo-plugin-alpha")) is (code == 0)


def test_a_project_is_installed_from_its_folder_and_its_edits_count(each_site: Site) -> None:
    project(each_site.project / "plugins" / "alpha", "alpha")
    ended = each_site.turbo("plugin", "install", "-e", "plugins/alpha")
    assert ended.returncode == 0, ended.stderr
    assert "turbo-plugin-alpha 1.0 from" in ended.stdout
    assert 'path = "plugins/alpha"' in (each_site.project / lock.FILE).read_text()
    listed = each_site.turbo("plugin", "list")
    assert re.search(r"^alpha +on +turbo-plugin-alpha +1\.0 +alpha\.act$", listed.stdout, re.MULTILINE), listed.stdout
    updated = each_site.turbo("plugin", "update", "alpha")
    assert "turbo-plugin-alpha stays as it is: it was installed from file://" in updated.stderr
    assert "Nothing to do" in updated.stdout


def test_what_the_lock_says_is_installed_without_any_registry(site: Site) -> None:
    for files in (plugin("alpha", requires=["dep"]), files_of("dep")):
        site.offer(files)
        site.have(files)
    written = lock.write(site.project, ["turbo-plugin-alpha"], site.environment(), site.tool())
    assert (written.packages, written.notes) == (2, ())
    site.tool().uninstall(["turbo-plugin-alpha", "dep"])
    found = lock.read(site.project)
    assert found
    assert lock.differences(found, site.project, site.environment()) == [
        "the lock has dep==1.0, and no version is installed",
        "the lock has turbo-plugin-alpha==1.0, and no version is installed",
    ]
    ended = site.turbo("plugin", "install", TURBO_REGISTRIES=str(site.folder / "none.json"))
    assert ended.returncode == 0, ended.stderr
    assert lock.plan(found, site.project, site.environment()) == Plan()
    assert "Nothing to do" in site.turbo("plugin", "install").stdout


def test_a_wheel_that_is_not_the_one_of_the_lock_is_not_installed(each_site: Site) -> None:
    each_site.offer(plugin("alpha"))
    each_site.have(plugin("alpha"))
    lock.write(each_site.project, ["turbo-plugin-alpha"], each_site.environment(), each_site.tool())
    each_site.tool().uninstall(["turbo-plugin-alpha"])
    each_site.offer(plugin("alpha", risk="destroy"))
    before = each_site.state()
    ended = each_site.turbo("plugin", "install")
    assert ended.returncode == 2
    assert "hash" in ended.stderr.lower()
    assert each_site.state() == before


def test_a_plugin_that_is_needed_is_not_removed(site: Site) -> None:
    site.have(plugin("alpha"))
    site.have(plugin("beta", requires=["turbo-plugin-alpha"]))
    site.have(files_of("dep"))
    before = site.state()
    ended = site.turbo("plugin", "remove", "alpha")
    assert "turbo-plugin-alpha is needed by turbo-plugin-beta" in ended.stderr
    for name, told in (("dep", "no installed plugin is named 'dep'"), ("alpa", "did you mean alpha?")):
        ended = site.turbo("plugin", "remove", name)
        assert ended.returncode == 2
        assert told in ended.stderr
    assert site.state() == before


def test_without_an_answer_what_the_plugin_needed_stays(site: Site) -> None:
    site.have(plugin("alpha", requires=["dep"]))
    site.have(files_of("dep"))
    ended = site.turbo("plugin", "remove", "alpha")
    assert ended.returncode == 2
    assert "nothing else needs dep; remove that too?" in ended.stderr
    assert site.turbo("plugin", "remove", "alpha", "--dry-run").stdout.splitlines() == ["  turbo-plugin-alpha 1.0", "  dep 1.0"]
    assert site.turbo("plugin", "remove", "alpha", "--only").returncode == 0
    assert site.environment().version("dep") == "1.0"
    assert site.environment().plugins() == []


def test_an_update_installs_what_is_newer(site: Site) -> None:
    site.have(plugin("alpha", "1.0"))
    site.offer(plugin("alpha", "2.0"))
    ended = site.turbo("plugin", "update", "--yes")
    assert ended.returncode == 0, ended.stderr
    assert "turbo-plugin-alpha 2.0 (was 1.0)" in ended.stdout
    assert site.environment().version("turbo-plugin-alpha") == "2.0"


@pytest.mark.skipif(UV is None, reason="only an environment that uv made has no pip")
def test_without_an_installer_there_is_an_error(site: Site) -> None:
    ended = site.turbo("plugin", "lock", PATH="/nowhere")
    assert ended.returncode == 2
    assert "there is no installer" in ended.stderr
    assert "ensurepip" in ended.stderr


@pytest.mark.parametrize("text", ["lock-version = '9.0'", "a ="])
def test_a_lock_that_is_damaged_is_told(site: Site, text: str) -> None:
    (site.project / lock.FILE).write_text(text)
    ended = site.turbo("plugin", "install")
    assert ended.returncode == 2
    assert "the lock cannot be read" in ended.stderr


def test_doctor_tells_what_is_not_as_it_was_installed_or_locked(site: Site) -> None:
    site.offer(plugin("alpha", requires=["dep"]))
    site.offer(files_of("dep"))
    for files in (plugin("alpha", requires=["dep"]), files_of("dep")):
        site.have(files)
    assert "lock         none; turbo plugin lock writes one" in site.turbo("doctor").stdout
    lock.write(site.project, ["turbo-plugin-alpha"], site.environment(), site.tool())
    told = site.turbo("doctor").stdout
    assert "lock         all is installed as it says" in told
    assert "altered" not in told
    (site.packages / "dep.py").write_text("changed")
    site.have({"dep-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: dep\nVersion: 2.0\n\n"})
    told = site.turbo("doctor").stdout
    assert "altered      dep is not as it was installed: dep-1.0.dist-info/METADATA, dep.py; install it again" in told
    assert "lock         the lock has dep==1.0, and 2.0 is installed" in told
    (site.project / lock.FILE).write_text("a =")
    assert re.search("^lock +.*the lock cannot be read", site.turbo("doctor").stdout, re.MULTILINE)
