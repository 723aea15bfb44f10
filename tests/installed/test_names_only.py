"""``turbo --help`` knows plugins by their names: it imports none, and costs the same with one and with fifty."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.installed.conftest import Site
from tests.plugins.shelf import ACTIONS, HOOKS

IMPORTED = re.compile(r"^import time:.*\| +(\S+)$", re.MULTILINE)


def fill(site: Site, count: int) -> list[str]:
    """Install so many plugins, each with hooks and actions; gives their namespaces."""
    names = [f"dummy{number}" for number in range(count)]
    for name in names:
        site.add(name, ACTIONS, "turbo.actions")
        site.add(name, HOOKS, distribution=f"turbo-plugin-{name}-hooks")
    site.settle()
    return names


def modules_of_help(site: Site) -> set[str]:
    """What ``turbo --help`` imports, once the cache of names is there."""
    assert site.turbo("--help").returncode == 0
    ended = site.turbo("--help", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert ended.returncode == 0, ended.stderr
    return set(IMPORTED.findall(ended.stderr))


@pytest.mark.parametrize("count", [1, 50])
def test_the_help_lists_every_namespace_and_imports_no_plugin(site: Site, count: int) -> None:
    names = fill(site, count)
    told = site.turbo("--help").stdout
    assert re.findall(r"^  (dummy\d+) +From turbo-plugin-dummy\d+\.$", told, re.MULTILINE) == sorted(names)
    assert site.imported() == set()


def test_the_help_imports_the_same_with_one_and_with_fifty(site: Site) -> None:
    fill(site, 1)
    few = modules_of_help(site)
    for number in range(1, 50):
        site.add(f"dummy{number}", ACTIONS, "turbo.actions")
    site.settle(1)
    many = modules_of_help(site)
    assert "dummy49" in site.turbo("--help").stdout
    assert "turbo_core.cli.group" in few
    assert many == few
    assert few & {"stevedore", "pydantic", "importlib_metadata", "rich"} == set()


def test_the_help_of_a_namespace_tries_that_plugin_only_and_later_none(site: Site) -> None:
    fill(site, 3)
    ended = site.turbo("dummy1", "--help")
    assert re.search(r"^  greet +Greet somebody\.$", ended.stdout, re.MULTILINE), ended.stderr
    assert site.imported() == {"turbo_shelf_dummy1"}
    (site.shelf.folder / "imported").unlink()
    site.settle()
    assert site.turbo("dummy1", "greet", "--help").returncode == 0
    assert site.imported() == set()


def test_what_is_installed_or_removed_is_noticed(site: Site) -> None:
    site.add("one", ACTIONS, "turbo.actions")
    site.settle()
    assert "turbo-plugin-one" in site.turbo("--help").stdout
    site.add("two", ACTIONS, "turbo.actions")
    assert "turbo-plugin-two" in site.turbo("--help").stdout
    shutil.rmtree(site.shelf.folder / "turbo_plugin_one-1.0.dist-info")
    told = site.turbo("--help").stdout
    assert "turbo-plugin-two" in told
    assert "turbo-plugin-one" not in told
