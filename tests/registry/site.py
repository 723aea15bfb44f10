"""A clean environment with Turbo in it, a folder of wheels, and a project: where installations are tried."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import turbo_core
from tests.registry.wheels import put, sha256, wheel
from turbo_core.registry.installed import Environment
from turbo_core.registry.tool import Pip, Tool, Uv

MAIN = "import sys; from turbo_core.cli.main import main; sys.exit(main())"
UV = shutil.which("uv")
_NOT_SHARED = (".dist-info", ".pth", "__pycache__")
_OWN = ("pip", "setuptools", "turbo_core", "_virtualenv.py")


@dataclass(frozen=True, kw_only=True)
class Site:
    """An environment. ``packages`` is its site-packages, ``links`` the folder of wheels that its installer finds."""

    folder: Path
    uv: bool

    @property
    def links(self) -> Path:
        return self.folder / "links"

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def python(self) -> str:
        return str(self.folder / "venv" / "bin" / "python")

    @property
    def packages(self) -> Path:
        (found,) = (self.folder / "venv" / "lib").glob("python3*/site-packages")
        return found

    @property
    def surroundings(self) -> dict[str, str]:
        """What an installer is told: only the folder of wheels counts, and nothing is asked for over a network."""
        return {
            "PATH": os.pathsep.join([str(Path(self.python).parent), *self._tools()]),
            "UV_NO_INDEX": "1",
            "UV_OFFLINE": "1",
            "UV_NO_CONFIG": "1",
            "UV_FIND_LINKS": str(self.links),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(self.links),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TURBO_CACHE_FOLDER": str(self.folder / "caches"),
            "COLUMNS": "300",
        }

    def _tools(self) -> list[str]:
        places = os.environ["PATH"].split(os.pathsep)
        return places if self.uv else [place for place in places if not (Path(place) / "uv").exists()]

    def tool(self) -> Tool:
        return Uv(program=UV or "", python=self.python) if self.uv else Pip(python=self.python)

    def environment(self) -> Environment:
        return Environment([str(self.packages)])

    def offer(self, files: Mapping[str, str]) -> Path:
        """Put a wheel where the installer finds it."""
        return wheel(self.links, files)

    def have(self, files: Mapping[str, str]) -> None:
        """Let a distribution be installed."""
        put(self.packages, files)

    def registry(self, entries: Iterable[Mapping[str, object]]) -> Path:
        """A registry in a file."""
        file = self.folder / "registry.json"
        file.write_text(json.dumps({"format": 1, "plugins": sorted(entries, key=lambda entry: str(entry["name"]))}))
        return file

    def turbo(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run ``turbo ARGUMENTS`` of that environment in the project."""
        return subprocess.run(
            [self.python, "-P", "-c", MAIN, *arguments],
            cwd=self.project,
            env=os.environ | self.surroundings | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def state(self) -> dict[str, str]:
        """Every file of the environment that is not shared, with its hash."""
        own = (
            path
            for path in self.packages.rglob("*")
            if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts
        )
        return {str(path.relative_to(self.packages)): hashlib.sha256(path.read_bytes()).hexdigest() for path in own}


def make(folder: Path, *, uv: bool) -> Site:
    """A new environment: what Turbo stands on is linked into it, and no installer knows of that."""
    site = Site(folder=folder, uv=uv)
    site.links.mkdir()
    site.project.mkdir()
    (site.project / "turbo.toml").touch()
    command = [UV, "venv", "-q", "--python", sys.executable] if uv and UV else [sys.executable, "-m", "venv"]
    subprocess.run([*command, str(folder / "venv")], check=True, capture_output=True)
    _link(site.packages)
    _pretend(site)
    return site


def _link(packages: Path) -> None:
    shared = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    for place in [place for folder in shared for place in folder.iterdir()]:
        strange = place.name.startswith(("turbo_plugin_", "__editable__")) or place.name in _OWN
        shared_too = not strange and not place.name.endswith(_NOT_SHARED) and not (packages / place.name).exists()
        # Coverage measures what such a process does, if it measures this one.
        if shared_too or place.name.endswith("coverage.pth"):
            (packages / place.name).symlink_to(place)
    (packages / "turbo_core").symlink_to(Path(turbo_core.__file__).parent)


def _pretend(site: Site) -> None:
    """Turbo as an installer knows it, without the needs that are linked instead."""
    info = f"turbo_core-{turbo_core.__version__}.dist-info"
    points = distribution("turbo-core").read_text("entry_points.txt") or ""
    files = {"METADATA": f"Metadata-Version: 2.4\nName: turbo-core\nVersion: {turbo_core.__version__}\n", "INSTALLER": "tests\n"}
    files |= {"entry_points.txt": points, "RECORD": ""}
    put(site.packages, {f"{info}/{name}": text for name, text in files.items()})


def entry(name: str, *releases: Mapping[str, object], **more: object) -> dict[str, object]:
    """An entry of a registry."""
    told = {"summary": "It acts.", "kinds": ["actions"], "risk": "read", "licence": "MIT"}
    return {"name": f"turbo-plugin-{name}", **told, **more, "versions": [*releases]}


def release(version: str, *wheels: Path, **more: object) -> dict[str, object]:
    """A version in an entry, with the hashes of real wheels."""
    artifacts = [{"name": file.name, "sha256": sha256(file)} for file in wheels]
    return {"version": version, "host": ">=0.1", "api": ">=1.0.0,<2.0.0", "artifacts": artifacts, **more}
