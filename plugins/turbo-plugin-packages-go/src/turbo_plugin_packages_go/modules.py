"""Go modules: ``go list -m -json``, ``go mod graph`` and ``go mod edit -json``.

In Go a manifest names the least version of each module, and the greatest of all that are named is taken. So there is one version
of each module, and every newer one of the same path is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from semver import Version
from turbo_core import ActionFailed

from turbo_plugin_packages_go.running import call, values
from turbo_plugin_packages_go.values import Answer, Inventory, News, Outdated, Plan

_READ: Final = "-mod=readonly"
"""Neither mends the manifest, nor trusts the folder `vendor`, which does not tell all."""
_TOOLS: Final = ("go", "toolchain")
"""What `go mod graph` tells of the language, and not of modules."""


def inventory(folder: Path) -> Inventory:
    """All modules that the build list has.

    Raises:
        ActionFailed: go failed, for example because `go.sum` is not complete.
        ActionUnavailable: go is not there.
    """
    found = _modules(folder)
    (main,) = [one for one in found if one.get("Main")]
    others = {one["Path"]: one for one in found if not one.get("Main")}
    needs: dict[str, list[Answer]] = {}
    for owner, version, target, wants in _edges(folder):
        # The graph also has versions that were not taken; what those need does not count.
        if target in others and _taken(owner, version, main, others):
            needs.setdefault(owner, []).append({"name": target, "wants": wants})
    packages = [_package(one, needs.get(path, [])) for path, one in sorted(others.items())]
    return {
        "packages": packages,
        "project": main["Path"],
        "version": "",
        "wants": sorted(_wants(folder), key=lambda one: str(one["name"])),
        "source": "go.mod",
        "unknown": [f"{path} is replaced by the folder {one['Replace']['Path']}" for path, one in others.items() if _local(one)],
    }


def outdated(folder: Path) -> News:
    """Newer releases of all modules, with the same path: another major version is another module.

    Raises:
        ActionFailed: go failed.
        ActionUnavailable: go is not there.
    """
    here = [one for one in _modules(folder) if not one.get("Main")]
    # The module itself may be known to no proxy, so the others are named.
    asked = [one["Path"] for one in here if not one.get("Replace")]
    told = values("go", "list", _READ, "-e", "-m", "-u", "-versions", "-json", *asked, folder=folder) if asked else ()
    packages: list[Outdated] = []
    unknown = [f"{one['Path']} is replaced by {one['Replace']['Path']}" for one in here if one.get("Replace")]
    for one in told:
        if "Error" in one:
            unknown.append(f"{one['Path']}: {one['Error']['Err']}")
        newer = _newer([*one.get("Versions", ()), one.get("Update", {}).get("Version", "")], one.get("Version", ""))
        if newer:
            packages.append(_news(one, newer))
    return {"packages": packages, "unknown": unknown}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How go makes a change.

    Raises:
        ActionFailed: a group is wanted, and Go has none.
    """
    if group not in ("", "main"):
        raise ActionFailed(f"Go has no group {group!r}", next_step="leave it out: what tests need stands beside the rest")
    vendor = [["go", "mod", "vendor"]] if (folder / "vendor" / "modules.txt").is_file() else []
    return {"commands": [*_commands(verb, packages), *vendor]}


def _commands(verb: str, packages: Mapping[str, str]) -> list[list[str]]:
    tidy = ["go", "mod", "tidy"]
    if verb == "install":
        return [["go", "mod", "download"]]
    if verb == "lock":
        return [tidy]
    if verb == "remove":
        return [["go", "get", *(f"{path}@none" for path in packages)], tidy]
    named = ["go", "get", *(f"{path}@{version or 'upgrade'}" for path, version in packages.items())]
    if verb == "add":
        return [named]  # Tidying would remove what no file imports yet.
    return [named if packages else ["go", "get", "-u", "-t", "./..."], tidy]


def _modules(folder: Path) -> list[Mapping[str, Any]]:
    return list(values("go", "list", _READ, "-m", "-json", "all", folder=folder))


def _edges(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Of each line ``owner@v1.0.0 target@v1.1.0`` the four parts; the main module has no version."""
    for line in call("go", "mod", "graph", folder=folder).splitlines():
        owner, target = (part.partition("@") for part in line.split())
        if target[0] not in _TOOLS:
            yield owner[0], owner[2], target[0], target[2]


def _taken(owner: str, version: str, main: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> bool:
    return bool(owner == main["Path"] or (owner in others and others[owner].get("Version", "") == version))


def _wants(folder: Path) -> Iterator[Answer]:
    """What the manifest names for the project's own sake."""
    (manifest,) = values("go", "mod", "edit", "-json", folder=folder)
    for one in manifest["Require"] or ():
        if not one.get("Indirect"):
            yield {"name": one["Path"], "wants": one["Version"]}


def _package(one: Mapping[str, Any], needs: list[Answer]) -> Answer:
    used = one.get("Replace") or one
    version = used.get("Version") or one.get("Version", "")
    return {"name": one["Path"], "version": version, "direct": not one.get("Indirect"), "needs": needs}


def _local(one: Mapping[str, Any]) -> bool:
    return bool(one.get("Replace")) and not one["Replace"].get("Version")


def _news(one: Mapping[str, Any], newer: list[str]) -> Outdated:
    return {
        "name": one["Path"],
        "current": one["Version"],
        "wanted": newer[-1],
        "latest": newer[-1],
        "versions": newer,
        "direct": not one.get("Indirect"),
    }


def _newer(versions: Iterable[str], current: str) -> list[str]:
    """Releases that are newer, the oldest first. All versions begin with ``v``."""
    if not Version.is_valid(current[1:]):
        return []
    found = {Version.parse(one[1:]): one for one in versions if Version.is_valid(one[1:])}
    least = Version.parse(current[1:])
    return [name for version, name in sorted(found.items()) if version > least and not version.prerelease]
