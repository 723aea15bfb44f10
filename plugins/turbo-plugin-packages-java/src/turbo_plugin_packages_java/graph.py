"""Collects packages and who needs whom, and gives them as the hooks want them. Knows no manager."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

from turbo_plugin_packages_java.values import Answer

Key: TypeAlias = tuple[str, str]
"""``group:artifact`` and version."""


class Graph:
    """The packages of one project."""

    def __init__(self) -> None:
        self._groups: dict[Key, set[str]] = {}
        self._needs: dict[Key, set[Key]] = {}
        self._direct: set[Key] = set()

    def add(self, key: Key, group: str, *, direct: bool) -> None:
        """Add a package; again is no harm."""
        self._groups.setdefault(key, set()).add(group)
        if direct:
            self._direct.add(key)

    def need(self, owner: Key, target: Key) -> None:
        """Add an edge."""
        self._needs.setdefault(owner, set()).add(target)

    def packages(self) -> list[Answer]:
        """What was collected, by name and version."""
        count = Counter(name for name, _ in self._groups)
        return [self._package(key, count) for key in sorted(self._groups)]

    def _package(self, key: Key, count: Counter[str]) -> Answer:
        groups = self._groups[key]
        group = "main" if "main" in groups else min(groups)
        needs = [
            {"name": name, "version": version if count[name] > 1 else ""} for name, version in sorted(self._needs.get(key, ()))
        ]
        return {"name": key[0], "version": key[1], "direct": key in self._direct, "group": group, "needs": needs}
