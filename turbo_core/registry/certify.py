"""Certifying a plugin: its wheel in a clean environment, its own tests with the conformance suites, and the level that it earns.

Owns the environment and the way from the suites' report to a certificate. The suites belong to ``testing``, which runs in that
environment and is not imported here.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from turbo_core.errors import InstallRefused
from turbo_core.plugins.names import CORE
from turbo_core.registry.hashing import sha256
from turbo_core.registry.index import Conformance
from turbo_core.registry.installed import Environment, called, origin
from turbo_core.registry.tool import Tool
from turbo_core.settings import environment
from turbo_core.words import JSON

NO_LEVEL: Final = "none"
_RISING: Final = (NO_LEVEL, "bronze", "silver", "gold")
_FOR_TESTS: Final = ("test", "tests", "dev")
"""The extras and dependency groups that hold what a project's tests need; the first one that is there counts."""

_TRIED: Final = (0, 1, 5)
"""Exit codes of pytest after which the report tells everything: passed, failed, no tests."""

_MOST_LINES = 30


class Certificate(Struct, frozen=True, kw_only=True):
    """What the tests of a plugin have shown. ``failed`` maps a check to its reason; ``missing`` are checks that were not run."""

    name: NormalizedName
    version: str
    wheel: str
    conformance: Conformance
    failed: dict[str, str]
    missing: tuple[str, ...]


def certify(folder: Path, tool: Tool, here: Environment) -> Certificate:
    """Build the wheel of a plugin and run its tests against it, in an environment that is thrown away.

    Args:
        folder: of the project.
        tool: the installer.
        here: the environment that Turbo runs in; the same Turbo is tested with.

    Raises:
        InstallRefused: it cannot be built, installed or tested; the words of who failed are the cause.
    """
    if not (folder / "pyproject.toml").is_file():
        raise InstallRefused("there is no plugin to certify", where=str(folder), why="it has no pyproject.toml")
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        wheel = tool.build(folder, place / "wheel")
        (built,) = Environment([str(wheel)]).distributions.values()
        if not called(built):
            step = 'give it an entry point, such as [project.entry-points."turbo.actions"]'
            raise InstallRefused(
                f"{built.name} is no plugin", where=str(folder), why="it has no entry point for Turbo", next_step=step
            )
        clean = tool.clean(place / "venv")
        clean.add([_host(here), "pytest", _with_extras(wheel, built.metadata.get_all("Provides-Extra") or [])], _groups(folder))
        report = _tested(folder, clean.python, place / "report.json")
        return _certificate(report, canonicalize_name(built.name), built.version, wheel)


def _host(here: Environment) -> str:
    """The requirement of this Turbo: its folder or address if it is from one, else its version."""
    source = origin(here.distributions[canonicalize_name(CORE)])
    if source is None:
        return f"{CORE}=={here.version(CORE)}"
    return f"{CORE} @ {source.folder.as_uri() if source.folder else source.address}"


def _with_extras(wheel: Path, extras: list[str]) -> str:
    wanted = next((f"[{name}]" for name in _FOR_TESTS if name in extras), "")
    return f"{wheel.name.partition('-')[0]}{wanted} @ {wheel.as_uri()}"


def _groups(folder: Path) -> Iterator[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project.get("dependency-groups", {})
    yield from (f"{folder / 'pyproject.toml'}:{name}" for name in [name for name in _FOR_TESTS if name in groups][:1])


def _tested(folder: Path, python: str, report: Path) -> dict[str, JSON]:
    """Run the tests; -P keeps the folder out of the path, so that they meet the wheel."""
    around = {name: value for name, value in environment().items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    around["PATH"] = f"{Path(python).parent}:{around.get('PATH', '')}"
    command = [python, "-P", "-m", "pytest", "-p", "no:cacheprovider", "--turbo-report", str(report)]
    ended = subprocess.run(command, cwd=folder, env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        found: dict[str, JSON] = json.loads(report.read_bytes())
    except (OSError, ValueError):
        found = {}
    if ended.returncode not in _TRIED or not found:
        words = "\n".join((ended.stdout + ended.stderr).splitlines()[-_MOST_LINES:])
        raise InstallRefused(
            "the tests could not be run", where=str(folder), why=words, next_step="let them pass with pytest first"
        )
    return found


def _certificate(report: dict[str, JSON], name: NormalizedName, version: str, wheel: Path) -> Certificate:
    mine = [told for told in report["plugins"] if told["distribution"] == name]
    level = min((told["level"] for told in mine), key=_RISING.index, default=NO_LEVEL)
    earned = Conformance(level=level, suite=report["suite_version"], host=report["host"]["version"], sha256=sha256(wheel))
    return Certificate(
        name=name,
        version=version,
        wheel=wheel.name,
        conformance=earned,
        failed={each["check"]: each["why"] for told in mine for each in told["failed"]},
        missing=tuple(check for told in mine for check in told["missing"]) if mine else ("every conformance suite",),
    )
