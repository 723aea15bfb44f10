"""The hooks of `turbo-plugin-packages`, for npm, Yarn and pnpm. Finds out who is meant, and hands on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from turbo_core import hookimpl

from turbo_plugin_packages_node import berry, npm, pnpm, yarn
from turbo_plugin_packages_node.detecting import managers, modern
from turbo_plugin_packages_node.values import Answer, Inventory, News, Plan

turbo_api_packages = ">=1,<2"


class Driver(Protocol):
    """What each module of a manager offers."""

    def inventory(self, folder: Path) -> Inventory:
        """What is there."""

    def outdated(self, folder: Path) -> News:
        """What could be there."""

    def plan(self, folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
        """How that is changed."""


@hookimpl
def turbo_packages_detect(folder: Path) -> list[Answer]:
    """Tell who looks after the folder."""
    return managers(folder)


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str) -> Inventory | None:
    """Tell what is there."""
    driver = _driver(folder, manager)
    return driver.inventory(folder) if driver else None


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str) -> News | None:
    """Tell what could be there."""
    driver = _driver(folder, manager)
    return driver.outdated(folder) if driver else None


@hookimpl
def turbo_packages_plan(folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str) -> Plan | None:
    """Tell how that is changed."""
    driver = _driver(folder, manager)
    return driver.plan(folder, verb, packages, group) if driver else None


def _driver(folder: Path, manager: str) -> Driver | None:
    drivers: dict[str, Driver] = {"npm": npm, "pnpm": pnpm, "yarn": berry if modern(folder) else yarn}
    return drivers.get(manager)
