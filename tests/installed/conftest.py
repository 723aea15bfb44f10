"""A folder of distributions as installers leave them, and the installed ``turbo`` command that sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from tests.plugins.shelf import Shelf

TURBO = Path(sys.executable).parent / "turbo"
MARK = "import pathlib; (pathlib.Path(__file__).parent / 'imported').open('a').write(__name__ + '\\n')\n"
"""A module that begins so leaves its name behind, whichever process imports it."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Installed plugins, a project, and ``turbo`` in it."""

    shelf: Shelf
    project: Path

    def add(self, name: str, text: str, group: str = "turbo.plugins", *, distribution: str = "", point: str = "") -> None:
        """Install a distribution with one entry point; its module tells when it is imported."""
        module = f"turbo_shelf_{(distribution or name).replace('-', '_')}"
        points = {group: {name: f"{module}{point}"}}
        self.shelf.install(distribution or f"turbo-plugin-{name}", {module: MARK + dedent(text)}, points)

    def write(self, name: str, text: str) -> None:
        (self.project / name).write_text(dedent(text))

    def settle(self, age: int = 0) -> None:
        """Let the folder look as if it had been left alone for long; another age is another time stamp."""
        os.utime(self.shelf.folder, (1_700_000_000 + age,) * 2)

    def imported(self) -> set[str]:
        """The modules of plugins that any process has imported so far."""
        marks = self.shelf.folder / "imported"
        return set(marks.read_text().split()) if marks.exists() else set()

    def turbo(self, *arguments: str, env: Mapping[str, str] = {}, timeout: float = 110) -> subprocess.CompletedProcess[str]:
        """Run ``turbo ARGUMENTS`` in the project, as a process of its own."""
        mine = {"PYTHONPATH": str(self.shelf.folder), "TURBO_CACHE_FOLDER": str(self.shelf.caches), "COLUMNS": "300"}
        return subprocess.run(
            [TURBO, *arguments],
            cwd=self.project,
            env=os.environ | mine | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )

    def runs(self) -> list[str]:
        """The ids of the runs that were made."""
        return sorted(folder.name for folder in (self.project / ".turbo" / "runs").glob("[!.]*"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "site").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "turbo.toml").touch()
    return Site(shelf=Shelf(folder=tmp_path / "site", caches=tmp_path / "caches"), project=tmp_path / "project")
