"""The adapter of the decider: it knows when a folder is frozen, and nothing of Turbo. Put your own in its place."""

from pathlib import Path


def reasons(folder: Path) -> list[str]:
    """Why nothing may be released from a folder: the lines of its file ``FREEZE``; none if it has no such file.

    Raises:
        OSError: the file is there and cannot be read.
    """
    try:
        lines = (folder / "FREEZE").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [line.strip() for line in lines if line.strip()] or ["no reason is given"]
