"""Which newer versions there are, asked level by level: the newest patch, the newest minor version, the newest of all.

Owns the questions; how an index is asked is the manager's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version
from turbo_core import ActionFailed

Ask: TypeAlias = Callable[[list[str]], Mapping[str, str]]
"""Requirements become the newest version of each that an index has, by normal name; `ActionFailed` if one has none."""


def outdated(there: Mapping[str, str], wants: Mapping[str, str], ask: Ask) -> dict[str, Any]:
    """The answer for ``turbo_packages_outdated``.

    Args:
        there: name → version, of what comes from an index.
        wants: name → versions that the project itself allows, of what it names.
        ask: asks the index.
    """
    current = {name: version for name, text in there.items() if (version := _version(text))}
    unknown = [f"{name}: {there[name]!r} is no version" for name in sorted(there.keys() - current.keys())]
    latest, missing = _asked(ask, {name: _above(version) for name, version in current.items()})
    known = {name: version for name, version in current.items() if _newer(latest.get(name, ""), version)}
    levels = [
        _asked(ask, {name: f"{_above(version)},=={version.major}.{version.minor}.*" for name, version in known.items()})[0],
        _asked(ask, {name: f"{_above(version)},=={version.major}.*" for name, version in known.items()})[0],
        latest,
    ]
    wanted, _ = _asked(ask, {name: _joined(version, wants[name]) for name, version in known.items() if name in wants})
    packages = [
        {
            "name": name,
            "current": there[name],
            "latest": latest[name],
            "wanted": wanted.get(name, there[name] if name in wants else ""),
            "versions": _ordered((level.get(name, "") for level in (*levels, wanted)), version),
            "direct": name in wants,
        }
        for name, version in sorted(known.items())
    ]
    return {"packages": packages, "unknown": unknown + [f"{name}: no version of it was found" for name in missing]}


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _above(version: Version) -> str:
    return f">={version.public}"


def _joined(version: Version, wants: str) -> str:
    return str(SpecifierSet(_above(version)) & SpecifierSet(wants))


def _newer(text: str, than: Version) -> bool:
    return bool(text) and Version(text) > than


def _ordered(texts: Iterable[str], than: Version) -> list[str]:
    return [str(one) for one in sorted({Version(text) for text in texts if _newer(text, than)})]


def _asked(ask: Ask, wanted: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The newest versions, and what has none. All at once; one by one only if that fails."""
    if not wanted:
        return {}, []
    try:
        return dict(ask([f"{name}{versions}" for name, versions in wanted.items()])), []
    except ActionFailed:
        found: dict[str, str] = {}
        for name, versions in wanted.items():
            try:
                found |= ask([f"{name}{versions}"])
            except ActionFailed:
                continue
        return found, sorted(wanted.keys() - found.keys())
