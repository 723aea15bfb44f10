"""What is asked for, and what would be done: the values that an installation is planned with. No I/O beyond names of folders."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName

from turbo_core.errors import UsageError
from turbo_core.registry.tool import Pin

ALGORITHM: Final = "sha256"
"""Of the hashes that a requirements file holds."""


class Change(Struct, frozen=True, kw_only=True):
    """One distribution that would be installed. ``before`` is the version that is there now; empty: none."""

    pin: Pin
    before: str
    hashes: tuple[str, ...]

    @property
    def line(self) -> str:
        """Its line in a requirements file."""
        return " ".join([str(self.pin), *(f"--hash={ALGORITHM}:{digest}" for digest in self.hashes)])


class Local(Struct, frozen=True, kw_only=True):
    """A project in a folder that would be built and installed."""

    folder: Path
    editable: bool
    pin: Pin
    before: str = ""
    needs: tuple[Requirement, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """What would be done. ``questions`` are for a person to answer before it is done."""

    changes: tuple[Change, ...] = ()
    folders: tuple[Local, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """All is there already."""
        return not self.changes and not self.folders

    @property
    def versions(self) -> dict[NormalizedName, str]:
        """The version of each distribution that would be installed."""
        pins = [change.pin for change in self.changes] + [local.pin for local in self.folders]
        return {pin.name: pin.version for pin in pins}


class Wanted(Struct, frozen=True, kw_only=True):
    """What a person asks for: a name, perhaps with versions, or the folder of a project."""

    text: str
    editable: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder that is meant; ``None``: a name."""
        path = Path(self.text).expanduser()
        return path.resolve() if self.editable or "/" in self.text or self.text in (".", "..") else None

    @property
    def requirement(self) -> Requirement:
        """The name with its versions.

        Raises:
            UsageError: it is none.
        """
        try:
            need = Requirement(self.text)
        except InvalidRequirement as error:
            step = "name it like turbo-plugin-git or 'turbo-plugin-git>=1,<2', or give a folder like ./my-plugin"
            raise UsageError(f"{self.text!r} is not the name of a plugin", next_step=step) from error
        if need.url:
            raise UsageError(f"{self.text!r} names an address", next_step="give a name, or a folder")
        return need
