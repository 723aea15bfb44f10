"""Arguments that the managers have in common: packages with versions, and flags of groups."""

from __future__ import annotations

from collections.abc import Mapping

from turbo_core import ActionFailed


def specs(packages: Mapping[str, str]) -> list[str]:
    """Packages with the versions that they shall have; the manager chooses where none is said."""
    return [f"{name}@{version}" if version else name for name, version in packages.items()]


def flag(manager: str, flags: Mapping[str, str], group: str) -> str:
    """What has a manager write a need into a group.

    Raises:
        ActionFailed: the manager has no such group.
    """
    try:
        return flags[group or "main"]
    except KeyError:
        raise ActionFailed(f"{manager} has no group {group!r}", next_step=f"name one of {', '.join(flags)}") from None
