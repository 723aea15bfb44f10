"""Lock files and the programs that write them. Knows neither git nor Turbo.

A lock file is never merged by hand: its manager makes it again from the merged manifest. None of these commands installs
anything or runs a script of the project.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

_PATIENCE: Final = 600.0
"""Seconds for one manager; resolving asks a registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """What makes a lock file: the ``manifests`` that it is made from stand beside it."""

    command: tuple[str, ...]
    manifests: tuple[str, ...]


MANAGERS: Final[Mapping[str, Manager]] = {
    "Cargo.lock": Manager(command=("cargo", "update", "--workspace"), manifests=("Cargo.toml",)),
    "Gemfile.lock": Manager(command=("bundle", "lock"), manifests=("Gemfile",)),
    "Pipfile.lock": Manager(command=("pipenv", "lock"), manifests=("Pipfile",)),
    "composer.lock": Manager(
        command=("composer", "update", "--lock", "--no-install", "--no-scripts", "--no-interaction"), manifests=("composer.json",)
    ),
    "go.sum": Manager(command=("go", "mod", "tidy"), manifests=("go.mod",)),
    "package-lock.json": Manager(
        command=("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"),
        manifests=("package.json",),
    ),
    "pnpm-lock.yaml": Manager(command=("pnpm", "install", "--lockfile-only", "--ignore-scripts"), manifests=("package.json",)),
    "poetry.lock": Manager(command=("poetry", "lock", "--no-interaction"), manifests=("pyproject.toml",)),
    "uv.lock": Manager(command=("uv", "lock"), manifests=("pyproject.toml",)),
}


class NotMade(Exception):
    """The manager could not make the file; the message says why."""


def manager_of(path: str) -> Manager | None:
    """The manager of a path, if it is a lock file that is known."""
    return MANAGERS.get(PurePosixPath(path).name)


def manifests_of(path: str, manager: Manager) -> tuple[str, ...]:
    """The paths of the manifests that a lock file is made from."""
    return tuple(str(PurePosixPath(path).with_name(name)) for name in manager.manifests)


def make(file: Path, manager: Manager) -> None:
    """Make a lock file again, from what it says now and from its manifest.

    Raises:
        NotMade: the manager is missing, failed or took too long.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            manager.command,
            cwd=file.parent,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise NotMade(f"{manager.command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise NotMade(f"{manager.command[0]} took longer than {_PATIENCE:.0f} s") from error
    if done.returncode != 0:
        words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise NotMade(f"{' '.join(manager.command)} failed: {words[-1] if words else f'exit {done.returncode}'}")
