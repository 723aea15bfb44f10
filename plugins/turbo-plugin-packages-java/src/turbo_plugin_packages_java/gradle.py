"""Gradle: its lock files and its version catalog. Only reads; starts nothing, because a build is a program."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from turbo_core import ActionFailed

from turbo_plugin_packages_java.graph import Graph
from turbo_plugin_packages_java.values import Inventory, News

LOCK: Final = "gradle.lockfile"
CATALOG: Final = "gradle/libs.versions.toml"
_NOT_OURS: Final = frozenset(("build", ".gradle", ".git", "node_modules"))


def inventory(folder: Path) -> Inventory:
    """What the lock files of all projects say, and the version catalog.

    Raises:
        ActionFailed: a file cannot be understood.
    """
    wants = dict(_wants(folder / CATALOG))
    graph = Graph()
    files = _locks(folder)
    for file in files:
        for name, version, group in _locked(file):
            graph.add((name, version), group, direct=name in wants)
    return {
        "packages": graph.packages(),
        "project": "",
        "version": "",
        "wants": [{"name": name, "wants": wanted} for name, wanted in sorted(wants.items())],
        "source": LOCK,
        "unknown": list(_unknown(bool(files), bool(wants))),
    }


def outdated(folder: Path) -> News:
    """Nothing: Gradle itself does not tell."""
    return {"packages": [], "unknown": ["Gradle does not tell of newer versions; a plugin of the build may"]}


def _unknown(locked: bool, catalog: bool) -> Iterator[str]:
    if locked:
        yield "the lock files of Gradle do not say which package needs which, nor their licences"
    else:
        yield f"there is no {LOCK}: lock the configurations, and run: gradle dependencies --write-locks"
    if not catalog:
        yield f"there is no {CATALOG}, so it is not known which packages the build itself names"


def _locks(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob(LOCK) if not _NOT_OURS & set(file.relative_to(folder).parts))


def _locked(file: Path) -> Iterator[tuple[str, str, str]]:
    """Of each line ``group:artifact:1.0=compileClasspath,testCompileClasspath`` the package, its version and group."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        what, found, where = line.partition("=")
        if line.startswith("#") or not line.strip() or what == "empty":
            continue
        if not found or what.count(":") != 2:
            raise ActionFailed("this line is not one of a lock file of Gradle", where=f"{file}:{number}", why=line)
        name, _, version = what.rpartition(":")
        yield name, version, "dev" if all(one.startswith("test") for one in where.split(",")) else "main"


def _wants(file: Path) -> Iterator[tuple[str, str]]:
    """What the catalog lists, with the versions as far as it says them."""
    if not file.is_file():
        return
    try:
        catalog = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ActionFailed(f"{file.name} cannot be read", where=str(file), why=str(error)) from error
    versions = catalog.get("versions", {})
    for one in catalog.get("libraries", {}).values():
        if isinstance(one, str):
            name, _, version = one.rpartition(":")
            yield name, version
        else:
            yield one.get("module") or f"{one['group']}:{one['name']}", _version(one.get("version", ""), versions)


def _version(said: str | Mapping[str, Any], versions: Mapping[str, Any]) -> str:
    """A version, a reference to one, or a rich one, of which the strictest part counts."""
    if isinstance(said, Mapping):
        if "ref" in said:
            return _version(versions.get(said["ref"], ""), {})
        return str(said.get("strictly") or said.get("require") or said.get("prefer") or "")
    return said
