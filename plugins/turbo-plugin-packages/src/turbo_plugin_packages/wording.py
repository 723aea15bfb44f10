"""Words of reasons and messages."""

from __future__ import annotations


def number_of_packages(count: int) -> str:
    """``1 package``, ``2 packages``."""
    return f"{count} package" + ("" if count == 1 else "s")


def number_of_vulnerabilities(count: int) -> str:
    """``1 known vulnerability``, ``2 known vulnerabilities``."""
    return f"{count} known " + ("vulnerability" if count == 1 else "vulnerabilities")
