"""The hooks of `turbo-plugin-packages`, for Go modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from turbo_core import hookimpl

from turbo_plugin_packages_go import modules
from turbo_plugin_packages_go.values import Answer, Inventory, News, Plan

turbo_api_packages = ">=1,<2"

_MANAGER: Final = "go"


@hookimpl
def turbo_packages_detect(folder: Path) -> list[Answer]:
    """Go looks after a folder with a ``go.mod``."""
    if not (folder / "go.mod").is_file():
        return []
    found: Answer = {
        "manager": _MANAGER,
        "ecosystem": "Go",
        "purl": "golang",
        "evidence": ["go.mod", *(name for name in ("go.sum",) if (folder / name).is_file())],
        "manifests": ["go.mod"],
        "locks": ["go.sum"],
    }
    return [found]


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str) -> Inventory | None:
    """Tell what is there."""
    return modules.inventory(folder) if manager == _MANAGER else None


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str) -> News | None:
    """Tell what could be there."""
    return modules.outdated(folder) if manager == _MANAGER else None


@hookimpl
def turbo_packages_plan(folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str) -> Plan | None:
    """Tell how that is changed."""
    return modules.plan(folder, verb, packages, group) if manager == _MANAGER else None
