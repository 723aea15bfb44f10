"""docs/versioning.md promises what the code can keep: the versions it names, and what a plugin should pin."""

from __future__ import annotations

import re
import tomllib
from typing import get_args

import turbo_core
from tests.arch.source import ROOT
from tests.docs.blocks import blocks_of
from turbo_core import errors, testing
from turbo_core.hookspecs import API_VERSION
from turbo_core.plugins.examine import DEFAULT_RANGE
from turbo_core.plugins.names import Group
from turbo_core.plugins.ranges import satisfies
from turbo_core.registry.index import Index
from turbo_core.words import FORMAT

PAGE = ROOT / "docs" / "versioning.md"
TEXT = PAGE.read_text()
FILES = {block.file: block.text for block in blocks_of(PAGE, TEXT) if block.file}
ROWS = {row[1].strip(): row for row in (line.split("|") for line in TEXT.splitlines() if line.startswith("| "))}


def told(surface: str) -> str:
    """The version of a surface, as the page has it."""
    return ROWS[surface][3].strip()


def test_the_versions_are_those_of_the_code() -> None:
    (registry_format,) = get_args(Index.model_fields["format"].annotation)
    assert told("the hooks") == f"`API_VERSION`, {API_VERSION}"
    assert told("the conformance suites") == f"`SUITE_VERSION`, {testing.SUITE_VERSION}"
    assert told("the journal") == f"`format`, {FORMAT}"
    assert told("registries") == f"`format`, {registry_format}"
    assert f"reference of {told('the language')}." in (ROOT / "docs" / "language.md").read_text()


def test_the_entry_points_are_those_of_the_code() -> None:
    assert re.findall(r"`(turbo\.\w+)`", ROWS["entry points"][2]) == list(get_args(Group))


def test_a_plugin_that_pins_so_fits_this_release() -> None:
    assert FILES["plugin.py"] == f'turbo_api = "{DEFAULT_RANGE}"\n'
    assert satisfies(API_VERSION, DEFAULT_RANGE)
    pinned = tomllib.loads(FILES["pyproject.toml"])["project"]
    (host,) = pinned["dependencies"]
    assert satisfies(turbo_core.__version__, host.removeprefix("turbo-core"))
    assert pinned["requires-python"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]


def test_the_plugins_of_this_repository_and_the_template_pin_so() -> None:
    wanted = tomllib.loads(FILES["pyproject.toml"])["project"]["dependencies"][0]
    files = [*ROOT.glob("plugins/*/pyproject.toml"), *ROOT.glob("plugin-template/*/pyproject.toml")]
    assert len(files) > 2
    assert [file.parent.name for file in files if f'"{wanted}"' not in file.read_text()] == []


def test_the_tests_of_the_template_fail_on_warnings() -> None:
    (file,) = ROOT.glob("plugin-template/*/pyproject.toml")
    assert 'filterwarnings = ["error"]' in file.read_text()


def test_each_error_has_a_code_of_its_own() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.TurboError)]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(kinds) > 10
    named = re.findall(r"`(E-\w+)`", TEXT)
    assert named
    assert set(named) <= set(codes)
