"""Small faults of our own code, kept as patches, and what it means that a test finds one.

A mutant stands in a file of its group, ``tests/mutants/GROUP.toml``::

    [[mutant]]
    name = "a need that failed counts as met"      # what is wrong, in words
    path = "turbo_core/engine/judging.py"
    old = '"failed": {"ok": False,'                # occurs once in that file
    new = '"failed": {"ok": True,'
    tests = ["tests/engine/test_skipping.py::test_a_need"]  # each of them fails
    quick = true                                   # optional: it is tried in every run of the tests, not only by tox -e mutants

It is put into a copy of the installed package, never into the checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import turbo_core

ROOT = Path(__file__).parents[2]
PACKAGE = Path(turbo_core.__file__).parent
PATIENCE = 100
"""Seconds that one test of a mutant may take; a fault that makes it hang is found as well."""

FAILED = 1
"""The exit code of pytest if tests failed. All others (nothing collected, an import that breaks) say nothing about the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault: the text ``old`` of a file is ``new``, and each of ``tests`` (ids of pytest) must fail."""

    group: str
    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    quick: bool = False

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


def kept() -> list[Mutant]:
    """All mutants, by group and in the order of their files."""
    return [mutant for file in sorted(Path(__file__).parent.glob("*.toml")) for mutant in read(file)]


def read(file: Path) -> Iterator[Mutant]:
    """The mutants of one file."""
    for given in tomllib.loads(file.read_text())["mutant"]:
        yield Mutant(group=file.stem, **{**given, "tests": tuple(given["tests"])})


def problem(mutant: Mutant) -> str:
    """Why a mutant cannot be tried: the code or the tests that it names have changed. Empty if it can."""
    file = PACKAGE.parent / mutant.path
    if not file.is_file():
        return f"there is no {mutant.path}"
    found = file.read_text().count(mutant.old)
    if found != 1:
        return f"the old text occurs {found} times in {mutant.path}, not once"
    if mutant.old == mutant.new:
        return "the new text is the old one"
    if not mutant.tests:
        return "it names no test"
    return next((f"there is no test {test}" for test in mutant.tests if not _is_there(test)), "")


def _is_there(test: str) -> bool:
    file, _colons, name = test.partition("::")
    path = ROOT / file
    return path.is_file() and f"def {name.partition('[')[0].rpartition('::')[2]}(" in path.read_text()


def survives(mutant: Mutant, folder: Path) -> str:
    """Try a mutant in an empty folder; tells what its tests said if one of them does not fail, else nothing."""
    text = (PACKAGE.parent / mutant.path).read_text().replace(mutant.old, mutant.new)
    put_in(folder, mutant.path, text)
    for number, test in enumerate(mutant.tests):
        ended = run_tests([test], folder, folder / f"tmp{number}")
        if ended.returncode != FAILED:
            return f"{mutant}\n{test} ended with {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ""


def put_in(folder: Path, path: str, text: str) -> None:
    """Make a copy of the package in a folder, in which one file has this text."""
    shutil.copytree(PACKAGE, folder / PACKAGE.name)
    (folder / path).write_text(text)


def run_tests(tests: Sequence[str], package: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run tests against the copy in a folder, up to the first that fails."""
    # What other runs of pytest and coverage would tell this one is kept from it.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))}
    options = ["-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider", f"--timeout={PATIENCE}", f"--basetemp={scratch}"]
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *options, *tests],
        cwd=ROOT,
        env={**env, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
    )
