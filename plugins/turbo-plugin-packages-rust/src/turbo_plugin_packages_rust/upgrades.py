"""Finds newer versions, by letting cargo choose.

Cargo tells of newer versions only in words for people. So packages are resolved anew, outside of the project, under other
requirements; what cargo chose stands in a lock file. It is started in the folder of the project, so that its settings count.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from semver import Version
from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_packages_rust.cargo import CRATES, Crates, Id, crates
from turbo_plugin_packages_rust.running import call
from turbo_plugin_packages_rust.values import News, Outdated

Wish: TypeAlias = tuple[str, str]
"""The name of a package and a requirement."""

_MANIFEST: Final = """
[package]
name = "turbo-resolves"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"

[workspace]

[dependencies]
"""


def outdated(folder: Path) -> News:
    """Newer versions of all packages that come from the registry: the next to which patch, minor and major updates lead.

    Raises:
        ActionFailed: there is no lock file, or it does not fit the manifest.
        ActionUnavailable: cargo is not there.
    """
    found = crates(folder)
    asked = [name for name in found.foreign() if found.packages[name]["source"].startswith(CRATES)]
    unknown = [
        f"{_name(found, name)} comes from {found.packages[name]['source']}" for name in found.foreign() if name not in asked
    ]
    latest, failed = _round(folder, found, dict.fromkeys(asked, "*"))
    unknown += [f"{name}: {why}" for name, why in sorted(failed.items())]
    behind = [name for name in asked if latest.get(name)]
    within, _ = _round(folder, found, {name: _patch(_version(found, name)) for name in behind})
    below, _ = _round(folder, found, {name: _minor(_version(found, name)) for name in behind})
    wanted, _ = _round(folder, found, {name: _allowed(found, name) for name in behind})
    direct = found.direct()
    packages: list[Outdated] = []
    for name in sorted(behind):
        versions = {one for one in (within.get(name), below.get(name), wanted.get(name), latest[name]) if one}
        packages.append(
            {
                "name": _name(found, name),
                "current": str(_version(found, name)),
                "wanted": str(wanted.get(name) or _version(found, name)),
                "latest": str(latest[name]),
                "versions": [str(one) for one in sorted(versions)],
                "direct": name in direct,
            }
        )
    return {"packages": packages, "unknown": unknown}


def resolve(folder: Path, wishes: Iterable[Wish]) -> dict[str, list[Version]]:
    """The versions that cargo chooses for packages.

    Args:
        folder: whose settings count.
        wishes: the same package may be wished for in several ways.

    Raises:
        ActionFailed: they cannot be had, or not together.
    """
    with tempfile.TemporaryDirectory() as kept:
        scratch = Path(kept)
        needs = [f"p{at} = {_need(*wish)}\n" for at, wish in enumerate(dict.fromkeys(wishes))]
        (scratch / "Cargo.toml").write_text(_MANIFEST + "".join(needs), encoding="utf-8")
        (scratch / "lib.rs").touch()
        call("cargo", "generate-lockfile", "--quiet", "--manifest-path", str(scratch / "Cargo.toml"), folder=folder)
        return _chosen(tomllib.loads((scratch / "Cargo.lock").read_text(encoding="utf-8")))


def _round(folder: Path, found: Crates, wanted: Mapping[Id, str]) -> tuple[dict[Id, Version], dict[str, str]]:
    """What cargo chooses that is newer than what is there; and of which packages that is not known, and why."""
    versions, failed = _tolerant(folder, [(_name(found, name), need) for name, need in wanted.items()])
    newer: dict[Id, Version] = {}
    for name in wanted:
        current = _version(found, name)
        # Where several versions of a package are there, each has got its own: the nearest.
        nearest = min((one for one in versions.get(_name(found, name), ()) if one >= current), default=current)
        if nearest > current:
            newer[name] = nearest
    return newer, failed


def _tolerant(folder: Path, wishes: list[Wish]) -> tuple[dict[str, list[Version]], dict[str, str]]:
    """Resolve all at once; if that fails in halves, so that the guilty do not hide the others."""
    if not wishes:
        return {}, {}
    try:
        return resolve(folder, wishes), {}
    except ActionUnavailable:
        raise
    except ActionFailed as error:
        if len(wishes) == 1:
            return {}, {wishes[0][0]: str(error)}
    half = len(wishes) // 2
    (left, broken), (right, other) = _tolerant(folder, wishes[:half]), _tolerant(folder, wishes[half:])
    together = {name: sorted({*left.get(name, ()), *right.get(name, ())}) for name in {**left, **right}}
    return together, broken | other


def _need(name: str, wanted: str) -> str:
    # A JSON string is a TOML string too. Features would bring more packages, and say nothing about versions.
    return f"{{ package = {json.dumps(name)}, version = {json.dumps(wanted)}, default-features = false }}"


def _chosen(lock: Mapping[str, list[Mapping[str, object]]]) -> dict[str, list[Version]]:
    """What the scratch package itself needs; each need reads ``name``, or ``name version`` where there are several."""
    there = {str(one["name"]): str(one["version"]) for one in lock["package"]}
    (scratch,) = [one for one in lock["package"] if one["name"] == "turbo-resolves"]
    needs = scratch.get("dependencies", [])
    found: dict[str, list[Version]] = {}
    for need in needs if isinstance(needs, list) else ():
        name, _, version = str(need).partition(" ")
        found.setdefault(name, []).append(Version.parse(version.partition(" ")[0] or there[name]))
    return found


def _patch(version: Version) -> str:
    return f">={version}, <{version.major}.{version.minor + 1}.0"


def _minor(version: Version) -> str:
    return f">={version}, <{version.major + 1}.0.0"


def _allowed(found: Crates, name: Id) -> str:
    """All requirements that lead to this version of the package."""
    edges = (edge for edges in found.edges.values() for edge in edges if edge.target == name)
    return ", ".join(dict.fromkeys(edge.wants for edge in edges if edge.wants)) or "*"


def _name(found: Crates, name: Id) -> str:
    return str(found.packages[name]["name"])


def _version(found: Crates, name: Id) -> Version:
    return Version.parse(found.packages[name]["version"])
