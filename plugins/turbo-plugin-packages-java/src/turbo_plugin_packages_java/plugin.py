"""The hooks of `turbo-plugin-packages`, for Maven, and for the lock files of Gradle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from turbo_core import hookimpl

from turbo_plugin_packages_java import gradle, maven, planning
from turbo_plugin_packages_java.values import Answer, Inventory, News, Plan

turbo_api_packages = ">=1,<2"

_BUILDS: Final = ("settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts")


@hookimpl
def turbo_packages_detect(folder: Path) -> list[Answer]:
    """Maven looks after a folder with a ``pom.xml``, Gradle after one with its settings or its build."""
    return list(_managers(folder))


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str) -> Inventory | None:
    """Tell what is there."""
    return {"maven": maven.inventory, "gradle": gradle.inventory}[manager](folder) if manager in ("maven", "gradle") else None


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str) -> News | None:
    """Tell what could be there."""
    return {"maven": maven.outdated, "gradle": gradle.outdated}[manager](folder) if manager in ("maven", "gradle") else None


@hookimpl
def turbo_packages_plan(folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str) -> Plan | None:
    """Tell how that is changed."""
    return planning.plan(folder, verb, packages, group) if manager == "maven" else None


def _managers(folder: Path) -> Iterator[Answer]:
    common: Answer = {"ecosystem": "Maven", "purl": "maven"}
    if (folder / "pom.xml").is_file():
        yield common | {"manager": "maven", "evidence": ["pom.xml"], "manifests": ["pom.xml"], "leave_out": ["target"]}
    builds = [name for name in _BUILDS if (folder / name).is_file()]
    if builds:
        locks = [name for name in (gradle.LOCK, gradle.CATALOG) if (folder / name).is_file()]
        about: Answer = {"manager": "gradle", "evidence": [*builds, *locks], "manifests": builds, "locks": [gradle.LOCK]}
        yield common | about | {"leave_out": ["build", ".gradle"], "writes": False}
