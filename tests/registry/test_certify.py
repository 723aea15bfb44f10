"""Certifying in a clean environment: Turbo and pytest are wheels there that lead to those of this environment."""

from __future__ import annotations

from importlib.metadata import distribution, version
from pathlib import Path

import pytest

import turbo_core
from tests.registry.site import Site, entry, release
from tests.registry.wheels import files_of, project
from turbo_core.registry.index import read_index
from turbo_core.testing import SUITE_VERSION

pytestmark = pytest.mark.slow

SUITE = """
from turbo_core.testing import ActionSuite

class TestAlpha(ActionSuite):
    plugin = "alpha"
    examples = {"alpha.act": {}}
"""
LOCATION = """
import turbo_plugin_alpha

def test_the_wheel_is_met():
    assert "site-packages" in turbo_plugin_alpha.__file__
"""


@pytest.fixture
def folder(site: Site) -> Path:
    """A plugin with tests, and wheels of Turbo and pytest that an installer finds."""
    points = distribution("turbo-core").read_text("entry_points.txt") or ""
    turbo = files_of("turbo-core", turbo_core.__version__, modules={"turbo_here.pth": f"{site.packages}\n"})
    info = f"turbo_core-{turbo_core.__version__}.dist-info"
    site.offer({f"{info}/entry_points.txt": points, **turbo})
    for name, needs in (("pytest", ["pluggy"]), ("pluggy", [])):
        site.offer(files_of(name, version(name), requires=needs, modules={f"{name}_here.txt": ""}))
    made = project(site.project / "alpha", "alpha")
    (made / "tests").mkdir()
    (made / "tests" / "test_location.py").write_text(LOCATION)
    return made


def test_a_level_is_earned_told_and_written(site: Site, folder: Path) -> None:
    (folder / "tests" / "test_conformance.py").write_text(SUITE)
    registry = site.registry([entry("alpha", release("1.0"))])
    ended = site.turbo("plugin", "certify", "alpha", "--write", str(registry))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    first, second, *_ = ended.stdout.splitlines()
    level = first.removeprefix("turbo-plugin-alpha 1.0: ")
    assert level in {"bronze", "silver", "gold"}
    assert second.startswith(
        f"  suite {SUITE_VERSION}, turbo-core {turbo_core.__version__}, turbo_plugin_alpha-1.0-py3-none-any.whl"
    )
    found = read_index(registry.read_bytes(), "").plugins[0].versions[0].conformance
    assert found
    assert (found.level, found.host) == (level, turbo_core.__version__)
    assert found.sha256 in second


def test_what_a_level_lacks_is_told(site: Site, folder: Path) -> None:
    (folder / "tests" / "test_conformance.py").write_text(SUITE.replace('{"alpha.act": {}}', "{}"))
    registry = site.registry([entry("alpha", release("1.0"))])
    before = registry.read_text()
    ended = site.turbo("plugin", "certify", "alpha", "--write", str(registry))
    assert ended.returncode == 1, ended.stderr
    told = ended.stdout.splitlines()
    assert (told[0], told[2]) == ("turbo-plugin-alpha 1.0: none", "2 checks failed:")
    assert told[3].startswith("  ActionSuite::test_its_example_works[alpha.act]: alpha.act has no example")
    assert registry.read_text() == before


def test_without_a_suite_no_level_is_reached(site: Site, folder: Path) -> None:
    ended = site.turbo("plugin", "certify", "alpha")
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.splitlines()[0] == "turbo-plugin-alpha 1.0: none"
    assert ended.stdout.splitlines()[-1] == "  every conformance suite"


def test_tests_that_cannot_run_are_told(site: Site, folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    ended = site.turbo("plugin", "certify", "alpha")
    assert ended.returncode == 2
    assert "the tests could not be run" in ended.stderr
    assert "--no-such-option" in ended.stderr
