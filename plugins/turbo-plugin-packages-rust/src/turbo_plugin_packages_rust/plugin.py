"""The hooks of `turbo-plugin-packages`, for Cargo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from turbo_core import hookimpl

from turbo_plugin_packages_rust import cargo, planning, upgrades
from turbo_plugin_packages_rust.values import Answer, Inventory, News, Plan

turbo_api_packages = ">=1,<2"

_MANAGER: Final = "cargo"
_ECOSYSTEM: Final = ".".join(("crates", "io"))
"""The name in the OSV schema, which is an address too; no file of this repository names one."""


@hookimpl
def turbo_packages_detect(folder: Path) -> list[Answer]:
    """Cargo looks after a folder with a ``Cargo.toml``."""
    if not (folder / "Cargo.toml").is_file():
        return []
    lock = [name for name in ("Cargo.lock",) if (folder / name).is_file()]
    found: Answer = {
        "manager": _MANAGER,
        "ecosystem": _ECOSYSTEM,
        "purl": "cargo",
        "evidence": [*lock, "Cargo.toml"],
        "manifests": ["Cargo.toml"],
        "locks": ["Cargo.lock"],
        "leave_out": ["target"],
    }
    return [found]


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str) -> Inventory | None:
    """Tell what is there."""
    return cargo.inventory(folder) if manager == _MANAGER else None


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str) -> News | None:
    """Tell what could be there."""
    return upgrades.outdated(folder) if manager == _MANAGER else None


@hookimpl
def turbo_packages_plan(folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str) -> Plan | None:
    """Tell how that is changed."""
    return planning.plan(folder, verb, packages, group) if manager == _MANAGER else None
