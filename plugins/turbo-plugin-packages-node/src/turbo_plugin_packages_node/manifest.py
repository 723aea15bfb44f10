"""Reads ``package.json``: what a project names itself. Starts nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from turbo_core import ActionFailed

GROUPS: Final = {
    "peerDependencies": "peer",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "dependencies": "main",
}
"""The keys of the manifest, and how their groups are called here. The last that names a package counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A ``package.json``.

    Attributes:
        name: of the project, or empty.
        version: likewise.
        wants: what it needs: name → group and range of versions.
        tool: ``packageManager``, such as ``pnpm@9.1.0``; or empty.
        workspaces: whether it is the root of several packages.
    """

    name: str
    version: str
    wants: dict[str, tuple[str, str]]
    tool: str
    workspaces: bool


def read(folder: Path) -> Manifest:
    """Read the manifest of a folder.

    Raises:
        ActionFailed: it is not there, or is no JSON object.
    """
    file = folder / "package.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ActionFailed(f"{file.name} cannot be read", where=str(file), why=str(error)) from error
    if not isinstance(found, dict):
        raise ActionFailed(f"{file.name} is no JSON object", where=str(file))
    return Manifest(
        name=_text(found.get("name")),
        version=_text(found.get("version")),
        wants=dict(_wants(found)),
        tool=_text(found.get("packageManager")),
        workspaces="workspaces" in found,
    )


def _wants(found: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for key, group in GROUPS.items():
        part = found.get(key)
        if isinstance(part, dict):
            yield from ((name, (group, _text(wanted))) for name, wanted in part.items())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
