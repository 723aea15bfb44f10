"""``turbo plugin``: registries, entries, turning on and off. What changes an environment is tried in ``tests/registry``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.arch.source import ROOT
from tests.cli.conftest import Turbo
from tests.plugins.shelf import ACTIONS, HOOKS, Shelf
from turbo_core.registry.index import read_index
from turbo_core.settings import person_file

ENTRY = {
    "name": "turbo-plugin-far",
    "summary": "It reaches far.",
    "kinds": ["actions", "channel"],
    "actions": {"far.go": "change", "far.burn": "destroy"},
    "risk": "destroy",
    "licence": "MIT",
    "home": "https://example.com/far",
    "versions": [
        {
            "version": "2.0",
            "host": ">=0.1,<0.2",
            "api": ">=1.0.0,<2.0.0",
            "artifacts": [{"name": "turbo_plugin_far-2.0-py3-none-any.whl", "sha256": "0" * 64}],
            "conformance": {"level": "gold", "suite": "1.0", "host": "0.1.0", "sha256": "0" * 64},
        },
        {"version": "1.0", "host": "", "api": ">=1.0.0,<2.0.0", "yanked": "it lost data"},
    ],
}


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"format": 1, "plugins": [ENTRY]}))
    return file


@pytest.fixture(autouse=True)
def own_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_the_help_names_every_subcommand(cli: Turbo) -> None:
    told = cli("plugin", "--help").out
    for name in (
        "list",
        "info",
        "search",
        "install",
        "update",
        "remove",
        "enable",
        "disable",
        "lock",
        "registry",
        "certify",
        "index",
    ):
        assert f"\n  {name} " in told
    assert cli("plugin", "none").code == 2


def test_a_registry_is_added_searched_listed_and_removed(cli: Turbo, registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(registry.parent)
    person_file().parent.mkdir(parents=True)
    person_file().write_text("# mine\njobs = 2\n")
    assert cli("plugin", "registry", "add", "registry.json").out == f"Added {registry}: 1 plugin.\n"
    assert cli("plugin", "registry", "add", str(registry)).code == 0
    assert person_file().read_text() == f'# mine\njobs = 2\nregistries = ["{registry}"]\n'
    assert cli("plugin", "registry", "list").out.splitlines()[1] == f"{registry}  1 plugin"
    _header, row = cli("plugin", "search", "FAR", "channel").out.splitlines()
    assert row.split() == ["turbo-plugin-far", "2.0", "destroy", "actions,", "channel", str(registry), *["It", "reaches", "far."]]
    (value,) = json.loads(cli("plugin", "search", "far.burn", "--json").out)
    assert (value["name"], value["registry"], value["installed"]) == ("turbo-plugin-far", str(registry), "")
    assert cli("plugin", "search", "nothing-has-this").out == "No plugin has all of that.\n"
    assert cli("plugin", "registry", "remove", "registry.json").out == f"Removed {registry}.\n"
    assert person_file().read_text() == "# mine\njobs = 2\n"
    ended = cli("plugin", "registry", "remove", "registry.json")
    assert ended.code == 2
    assert "there are: none" in ended.err


def test_a_registry_that_is_wrong_is_not_added(cli: Turbo, registry: Path) -> None:
    registry.write_text(json.dumps({"format": 1, "plugins": [ENTRY | {"risk": "none"}]}))
    ended = cli("plugin", "registry", "add", str(registry))
    assert ended.code == 2
    assert "plugins[0].risk" in ended.err
    assert not person_file().exists()


def test_a_registry_that_the_project_hides_is_told(cli: Turbo, registry: Path) -> None:
    Path("turbo.toml").write_text("registries = []\n")
    assert "it is not asked here" in cli("plugin", "registry", "add", str(registry)).err


def test_a_registry_that_cannot_be_read_does_not_hide_the_others(
    cli: Turbo, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURBO_REGISTRIES", f"/nowhere/registry.json,{registry}")
    ended = cli("plugin", "search", "far")
    assert "turbo-plugin-far" in ended.out
    assert "warning: /nowhere/registry.json: the registry cannot be read" in ended.err
    assert "/nowhere/registry.json  /nowhere/registry.json: the registry cannot be read" in cli("plugin", "registry", "list").out


def test_info_of_a_plugin_that_is_not_installed_comes_from_its_registry(
    cli: Turbo, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURBO_REGISTRIES", str(registry))
    assert cli("plugin", "info", "far").out.splitlines() == [
        "turbo-plugin-far: It reaches far.",
        f"  state    not installed; listed in the registry {registry}",
        "  brings   actions, channel",
        "  risk     destroy",
        "  licence  MIT",
        "  home     https://example.com/far",
        "  action   far.go    change",
        "  action   far.burn  destroy",
        "  version  2.0, for turbo-core >=0.1,<0.2, certified: gold",
        "  version  1.0, for turbo-core of any version, withdrawn: it lost data, not published",
    ]
    assert json.loads(cli("plugin", "info", "far", "--json").out)["risk"] == "destroy"


def test_a_plugin_is_turned_off_and_on_in_the_project(cli: Turbo, shelf: Shelf) -> None:
    shelf.plugin("judge", HOOKS)
    file = Path("turbo.toml")
    file.write_text("# ours\njobs = 2\n")
    assert cli("plugin", "disable", "judge").out == "Off: judge\n"
    assert file.read_text() == '# ours\njobs = 2\n\n[plugins]\ndisabled = ["judge"]\n'
    assert cli("plugin", "disable", "turbo-plugin-judge").code == 0
    assert file.read_text().count("judge") == 1
    assert cli("plugin", "enable", "turbo-plugin-judge").out == "On: turbo-plugin-judge\n"
    assert file.read_text() == "# ours\njobs = 2\n\n"
    ended = cli("plugin", "disable", "juge")
    assert ended.code == 2
    assert "did you mean judge?" in ended.err


def test_a_name_that_is_off_can_be_turned_on_though_it_is_not_installed(cli: Turbo) -> None:
    Path("turbo.toml").write_text("[plugins]\ndisabled = ['gone']\n")
    assert cli("plugin", "enable", "gone").code == 0
    assert cli("plugin", "enable", "gone").code == 2


def test_what_another_place_says_is_outweighed_or_told(cli: Turbo, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.plugin("judge", HOOKS)
    person_file().parent.mkdir(parents=True)
    person_file().write_text("[plugins]\ndisabled = ['judge']\n")
    assert cli("plugin", "enable", "judge").code == 0
    assert Path("turbo.toml").read_text() == "[plugins]\ndisabled = []\n"
    monkeypatch.setenv("TURBO_PLUGINS_DISABLED", "other")
    ended = cli("plugin", "disable", "judge")
    assert ended.code == 2
    assert "TURBO_PLUGINS_DISABLED" in ended.err


def installed(shelf: Shelf, name: str, version: str) -> None:
    points = {"turbo.actions": {name: f"turbo_shelf_{name}"}, "turbo.plugins": {name: f"turbo_shelf_{name}_hooks"}}
    info = shelf.install(
        f"turbo-plugin-{name}",
        {f"turbo_shelf_{name}": ACTIONS, f"turbo_shelf_{name}_hooks": HOOKS + "turbo_api = '>=1.0.0,<3.0.0'\n"},
        points,
        version=version,
    )
    with (info / "METADATA").open("a") as metadata:
        metadata.write("Summary: It greets.\nLicense: MIT\nRequires-Python: >=3.11\nRequires-Dist: turbo-core<9,>=0.1\n")
        metadata.write("Project-URL: Repository, https://example.com/greet\n")


def test_an_entry_is_made_from_the_plugin_and_what_only_the_registry_knows_stays(cli: Turbo, shelf: Shelf) -> None:
    installed(shelf, "greet", "1.1")
    folder = Path("plugins") / "turbo-plugin-greet"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\nname = 'turbo-plugin-greet'\n")
    old = {"version": "1.0", "host": "", "api": "", "yanked": "it lost data"}
    before = {"name": "turbo-plugin-greet", "summary": "Old.", "kinds": [], "risk": "read", "licence": "", "versions": [old]}
    Path("registry.json").write_text(json.dumps({"format": 1, "plugins": [ENTRY, before]}))
    wheel = Path("turbo_plugin_greet-1.1-py3-none-any.whl")
    wheel.write_bytes(b"bytes")
    ended = cli("plugin", "index", str(folder), str(wheel), "--write", "registry.json")
    assert ended.code == 0, ended.err
    _, plugin = json.loads(Path("registry.json").read_text())["plugins"]
    new, kept = plugin.pop("versions")
    assert plugin == {
        "name": "turbo-plugin-greet",
        "summary": "It greets.",
        "kinds": ["actions", "decider"],
        "actions": {"greet.greet": "read"},
        "hooks": ["turbo_decide"],
        "risk": "read",
        "licence": "MIT",
        "home": "https://example.com/greet",
    }
    digest = new.pop("artifacts")[0]["sha256"]
    assert len(digest) == 64
    assert new == {
        "version": "1.1",
        "host": "<9,>=0.1",
        "api": ">=1.0.0,<3.0.0",
        "python": ">=3.11",
        "path": "plugins/turbo-plugin-greet",
    }
    assert kept["yanked"] == "it lost data"
    # Once more: nothing changes, and what is published once stays as it is.
    text = Path("registry.json").read_text()
    assert cli("plugin", "index", str(folder), str(wheel), "--write", "registry.json").code == 0
    assert Path("registry.json").read_text() == text
    wheel.write_bytes(b"other bytes")
    assert "listed with another hash" in cli("plugin", "index", str(wheel), "--write", "registry.json").err


def test_an_older_version_does_not_describe_a_plugin(cli: Turbo, shelf: Shelf) -> None:
    installed(shelf, "greet", "0.9")
    Path("pyproject.toml").write_text("[project]\nname = 'turbo-plugin-greet'\n")
    newer = {"version": "1.0", "host": "", "api": ""}
    known = {"name": "turbo-plugin-greet", "summary": "New.", "kinds": [], "risk": "read", "licence": "", "versions": [newer]}
    Path("registry.json").write_text(json.dumps({"format": 1, "plugins": [known]}))
    assert cli("plugin", "index", ".", "--write", "registry.json").code == 0
    (plugin,) = read_index(Path("registry.json").read_bytes(), "").plugins
    assert (plugin.summary, [release.version for release in plugin.versions]) == ("New.", ["1.0", "0.9"])


def test_what_is_no_plugin_has_no_entry(cli: Turbo, shelf: Shelf) -> None:
    folder = Path("odd")
    folder.mkdir()
    assert "this is no project of a plugin" in cli("plugin", "index", "odd").err
    (folder / "pyproject.toml").write_text("[project]\nname = 'odd'\n")
    ended = cli("plugin", "index", "odd")
    assert "odd is not installed" in ended.err
    assert "turbo plugin install -e odd" in ended.err
    for name, told in (
        ("odd.whl", "not the name of a wheel"),
        ("turbo_plugin_x-1.0-py3-none-any.whl", "turbo-plugin-x 1.0 is not listed"),
    ):
        Path(name).touch()
        assert told in cli("plugin", "index", name).err
    shelf.plugin("broken", "raise RuntimeError('no')")
    (folder / "pyproject.toml").write_text("[project]\nname = 'turbo-plugin-broken'\n")
    assert "turbo-plugin-broken is set aside" in cli("plugin", "index", "odd").err


def test_without_a_file_the_registry_is_printed(cli: Turbo, shelf: Shelf) -> None:
    installed(shelf, "greet", "1.1")
    Path("pyproject.toml").write_text("[project]\nname = 'turbo-plugin-greet'\n")
    ended = cli("plugin", "index", ".")
    assert read_index(ended.out.encode(), "").plugins[0].name == "turbo-plugin-greet"
    assert (ROOT / "registry.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("install",), "there is nothing to install"), (("certify", "."), "there is no plugin to certify")],
)
def test_there_must_be_something_to_do(cli: Turbo, arguments: tuple[str, ...], told: str) -> None:
    ended = cli("plugin", *arguments)
    assert ended.code == 2
    assert told in ended.err
