"""What is installed in an environment: names, versions, licences, needs. Read from the metadata of the packages; runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

CLASSIFIERS: Final[Mapping[str, str]] = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD License",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Zope Public License": "ZPL-2.1",
}
"""Classifiers of licences (the list "trove classifiers"), and what they mean in SPDX. One that means several stays."""

_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A package that is installed. ``requires`` are its needs where it is, without those of extras."""

    name: str
    version: str
    licence: str
    requires: tuple[Requirement, ...]


def python_of(folder: Path) -> Path | None:
    """The Python of the project's own environment, ``.venv`` or ``venv``."""
    found = [folder / name / "bin" / "python" for name in (".venv", "venv")]
    return next((python for python in found if python.exists()), None)


def installed(folder: Path) -> dict[str, Installed]:
    """What is in the project's own environment, by normal name; nothing if it has none."""
    python = python_of(folder)
    if python is None:
        return {}
    sites = [str(site) for site in sorted(python.parent.parent.glob("lib/python3*/site-packages"))]
    found = (_read(one.metadata.json) for one in metadata.distributions(path=sites))
    return {one.name: one for one in found}


def _read(told: Mapping[str, str | list[str]]) -> Installed:
    return Installed(
        name=canonicalize_name(str(told.get("name", ""))),
        version=str(told.get("version", "")),
        licence=licence(told),
        requires=tuple(required([*told.get("requires_dist", ())])),
    )


def required(texts: list[str]) -> list[Requirement]:
    """Those requirements that hold here, without extras. What is no requirement is left out, as installers do."""
    found = []
    for text in texts:
        try:
            one = Requirement(text)
        except InvalidRequirement:
            continue
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            found.append(one)
    return found


def licence(told: Mapping[str, str | list[str]]) -> str:
    """The licence that metadata tell: the expression, else a short text, else what the classifiers mean; empty if nothing.

    Args:
        told: core metadata as JSON (PEP 566).
    """
    expression, text = str(told.get("license_expression", "")), str(told.get("license", "")).strip()
    classifiers = [one for one in told.get("classifier", []) if one.startswith("License ::")]
    named = [one.rpartition(" :: ")[2] for one in classifiers]
    meant = [CLASSIFIERS.get(one, one) for one in named if one != "OSI Approved"]
    short = text if text and "\n" not in text and len(text) <= _LONGEST and text != "UNKNOWN" else ""
    return (
        expression or (meant[0] if len(meant) == 1 and meant[0] in CLASSIFIERS.values() else "") or short or " AND ".join(meant)
    )
