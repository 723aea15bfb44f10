"""Runs one tool, and gives what it wrote for machines. Knows no tool."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from turbo_core import ActionFailed, ActionUnavailable

_TAIL = 2000


def call(program: Sequence[str], *arguments: str, folder: Path, env: Mapping[str, str] | None = None, given: str = "") -> str:
    """What a tool writes to its standard output.

    Args:
        program: how it is started.
        arguments: what it is told.
        folder: where.
        env: is added to the environment.
        given: its standard input.

    Raises:
        ActionUnavailable: there is no such program.
        ActionFailed: it failed; with what it wrote last.
    """
    command = [*program, *arguments]
    try:
        ended = subprocess.run(
            command, cwd=folder, env=os.environ | dict(env or {}), input=given.encode(), capture_output=True, check=False
        )
    except OSError as error:
        step = f"install {program[0]}, or set how it is started in [plugins.packages_python]"
        raise ActionUnavailable(f"{program[0]} cannot be started", why=str(error.strerror), next_step=step) from error
    if ended.returncode:
        told = (ended.stderr.strip() or ended.stdout.strip()).decode(errors="replace")[-_TAIL:]
        raise ActionFailed(f"{' '.join(program)} ended with {ended.returncode}", why=told)
    return ended.stdout.decode(errors="replace")


def read_json(tool: str, text: str) -> Any:
    """One JSON value.

    Raises:
        ActionFailed: it is none.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise ActionFailed(f"{tool} wrote no JSON", why=text.strip()[:500], next_step="is it another version?") from error
