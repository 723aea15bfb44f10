"""Tells by which commands of cargo a change is made."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from semver import Version
from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_packages_rust.cargo import LOCK
from turbo_plugin_packages_rust.running import ask, call
from turbo_plugin_packages_rust.values import Plan

_FLAGS: Final = {"main": [], "dev": ["--dev"], "build": ["--build"]}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How cargo makes a change.

    Raises:
        ActionFailed: cargo knows no such group, or a package is no need of the project.
        ActionUnavailable: cargo is not there.
    """
    commands = list(_commands(folder, verb, packages, group))
    # The manifests of members change too, and an undo has to know them.
    members = any(command[1] in ("add", "remove") and "--package" in command for command in commands)
    return {"commands": commands, "changes": _manifests(folder) if members else []}


def _commands(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Iterator[list[str]]:
    if verb == "install":
        yield ["cargo", "fetch", *(["--locked"] if (folder / LOCK).is_file() else [])]
    elif verb == "lock":
        yield ["cargo", "update", "--workspace"]
    elif verb == "add":
        yield from _add(packages, group)
    elif verb == "remove":
        yield from (["cargo", "remove", *place, name] for name in packages for place in _places(folder, name))
    elif packages:
        for name, version in packages.items():
            yield from _update(folder, name, version)
    else:
        yield ["cargo", "update"]


def _add(packages: Mapping[str, str], group: str) -> Iterator[list[str]]:
    if (group or "main") not in _FLAGS:
        raise ActionFailed(f"cargo has no group {group!r}", next_step=f"name one of {', '.join(_FLAGS)}")
    for name, version in packages.items():
        yield ["cargo", "add", *_FLAGS[group or "main"], f"{name}@{version}" if version else name]
        if version:
            yield _precise(_near(name, version), version)


def _update(folder: Path, name: str, version: str) -> Iterator[list[str]]:
    there = _there(folder, name)
    if not version:
        yield ["cargo", "update", *(f"{name}@{one}" for one in there)]
        return
    # Of several versions that are there, the nearest below is meant.
    below = [one for one in there if one <= Version.parse(version)] or there
    spec = f"{name}@{below[-1]}" if below else name
    if _fits(folder, _precise(spec, version)):
        yield _precise(spec, version)
        return
    for place in _places(folder, name):
        yield ["cargo", "add", *place, f"{name}@{version}"]
    yield _precise(_near(name, version), version)


def _fits(folder: Path, command: list[str]) -> bool:
    """Whether the manifests allow a version: cargo tries, and writes nothing."""
    try:
        call(*command, "--dry-run", folder=folder)
    except ActionUnavailable:
        raise
    except ActionFailed:
        return False
    return True


def _precise(spec: str, version: str) -> list[str]:
    return ["cargo", "update", spec, "--precise", version]


def _near(name: str, version: str) -> str:
    """The version of a package that is compatible with another, whichever it is: there is one at most."""
    want = Version.parse(version)
    part = f"{want.major}" if want.major else f"0.{want.minor}" if want.minor else version
    return f"{name}@{part}"


def _there(folder: Path, name: str) -> list[Version]:
    """The versions of a package in the lock file, the lowest first."""
    file = folder / LOCK
    if not file.is_file():
        return []
    packages = tomllib.loads(file.read_text(encoding="utf-8")).get("package", [])
    return sorted(Version.parse(one["version"]) for one in packages if one["name"] == name)


def _places(folder: Path, name: str) -> list[list[str]]:
    """Where the project names a package, as flags of ``cargo add`` and ``cargo remove``.

    Raises:
        ActionFailed: nowhere.
    """
    found = [_place(member, one) for member in _members(folder) for one in member["dependencies"] if one["name"] == name]
    if not found:
        step = "update the package that needs it"
        raise ActionFailed(f"{name} is no need of the project itself, and not free to have that version", next_step=step)
    return found


def _members(folder: Path) -> list[Mapping[str, Any]]:
    return list(ask("cargo", "metadata", "--format-version", "1", "--no-deps", folder=folder)["packages"])


def _manifests(folder: Path) -> list[str]:
    """Those of the members that lie in the folder, relative to it."""
    files = [Path(member["manifest_path"]) for member in _members(folder)]
    root = folder.resolve()
    return sorted(file.relative_to(root).as_posix() for file in files if file.is_relative_to(root))


def _place(member: Mapping[str, Any], need: Mapping[str, Any]) -> list[str]:
    target = ["--target", need["target"]] if need["target"] else []
    return ["--package", member["name"], *_FLAGS[need["kind"] or "main"], *target]
