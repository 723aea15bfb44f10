"""The words of risk, and their order."""

from __future__ import annotations

from typing import Final, Literal

Risk = Literal["read", "change", "destroy"]

ORDER: Final[tuple[Risk, ...]] = ("read", "change", "destroy")


def higher(first: Risk, second: Risk) -> Risk:
    """The higher of two risks."""
    return max(first, second, key=ORDER.index)


def above(risk: Risk, limit: Risk) -> bool:
    """Whether ``risk`` is higher than ``limit``."""
    return ORDER.index(risk) > ORDER.index(limit)
