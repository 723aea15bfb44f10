"""Carries out what a driver has planned, and runs tests. Knows no manager."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_packages.values import Plan

_TAIL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it wrote last."""

    code: int
    told: str


def run(command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, limit: float | None = None) -> Ran:
    """Run a command to its end.

    Args:
        command: the program and its arguments; a program with a slash is relative to the folder.
        folder: where.
        env: is added to the environment.
        limit: seconds after which it is ended; that counts as a failure.

    Raises:
        ActionUnavailable: there is no such program.
    """
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        told = (late.stdout or b"").decode(errors="replace").strip()[-_TAIL:]
        return Ran(code=-1, told=f"it did not end within {limit:g} s; {told}")
    except OSError as error:
        step = f"install {command[0]}, or set how it is started"
        raise ActionUnavailable(f"{command[0]} cannot be started", why=str(error.strerror), next_step=step) from error
    return Ran(code=ended.returncode, told=ended.stdout.decode(errors="replace").strip()[-_TAIL:])


def carry_out(plan: Plan, folder: Path) -> None:
    """Write the files of a plan, and run its commands.

    Raises:
        ActionUnavailable: a program is not there.
        ActionFailed: a command failed; with what it wrote last.
    """
    for path, text in plan.writes.items():
        (folder / path).write_text(text, encoding="utf-8")
    for command in plan.commands:
        ran = run(command, folder, env=plan.env)
        if ran.code:
            raise ActionFailed(f"{' '.join(command)} ended with {ran.code}", why=ran.told)


def told(plan: Plan) -> str:
    """A plan in words."""
    steps = [f"write {path}" for path in plan.writes] + [" ".join(command) for command in plan.commands]
    return ", then ".join(steps) or "do nothing"
