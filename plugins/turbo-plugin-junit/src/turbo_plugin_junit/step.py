"""Adds a text to the file that GitHub Actions shows on the page of a step. Knows nothing of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LARGEST: Final = 1024 * 1024
"""Bytes. GitHub Actions shows nothing of a step whose file is larger."""


def show(source: Path, target: Path, *, mark: str) -> None:
    """Append a file to another, once for each mark.

    Args:
        source: what to add; nothing happens if it is not there.
        target: the file to add it to.
        mark: names the text, in a comment that is not shown.

    Raises:
        ValueError: the file would become larger than GitHub Actions shows.
        OSError: a file cannot be read or written.
    """
    line = f"<!-- {mark} -->\n".encode()
    there = target.read_bytes() if target.exists() else b""
    if line in there or not source.exists():
        return
    more = line + source.read_bytes()
    if len(there) + len(more) > LARGEST:
        raise ValueError(f"{target} would have more than {LARGEST} bytes, and GitHub Actions would show nothing of it")
    with target.open("ab") as file:
        file.write(more)
