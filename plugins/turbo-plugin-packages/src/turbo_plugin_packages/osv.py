"""What a record of a known vulnerability hits, by the OSV schema (https://ossf.github.io/osv-schema/). Pure; knows no manager."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final

_VERSIONS: Final = {
    "PyPI": "PypiVersion",
    "npm": "SemverVersion",
    "crates": "SemverVersion",
    "Maven": "MavenVersion",
    "Go": "SemverVersion",
}


def affected(record: Mapping[str, Any], ecosystem: str, name: str) -> Iterator[Mapping[str, Any]]:
    """What a record says of a package."""
    for told in record.get("affected", ()):
        package = told.get("package", {})
        same = short(package.get("ecosystem", "")) == ecosystem
        if same and normal(ecosystem, package.get("name", "")) == normal(ecosystem, name):
            yield told


def hits(told: Mapping[str, Any], ecosystem: str, version: str) -> bool:
    """Whether a version is among those that are affected (the evaluation that the schema prescribes).

    Raises:
        ValueError: the version cannot be compared.
    """
    if version in told.get("versions", ()):
        return True
    ranges = (one for one in told.get("ranges", ()) if one["type"] in ("ECOSYSTEM", "SEMVER"))
    return any(_within(one["events"], ecosystem, version) for one in ranges)


def fixes(told: Mapping[str, Any], ecosystem: str, version: str) -> list[str]:
    """The versions above this one in which a package is mended, oldest first."""
    try:
        here = comparable(ecosystem, version)
    except ValueError:
        return []
    events = [event for one in told.get("ranges", ()) if one["type"] in ("ECOSYSTEM", "SEMVER") for event in one["events"]]
    found = {event["fixed"] for event in events if "fixed" in event}
    above = [one for one in found if comparable(ecosystem, one) > here]
    return sorted(above, key=lambda one: comparable(ecosystem, one))


def comparable(ecosystem: str, version: str) -> Any:
    """A version that compares with others of its ecosystem.

    Raises:
        ValueError: it is none.
    """
    versions = import_module("univers.versions")
    name = _VERSIONS.get(ecosystem)
    if name is None:
        raise ValueError(f"versions of {ecosystem or 'this manager'} cannot be compared")
    return getattr(versions, name)(version.removeprefix("v") if ecosystem == "Go" else version)


def normal(ecosystem: str, name: str) -> str:
    """A name in the form in which it is compared (PEP 503 for Python)."""
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "PyPI" else name


def short(ecosystem: str) -> str:
    """``Maven:https://…`` is Maven, and what follows a dot is left out."""
    return ecosystem.partition(":")[0].partition(".")[0]


def _within(events: Iterable[Mapping[str, str]], ecosystem: str, version: str) -> bool:
    here = comparable(ecosystem, version)
    inside = False
    for kind, text in sorted(
        ((kind, text) for event in events for kind, text in event.items()), key=lambda one: _place(ecosystem, one)
    ):
        match kind:
            case "introduced" if text == "0" or here >= comparable(ecosystem, text):
                inside = True
            case "fixed" if here >= comparable(ecosystem, text):
                inside = False
            case "last_affected" if here > comparable(ecosystem, text):
                inside = False
    return inside


def _place(ecosystem: str, event: tuple[str, str]) -> tuple[bool, Any]:
    return (False, 0) if event[1] == "0" else (True, comparable(ecosystem, event[1]))
