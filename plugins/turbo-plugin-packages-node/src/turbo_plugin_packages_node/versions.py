"""Which versions are newer than another. Semantic versions; knows no registry."""

from __future__ import annotations

from collections.abc import Iterable

from semver import Version

from turbo_plugin_packages_node.values import Outdated


def newer(versions: Iterable[str], current: str) -> list[str]:
    """The releases that are newer than ``current``, oldest first. What is no semantic version is left out."""
    if not Version.is_valid(current):
        return []
    least = Version.parse(current)
    found = {Version.parse(one) for one in versions if Version.is_valid(one)}
    return [str(one) for one in sorted(found) if one > least and not one.prerelease]


def news(name: str, current: str, wanted: str, versions: Iterable[str], direct: bool) -> list[Outdated]:
    """What there is to tell of one package: one thing or nothing."""
    found = newer(versions, current)
    if not found:
        return []
    return [
        {"name": name, "current": current, "wanted": wanted, "latest": found[-1], "versions": found, "direct": direct},
    ]
