"""Where test files are. It opens none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from turbo_core.errors import UsageError
from turbo_core.workflow.finding import TESTS

_FOREIGN: Final = frozenset({"node_modules", "__pycache__", "site-packages"})
"""Folders of what others wrote."""


def files_in(places: Sequence[Path]) -> list[Path]:
    """The test files that are meant: files as they are named, and all below folders but for hidden and foreign ones.

    Raises:
        UsageError: a place is not there, or a file is not called like a test file.
    """
    return list(dict.fromkeys(file for place in places for file in _found(place)))


def _found(place: Path) -> Iterator[Path]:
    if place.is_dir():
        for folder, inner, names in os.walk(place):
            inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _FOREIGN)
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(TESTS))
    elif not place.is_file():
        raise UsageError("there is no such file or folder", where=str(place), next_step="correct the path")
    elif not place.name.endswith(TESTS):
        raise UsageError("this is no file of tests", where=str(place), next_step=f"such a file is called NAME{TESTS}")
    else:
        yield place
