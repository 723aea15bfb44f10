"""The installer of this environment: uv if it is there, else pip. Turbo has no resolver and no installer of its own.

Owns their command lines and how their answers are read. Nothing here names an index: indexes, credentials and folders of wheels
are what the person has configured for uv or pip.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct
from packaging.pylock import PackageWheel, Pylock
from packaging.utils import NormalizedName, canonicalize_name

from turbo_core.errors import InstallRefused
from turbo_core.words import JSON

_WHEELS: Final = ("--only-binary", ":all:")
_MOST_LINES = 30


class Pin(Struct, frozen=True, kw_only=True):
    """One version of one distribution."""

    name: NormalizedName
    version: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


class Unresolvable(Exception):  # noqa: N818  # named after what happened
    """The installer finds no set of versions, or could not look; the text is its own."""


class Tool(Protocol):
    """What is asked of an installer. Everything it cannot do raises ``InstallRefused``, with its own words as the cause."""

    @property
    def python(self) -> str:
        """The interpreter of the environment."""

    def resolve(self, requirements: Iterable[str], constraints: Iterable[str], *, upgrade: bool = False) -> list[Pin]:
        """What would be installed, beside what is there. Changes nothing.

        Raises:
            Unresolvable: there is no such set of wheels.
        """

    def wheels(self, pins: Iterable[Pin]) -> dict[NormalizedName, list[PackageWheel]]:
        """The wheels of each pin, with their hashes. Changes nothing."""

    def install(self, lines: Iterable[str]) -> None:
        """Install exactly these lines of a requirements file, each with its hashes."""

    def install_folder(self, folder: Path, *, editable: bool) -> None:
        """Build and install a project, without what it needs."""

    def uninstall(self, names: Sequence[str]) -> None:
        """Remove distributions."""

    def build(self, folder: Path, to: Path) -> Path:
        """Build the wheel of a project into a folder; gives its path."""

    def clean(self, folder: Path) -> Tool:
        """Make an environment with nothing in it; gives its installer."""

    def add(self, requirements: Iterable[str], groups: Iterable[str]) -> None:
        """Install requirements and dependency groups (``FILE:NAME``) into an environment that will be thrown away."""


class Uv(Struct, frozen=True, kw_only=True):
    """The installer uv.

    Args:
        program: its path.
        python: the interpreter of the environment.
    """

    program: str
    python: str = sys.executable

    def resolve(self, requirements: Iterable[str], constraints: Iterable[str], *, upgrade: bool = False) -> list[Pin]:
        """See `Tool.resolve`; its answer is read from the lines that begin with a plus."""
        wanted = [*requirements]
        more = [f"--upgrade-package={_name_in(line)}" for line in wanted] if upgrade else []
        with _file(wanted) as file, _file(constraints) as limits:
            ended = self._run("pip", "install", "--dry-run", *_WHEELS, *more, "-r", file, "-c", limits, check=False)
        if ended.returncode:
            raise Unresolvable(_words(ended))
        found = re.findall(r"^ \+ ([\w.-]+)==([^\s(]+)", ended.stderr, re.MULTILINE)
        return [Pin(name=canonicalize_name(name), version=version) for name, version in found]

    def wheels(self, pins: Iterable[Pin]) -> dict[NormalizedName, list[PackageWheel]]:
        """See `Tool.wheels`."""
        with _file(map(str, pins)) as file:
            shape = ("--format", "pylock.toml", "--no-header", "--no-annotate", "--no-deps")
            ended = self._run("pip", "compile", *shape, *_WHEELS, file)
        lock = Pylock.from_dict(tomllib.loads(ended.stdout))
        return {package.name: [*(package.wheels or [])] for package in lock.packages}

    def install(self, lines: Iterable[str]) -> None:
        """See `Tool.install`."""
        with _file(lines) as file:
            self._run("pip", "install", "--no-deps", "--require-hashes", *_WHEELS, "-r", file)

    def install_folder(self, folder: Path, *, editable: bool) -> None:
        """See `Tool.install_folder`."""
        self._run("pip", "install", "--no-deps", "--reinstall", *(["-e"] if editable else []), str(folder))

    def uninstall(self, names: Sequence[str]) -> None:
        """See `Tool.uninstall`."""
        self._run("pip", "uninstall", *names)

    def build(self, folder: Path, to: Path) -> Path:
        """See `Tool.build`."""
        self._run("build", "--wheel", "--out-dir", str(to), str(folder))
        return _built(to)

    def clean(self, folder: Path) -> Tool:
        """See `Tool.clean`."""
        self._run("venv", str(folder))
        return Uv(program=self.program, python=str(folder / "bin" / "python"))

    def add(self, requirements: Iterable[str], groups: Iterable[str]) -> None:
        """See `Tool.add`."""
        with _file(requirements) as file:
            self._run("pip", "install", "-r", file, *(f"--group={group}" for group in groups))

    def _run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return _run([self.program, *arguments, "--python", self.python, "--color", "never", "--no-progress"], check=check)


class Pip(Struct, frozen=True, kw_only=True):
    """The installer pip.

    Args:
        python: the interpreter of the environment, which has pip.
    """

    python: str = sys.executable

    def resolve(self, requirements: Iterable[str], constraints: Iterable[str], *, upgrade: bool = False) -> list[Pin]:
        """See `Tool.resolve`."""
        with _file(requirements) as file, _file(constraints) as limits:
            more = ["--upgrade"] if upgrade else []
            ended = self._report(*more, "-r", file, "-c", limits)
        if ended.returncode:
            raise Unresolvable(_words(ended))
        found = [each["metadata"] for each in json.loads(ended.stdout)["install"]]
        return [Pin(name=canonicalize_name(each["name"]), version=each["version"]) for each in found]

    def wheels(self, pins: Iterable[Pin]) -> dict[NormalizedName, list[PackageWheel]]:
        """See `Tool.wheels`; pip tells the one wheel that fits this machine."""
        with _file(map(str, pins)) as file:
            ended = self._report("--no-deps", "--ignore-installed", "-r", file)
        if ended.returncode:
            raise _refused(ended)
        told = json.loads(ended.stdout)["install"]
        return {canonicalize_name(each["metadata"]["name"]): [_wheel(each["download_info"])] for each in told}

    def install(self, lines: Iterable[str]) -> None:
        """See `Tool.install`."""
        with _file(lines) as file:
            self._run("install", "--no-deps", "--require-hashes", *_WHEELS, "-r", file)

    def install_folder(self, folder: Path, *, editable: bool) -> None:
        """See `Tool.install_folder`."""
        self._run("install", "--no-deps", "--force-reinstall", *(["-e"] if editable else []), str(folder))

    def uninstall(self, names: Sequence[str]) -> None:
        """See `Tool.uninstall`."""
        self._run("uninstall", "--yes", *names)

    def build(self, folder: Path, to: Path) -> Path:
        """See `Tool.build`."""
        self._run("wheel", "--no-deps", "--wheel-dir", str(to), str(folder))
        return _built(to)

    def clean(self, folder: Path) -> Tool:
        """See `Tool.clean`."""
        _run([self.python, "-m", "venv", str(folder)], check=True)
        return Pip(python=str(folder / "bin" / "python"))

    def add(self, requirements: Iterable[str], groups: Iterable[str]) -> None:
        """See `Tool.add`."""
        with _file(requirements) as file:
            self._run("install", "-r", file, *(f"--group={group}" for group in groups))

    def _report(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("install", "--dry-run", "--quiet", "--report", "-", *_WHEELS, *arguments, check=False)

    def _run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return _run([self.python, "-m", "pip", "--disable-pip-version-check", *arguments], check=check)


def tool() -> Tool:
    """The installer for the environment that this process runs in.

    Raises:
        InstallRefused: there is none.
    """
    program = shutil.which("uv")
    if program:
        return Uv(program=program)
    if importlib.util.find_spec("pip"):
        return Pip()
    raise InstallRefused(
        "there is no installer",
        where=sys.prefix,
        why="neither the command uv nor the module pip is there",
        next_step=f"install uv, or: {sys.executable} -m ensurepip",
    )


@contextmanager
def _file(lines: Iterable[str]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        yield file.name


def _run(command: Sequence[str], *, check: bool) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if check and ended.returncode:
        raise _refused(ended)
    return ended


def _refused(ended: subprocess.CompletedProcess[str]) -> InstallRefused:
    program = Path(ended.args[0]).name
    return InstallRefused(f"{program} failed (exit code {ended.returncode})", why=_words(ended))


def _words(ended: subprocess.CompletedProcess[str]) -> str:
    lines = [line.rstrip() for line in ended.stderr.splitlines() if line.strip()]
    return "\n".join(lines[-_MOST_LINES:])


def _name_in(line: str) -> str:
    found = re.match(r"[\w.-]+", line)
    return found[0] if found else line


def _wheel(told: Mapping[str, JSON]) -> PackageWheel:
    address = str(told["url"])
    return PackageWheel(url=address, name=address.rpartition("/")[2], hashes=dict(told["archive_info"]["hashes"]))


def _built(folder: Path) -> Path:
    found = sorted(folder.glob("*.whl"))
    if len(found) != 1:
        raise InstallRefused("no wheel was built", where=str(folder), why=f"there are {len(found)} wheels")
    return found[0]
