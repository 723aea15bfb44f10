"""The hooks that drivers implement, offered to other plugins. A driver teaches one or more package managers to `packages.*`.

A driver is a plugin of its own. It depends on ``turbo-core`` only, imports nothing from here, and says which version of these
hooks it fits::

    turbo_api_packages = ">=1,<2"

    @hookimpl
    def turbo_packages_detect(folder: Path) -> list[dict[str, object]]:
        if not (folder / "Cargo.lock").is_file():
            return []
        return [{"manager": "cargo", "ecosystem": "crates", "purl": "cargo", "evidence": ["Cargo.lock"],
                 "manifests": ["Cargo.toml"], "locks": ["Cargo.lock"], "leave_out": ["target"]}]

Answers are JSON values: objects with the fields of the classes in `turbo_plugin_packages.values`, which check them. A field that
has a default may be left out; one that is not known there is refused, by name. The other three hooks are asked with the name of
a manager; a driver answers ``None`` to one that is not its own.

Rules for drivers:

- Ask the tool's own output for machines (JSON, TOML), or read the lock file; never take apart what is written for people.
- `detect` looks at files only: it starts nothing, and works where the tool is not installed.
- `inventory` and `outdated` change nothing in the folder. What they do not know they leave empty, and say why in ``unknown``.
- `plan` acts on nothing: it gives commands and new texts of files, and the plugin carries them out: in a scratch copy of the
  project, or in the project itself, with an undo.
- Raise `ActionUnavailable` if the tool is not there, `ActionFailed` if it failed, with what it wrote last.
- A driver that reads only gives ``"writes": False`` in `detect`, and is never asked for a plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from turbo_core import SettingsOffer, SpecOffer, hookimpl, hookspec

from turbo_plugin_packages.settings import PackageSettings

VERSION = "1.0.0"
"""The version of the hooks (SemVer): arguments and fields are only added within 1."""


class Specs:
    """What a driver implements; all four."""

    @hookspec
    def turbo_packages_detect(self, folder: Path) -> Sequence[Mapping[str, object]] | None:
        """Tell which package managers look after a folder.

        Args:
            folder: absolute.

        Returns:
            An object with the fields of `Manager` for each; none if the folder is no project of the driver's.
        """
        raise AssertionError("a specification is never called")

    @hookspec
    def turbo_packages_inventory(self, folder: Path, manager: str) -> Mapping[str, object] | None:
        """Tell which packages the project has, and which needs which: from the lock file, or from what is installed.

        Args:
            folder: absolute.
            manager: the name that `detect` gave.

        Returns:
            An object with the fields of `Inventory`; ``None`` if the manager is not the driver's.
        """
        raise AssertionError("a specification is never called")

    @hookspec
    def turbo_packages_outdated(self, folder: Path, manager: str) -> Mapping[str, object] | None:
        """Tell for which packages there are newer versions.

        Args:
            folder: absolute.
            manager: the name that `detect` gave.

        Returns:
            An object with the fields of `News`; ``None`` if the manager is not the driver's.
        """
        raise AssertionError("a specification is never called")

    @hookspec
    def turbo_packages_plan(
        self, folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str
    ) -> Mapping[str, object] | None:
        """Tell how a change is made, and make none.

        Args:
            folder: absolute; also a scratch copy of a project, without what ``leave_out`` names.
            manager: the name that `detect` gave.
            verb: ``install`` (what the lock file says; makes what was left out), ``add``, ``remove``, ``update`` (also of
                packages that are not direct needs), ``lock`` (resolve anew as little as possible).
            packages: for ``add``, ``remove`` and ``update``: name → the version that it shall have, exactly; empty is for the
                manager to choose. An update whose version the manifest does not allow changes the manifest. An update of
                nothing is one of everything, within what the manifest allows.
            group: of ``add`` and ``remove``: ``dev`` for what only development needs, or a name that the manager knows.

        Returns:
            An object with the fields of `Plan`; ``None`` if the manager is not the driver's.
        """
        raise AssertionError("a specification is never called")


@hookimpl
def turbo_register() -> list[SpecOffer | SettingsOffer]:
    """Bring the hooks, and offer the settings."""
    return [SpecOffer(namespace="packages", version=VERSION, specs=Specs), SettingsOffer(name="packages", type=PackageSettings)]
