"""Writing a page where somebody wants it."""

from __future__ import annotations

from pathlib import Path

from turbo_core.errors import UsageError


def write_page(path: Path, text: str) -> Path:
    """Write text as UTF-8; gives the path.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError("the page cannot be written", where=str(path), why=error.strerror or str(error)) from error
    return path
