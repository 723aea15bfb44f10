"""The adapter of the analyzer: it knows the marks of conflicts, and nothing of Turbo. Put your own in its place."""

from pathlib import Path

_MARKS = ("<" * 7 + " ", ">" * 7 + " ")


def conflicts(file: Path) -> list[int]:
    """The lines of a file, counted from 1, at which a conflict begins or ends.

    Raises:
        OSError: the file cannot be read.
    """
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith(_MARKS)]
