"""The log files of attempts: already masked when they were written, read here within the run's folder only."""

from __future__ import annotations

from pathlib import Path

LOGS_NAME = "logs"


def path_of(folder: Path, log: str) -> Path | None:
    """The file of a log (a path relative to the run's folder), or ``None`` if it is not there or leads out of the folder."""
    path = folder / log
    inside = path.resolve().is_relative_to((folder / LOGS_NAME).resolve())
    return path if inside and path.is_file() else None


def tail(folder: Path, log: str, limit: int) -> str:
    """The last ``limit`` characters of a log, from the start of a line where there is one; empty if there is none."""
    path = path_of(folder, log)
    if path is None:
        return ""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 4 * limit))
        data = file.read()
    text = data.decode("utf-8", "replace")
    if len(text) <= limit and len(data) == size:
        return text
    kept = text[-limit:]
    return kept.partition("\n")[2] or kept
