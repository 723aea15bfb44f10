"""Crash reports: what somebody needs who mends a fault in Turbo. No value from the command line stands in one."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from turbo_core import __version__
from turbo_core.cli.given import Given
from turbo_core.cli.table import COMMANDS
from turbo_core.errors import StorageFailed
from turbo_core.journal.files import private_folder, write_whole

_HIDDEN = "…"
_PACKAGES = ("click", "pluggy", "pydantic", "msgspec", "rich", "stevedore")
_SHORT = 4
"""A value as short as this could be part of any word; it is not looked for in the traceback."""


def report(error: BaseException, arguments: Sequence[str]) -> Path | str:
    """Write a crash report into the cache folder, or where that fails beside temporary files; gives its path."""
    text = _text(error, arguments)
    name = f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for folder in (Given().settings().cache_folder / "crashes", Path(tempfile.gettempdir())):
        try:
            write_whole(private_folder(folder) / name, text.encode(errors="replace"))
        except StorageFailed:
            continue
        return folder / name
    return "nowhere: no folder can be written"


def _text(error: BaseException, arguments: Sequence[str]) -> str:
    shown, hidden = _without_values(arguments)
    trace = "".join(traceback.format_exception(error))
    for value in sorted(hidden, key=len, reverse=True):
        trace = trace.replace(value, _HIDDEN)
    versions = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    head = [
        f"turbo {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(versions),
        f"command: turbo {' '.join(shown)}",
    ]
    return "\n".join([*head, "", trace])


def _without_values(arguments: Sequence[str]) -> tuple[list[str], set[str]]:
    """The command line with names of commands and options only, and the values that were left out."""
    shown, hidden = [], set()
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if argument.startswith("-"):
            shown.append(name + (equals and f"={_HIDDEN}"))
            hidden.add(value)
        elif argument in COMMANDS:
            shown.append(argument)
        else:
            shown.append(_HIDDEN)
            hidden |= {argument, value}
    return shown, {value for value in hidden if len(value) > _SHORT}
