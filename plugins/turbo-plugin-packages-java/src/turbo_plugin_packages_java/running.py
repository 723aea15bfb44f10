"""Runs a tool in a folder, and gives what it wrote. Knows no tool."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

from turbo_core import ActionFailed, ActionUnavailable

_TAIL = 2000


def call(*command: str, folder: Path, good: Collection[int] = (0,)) -> str:
    """Run a tool to its end, and give what it wrote to standard output.

    Args:
        command: program and arguments.
        folder: where.
        good: the exit codes after which its output is whole.

    Raises:
        ActionUnavailable: there is no such program.
        ActionFailed: it ended otherwise; with what it wrote last.
    """
    try:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        step = f"install {command[0]}"
        raise ActionUnavailable(f"{command[0]} cannot be started", why=str(error.strerror), next_step=step) from error
    out, err = ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
    if ended.returncode not in good:
        raise ActionFailed(f"{' '.join(command[:2])} ended with {ended.returncode}", why=(err.strip() or out.strip())[-_TAIL:])
    return out
