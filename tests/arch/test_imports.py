"""What an import loads, in a fresh interpreter each time."""

import ast
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import turbo_core
from tests.arch.source import CORE, module_files, module_name

MAY_LOAD = {
    "turbo_core": {"turbo_core"},
    "turbo_core.cli.main": {"turbo_core", "click"},
}
"""The packages outside the standard library that each entrance may load: `turbo --help` pays for them every time."""

SLOW_STANDARD = {
    "asyncio",
    "concurrent",
    "email",
    "http",
    "multiprocessing",
    "sqlite3",
    "ssl",
    "unittest",
    "urllib.request",
    "xml",
}
"""Parts of the standard library that neither entrance needs."""

LOADED_BY = "import json, sys; before = set(sys.modules); import {}; print(json.dumps(sorted(set(sys.modules) - before)))"


def fresh(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter of its own, without what coverage would load into it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def loaded_by(module: str, cwd: Path) -> list[str]:
    ended = fresh(LOADED_BY.format(module), cwd)
    assert ended.returncode == 0, ended.stderr
    names: list[str] = json.loads(ended.stdout)
    return names


@pytest.mark.parametrize("module", sorted(MAY_LOAD))
def test_an_entrance_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    loaded = loaded_by(module, tmp_path)
    packages = {name.split(".")[0] for name in loaded}
    assert packages - sys.stdlib_module_names - MAY_LOAD[module] == set()
    assert SLOW_STANDARD.intersection(loaded) == set()


def test_the_package_alone_loads_no_room(tmp_path: Path) -> None:
    assert [name for name in loaded_by("turbo_core", tmp_path) if name.startswith("turbo_core.")] == []


@pytest.mark.parametrize("module", ["turbo_core.app", "turbo_core.cli.check"])
def test_nothing_is_loaded_that_only_other_commands_need(module: str, tmp_path: Path) -> None:
    loaded = {name.split(".")[0] for name in loaded_by(module, tmp_path)}
    assert loaded & {"jinja2", "pydantic", "rich", "stevedore", "yaml"} == set()


EACH_ALONE = """
import importlib, os, sys, traceback
for library in LIBRARIES:
    importlib.import_module(library)
assert not [name for name in sys.modules if name.startswith("turbo_core")]
for module in sys.argv[1:]:
    if os.fork() == 0:
        try:
            importlib.import_module(module)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.wait()
"""
LIBRARIES = ("click", "dataclasses", "jinja2", "msgspec", "pluggy", "pydantic", "pytest", "requests", "rich.console", "yaml")
"""What most modules import, and what takes longest: loaded once."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_module_can_be_imported_alone(tmp_path: Path) -> None:
    names = [module_name(path) for path in module_files()]
    code = EACH_ALONE.replace("LIBRARIES", repr(LIBRARIES))
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def homes_in_the_stub() -> dict[str, str]:
    tree = ast.parse((CORE / "__init__.pyi").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(node.module) for node in imports for alias in node.names}


def test_the_public_names_are_sorted_and_those_of_the_stub() -> None:
    assert turbo_core.__all__ == sorted(turbo_core.__all__)
    assert turbo_core.__all__ == sorted(homes_in_the_stub())


@pytest.mark.parametrize(("name", "home"), sorted(homes_in_the_stub().items()))
def test_a_public_name_is_the_one_that_the_stub_tells(name: str, home: str) -> None:
    assert getattr(turbo_core, name) is getattr(import_module(home), name)


def test_an_unknown_public_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = turbo_core.nothing  # type: ignore[attr-defined]


def test_what_tox_tests_is_the_wheel() -> None:
    from_checkout = Path(turbo_core.__file__).is_relative_to(CORE)
    assert not (from_checkout and "TOX_ENV_NAME" in os.environ)
