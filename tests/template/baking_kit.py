"""Baking plugins for tests: one of each kind and some mixes, and the environment in which all of them are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.arch.source import ROOT
from turbo_core.cli.plugin import baking

TEMPLATE = ROOT / "plugin-template"
BIN = Path(sys.executable).parent
UV = shutil.which("uv")

MIXES = {
    **{f"only_{kind}": kind for kind in baking.KINDS},
    "talker": "actions channel",
    "everything": " ".join(baking.KINDS),
}
"""The name of each plugin that is baked, and its kinds."""

HOOKS = {
    "actions": ("actions.py", "count"),
    "executor": ("plugin.py", "turbo_execute"),
    "decider": ("plugin.py", "turbo_decide"),
    "documenter": ("plugin.py", "turbo_document"),
    "tracker": ("plugin.py", "turbo_track"),
    "channel": ("plugin.py", "turbo_communicate"),
    "analyzer": ("plugin.py", "turbo_analyze_files"),
}
"""The module and the function by which a plugin is of a kind."""

_NOT_INHERITED = ("PYTHON", "COV", "PYTEST", "TURBO", "TOX", "VIRTUAL_ENV")


def run(*command: object, cwd: Path, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    """Run a command as a stranger would: nothing of the tests around is inherited."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=cwd, env=around | env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def succeed(*command: object, cwd: Path, env: Mapping[str, str] = {}) -> str:
    """Run a command that has to succeed; gives its standard output."""
    ended = run(*command, cwd=cwd, env=env)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def bake(folder: Path, name: str) -> Path:
    """Bake the plugin of that name."""
    return baking.bake(baking.answers({"name": name, "kinds": MIXES[name]}), folder)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A clean environment with Turbo's wheel and the wheels of all baked plugins, whose folders lie beside it."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "venv" / "bin"

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"

    @property
    def packages(self) -> Path:
        (found,) = (self.folder / "venv" / "lib").glob("python3*/site-packages")
        return found

    def plugin(self, name: str) -> Path:
        """The folder of a baked plugin."""
        return self.folder / "baked here" / baking.answers({"name": name}).distribution

    def make(self) -> Place:
        """Build, bake and install everything."""
        assert UV
        (self.folder / "baked here").mkdir()
        sources = [ROOT, *(bake(self.folder / "baked here", name) for name in MIXES)]
        for source in sources:
            succeed(UV, "build", "--wheel", "--quiet", "--out-dir", self.wheels, source, cwd=self.folder)
        succeed(UV, "venv", "--quiet", "--python", sys.executable, "venv", cwd=self.folder)
        tools = ["pytest>=8.4", "pytest-timeout>=2.4", "pytest-xdist>=3.8"]
        wheels = sorted(self.wheels.glob("*.whl"))
        # Compiled, as pip does it: so what looks like Python in the template is compiled too.
        install = (UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", self.bin / "python")
        succeed(*install, *wheels, *tools, cwd=self.folder)
        return self

    def tests_of(self, name: str, *options: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the tests of a baked plugin against its wheel; what is in ``path`` comes before what is installed."""
        env = {"PYTHONSAFEPATH": "1"} | ({"PYTHONPATH": str(path)} if path else {})
        return run(self.bin / "pytest", "-q", "-p", "no:cacheprovider", *options, cwd=self.plugin(name), env=env)
