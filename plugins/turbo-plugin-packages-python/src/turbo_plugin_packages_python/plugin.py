"""The hooks of `packages.*`: who looks after a folder, and which module answers for that manager."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from turbo_core import SettingsOffer, hookimpl

from turbo_plugin_packages_python import conda, pip, pipenv, poetry, uv
from turbo_plugin_packages_python.detecting import detect
from turbo_plugin_packages_python.settings import PythonSettings

turbo_api_packages = ">=1,<2"


class Driver(Protocol):
    """What the module of a manager has. `turbo_plugin_packages.plugin` tells what the functions mean."""

    def inventory(self, folder: Path, settings: PythonSettings) -> dict[str, Any]:
        """The packages, and which needs which."""

    def outdated(self, folder: Path, settings: PythonSettings) -> dict[str, Any]:
        """For which there are newer versions."""

    def plan(self, folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
        """How a change is made."""


DRIVERS: Final[Mapping[str, Driver]] = {"conda": conda, "pip": pip, "pipenv": pipenv, "poetry": poetry, "uv": uv}


@hookimpl
def turbo_register() -> list[SettingsOffer]:
    """Offer the settings."""
    return [SettingsOffer(name="packages_python", type=PythonSettings)]


@hookimpl
def turbo_packages_detect(folder: Path) -> list[dict[str, Any]]:
    """The managers of Python that look after a folder."""
    return detect(folder)


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str, settings: PythonSettings) -> dict[str, Any] | None:
    """The packages, and which needs which."""
    return DRIVERS[manager].inventory(folder, settings) if manager in DRIVERS else None


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str, settings: PythonSettings) -> dict[str, Any] | None:
    """For which packages there are newer versions."""
    return DRIVERS[manager].outdated(folder, settings) if manager in DRIVERS else None


@hookimpl
def turbo_packages_plan(
    folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str, settings: PythonSettings
) -> dict[str, Any] | None:
    """How a change is made."""
    return DRIVERS[manager].plan(folder, settings, verb, packages, group) if manager in DRIVERS else None
