"""How a wanted range of versions changes, so that it allows another version and means the same otherwise. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version


def allowing(specifier: SpecifierSet, version: str) -> str:
    """A range that begins at a version, of the kind that there was: exact, compatible, below the next major version, or open.

    Args:
        specifier: what there was.
        version: the one that it shall allow.
    """
    operators = {one.operator for one in specifier}
    if not specifier or operators & {"==", "==="}:
        return f"=={version}" if specifier else ""
    if "~=" in operators:
        parts = max(len(Version(one.version).release) for one in specifier if one.operator == "~=")
        return "~=" + ".".join(map(str, (*Version(version).release, 0, 0)[:parts]))
    if operators & {"<", "<="}:
        return f">={version},<{Version(version).major + 1}"
    return f">={version}"


def changed(requirement: Requirement, version: str) -> Requirement:
    """The same requirement, allowing a version. Extras and markers stay."""
    if requirement.specifier.contains(version, prereleases=True):
        return requirement
    new = Requirement(str(requirement))
    new.specifier = SpecifierSet(allowing(requirement.specifier, version))
    return new


def named(packages: Mapping[str, str]) -> list[str]:
    """Names with the versions that they shall have, as requirements."""
    return [f"{name}=={version}" if version else name for name, version in packages.items()]
