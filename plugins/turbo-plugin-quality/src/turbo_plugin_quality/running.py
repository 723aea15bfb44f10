"""Runs one tool in the project, and gives what it wrote. Knows no tool."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from turbo_core import ActionFailed, ActionUnavailable

_TAIL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a tool wrote, and its exit code."""

    code: int
    out: str
    err: str


def place(project: Path, folder: str) -> Path:
    """A folder of the project.

    Raises:
        ActionFailed: it lies elsewhere, or is none.
    """
    found = (project / folder).resolve()
    if not found.is_relative_to(project.resolve()) or not found.is_dir():
        raise ActionFailed(f"{folder!r} is no folder of the project", next_step="name one, relative to the project")
    return found


def call(
    program: Sequence[str], *arguments: str, folder: Path, good: Collection[int] = (0, 1), env: Mapping[str, str] = {}
) -> Ran:
    """Run a tool to its end.

    Args:
        program: how it is started.
        arguments: what it is told.
        folder: where.
        good: the exit codes after which its output is whole.
        env: is added to the environment.

    Raises:
        ActionUnavailable: there is no such program.
        ActionFailed: it ended otherwise; with what it wrote last.
    """
    command = [*program, *arguments]
    try:
        ended = subprocess.run(
            command, cwd=folder, env=os.environ | env, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        step = f"install {program[0]}, or say by 'program' how it is started"
        raise ActionUnavailable(f"{program[0]} cannot be started", why=str(error.strerror), next_step=step) from error
    ran = Ran(code=ended.returncode, out=ended.stdout.decode(errors="replace"), err=ended.stderr.decode(errors="replace"))
    if ran.code not in good:
        raise ActionFailed(f"{' '.join(program)} ended with {ran.code}", why=(ran.err.strip() or ran.out.strip())[-_TAIL:])
    return ran


def within(project: Path, folder: Path, path: str) -> str:
    """A path that a tool named, relative to the project if it lies in it."""
    found = (folder / path).resolve()
    root = project.resolve()
    return found.relative_to(root).as_posix() if found.is_relative_to(root) else str(found)
