"""Times as the journal writes them: UTC, ISO 8601, milliseconds, a ``Z``. Text of equal length, so that order is order."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(seconds: float) -> str:
    """The time that is ``seconds`` after the epoch, as text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def seconds(text: str) -> float:
    """The reverse of `iso`; ``0.0`` for the empty text."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def between(start: str, end: str) -> float:
    """Seconds from one time to another, ``0.0`` if one is missing."""
    return max(0.0, seconds(end) - seconds(start)) if start and end else 0.0
