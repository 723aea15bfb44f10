"""Collects packages and who needs whom, and gives them as the hooks want them. Knows no manager."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import Final, TypeAlias

from turbo_plugin_packages_node.manifest import GROUPS, Manifest
from turbo_plugin_packages_node.values import Answer, Inventory

Key: TypeAlias = tuple[str, str]
"""Name and version."""

_ORDER: Final = tuple(reversed(GROUPS.values()))
"""The groups, the strongest first."""


class Graph:
    """The packages of one project."""

    def __init__(self) -> None:
        self._licences: dict[Key, str] = {}
        self._needs: dict[Key, dict[Key, tuple[str, bool]]] = {}
        self._direct: dict[Key, str] = {}

    def add(self, key: Key, licence: str = "") -> None:
        """Add a package; again is no harm."""
        self._licences[key] = self._licences.get(key) or licence
        self._needs.setdefault(key, {})

    def need(self, owner: Key, target: Key, wants: str = "", met: bool = True) -> None:
        """Add an edge. A target with no version is one that is missing."""
        self._needs.setdefault(owner, {})[target] = (wants, met)

    def name(self, key: Key, group: str) -> None:
        """Say that the project itself names a package."""
        self._direct[key] = min(self._direct.get(key, group), group, key=_ORDER.index)

    def answer(self, manifest: Manifest, *, source: str, unknown: Iterable[str] = ()) -> Inventory:
        """What was collected, by name and version."""
        groups = self._groups()
        count = Counter(name for name, _ in self._licences)
        packages = [self._package(key, groups.get(key, "main"), count) for key in sorted(self._licences)]
        wants: list[Answer] = [{"name": name, "wants": wanted} for name, (_, wanted) in sorted(manifest.wants.items())]
        return {
            "packages": packages,
            "project": manifest.name,
            "version": manifest.version,
            "wants": wants,
            "source": source,
            "unknown": list(unknown),
        }

    def _package(self, key: Key, group: str, count: Counter[str]) -> Answer:
        name, version = key
        needs = [
            {"name": target, "wants": wants, "version": found if count[target] > 1 else "", "met": met}
            for (target, found), (wants, met) in sorted(self._needs[key].items())
        ]
        licence = self._licences[key]
        return {
            "name": name,
            "version": version,
            "direct": key in self._direct,
            "group": group,
            "licence": licence,
            "needs": needs,
        }

    def _groups(self) -> dict[Key, str]:
        """The strongest group from which each package is reached."""
        found: dict[Key, str] = {}
        for group in _ORDER:
            queue = deque(key for key, named in self._direct.items() if named == group)
            while queue:
                key = queue.popleft()
                if key not in found:
                    found[key] = group
                    queue.extend(self._needs.get(key, ()))
        return found
