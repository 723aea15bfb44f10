"""Runs a tool in a folder, and reads the JSON values that it writes. Knows no tool."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

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


def values(*command: str, folder: Path) -> Iterator[Any]:
    """Run a tool that writes JSON values, one after another with nothing between them.

    Raises:
        ActionUnavailable: there is no such program.
        ActionFailed: it failed, or wrote something else.
    """
    text, decoder = call(*command, folder=folder).strip(), json.JSONDecoder()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except ValueError as error:
            raise ActionFailed(f"{' '.join(command[:2])} wrote no JSON", why=text[:_TAIL]) from error
        yield value
        text = text[end:].lstrip()
