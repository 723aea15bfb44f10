"""What the repository holds: no name of a machine or of a registry, and lists that agree with the folders."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.arch.source import ROOT

HOSTS = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "crates" + ".io",
    "registry.npmjs" + ".org",
    "proxy.golang" + ".org",
    "repo.maven.apache" + ".org",
    "deb.debian" + ".org",
]
"""Registries are configured by the machine, never by the project. (Written in two parts: this file is searched too.)"""

MACHINE = re.compile(rf"(?<![\w.}})*/-])/(?:work|root)/|{re.escape(str(ROOT))}")
"""Folders of build machines, and wherever this checkout happens to be."""

FRAGMENT = re.compile(r"(?:\d+|\+[a-z0-9-]+)\.(?:feature|change|fix|docs|plugin)(?:\.\d+)?\.md")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if MACHINE.search(line) or any(host in line for host in HOSTS)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["cd /" + "work/main", "'/" + "root/.cache'", f"see {ROOT}"])
def test_a_path_of_a_machine_is_seen(text: str) -> None:
    assert MACHINE.search(text)


@pytest.mark.parametrize("text", ["src/" + "work/a", "https://example.com/" + "root/x/", "{tox_root}/" + "work/"])
def test_other_paths_are_left_alone(text: str) -> None:
    assert not MACHINE.search(text)


def test_news_fragments_are_named_as_the_release_reads_them() -> None:
    names = [path.name for path in tracked() if path.parent == ROOT / "changelog" and path.name != "README.md"]
    assert [name for name in names if not FRAGMENT.fullmatch(name)] == []


def plugin_projects() -> list[tuple[Path, dict[str, object]]]:
    files = sorted((ROOT / "plugins").glob("*/pyproject.toml"))
    return [(file.parent, tomllib.loads(file.read_text())["project"]) for file in files]


def test_every_plugin_has_an_environment_of_its_own() -> None:
    environments = re.search(r"plugin-\{(.*?)\}", (ROOT / "tox.ini").read_text())
    assert environments
    names = [folder.name.removeprefix("turbo-plugin-") for folder, _ in plugin_projects()]
    assert sorted(environments[1].split(",")) == names
