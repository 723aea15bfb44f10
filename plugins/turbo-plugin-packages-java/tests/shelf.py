"""A repository of a few small artifacts in a folder, as Maven reads it by ``file://``."""

from __future__ import annotations

import zipfile
from pathlib import Path

ARTIFACTS: dict[str, dict[str, tuple[str, ...]]] = {
    "deep": {"1.0.0": (), "1.0.1": ()},
    "left": {"1.0.0": ("deep",), "1.0.1": ("deep",), "1.1.0": ("deep",), "2.0.0-rc1": (), "2.0.0": (), "3-alpha-1": ()},
}
"""Artifact of ``org.example`` → version → what it needs, in version 1.0.0."""


def dependency(artifact: str, version: str, more: str = "") -> str:
    """A need, as a manifest writes it."""
    name = f"<groupId>org.example</groupId><artifactId>{artifact}</artifactId>"
    return f"<dependency>{name}<version>{version}</version>{more}</dependency>"


def fill(folder: Path) -> None:
    """Write the repository."""
    for artifact, versions in ARTIFACTS.items():
        place = folder / "org" / "example" / artifact
        for version, needs in versions.items():
            (place / version).mkdir(parents=True)
            about = f"<groupId>org.example</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
            listed = "".join(dependency(need, "1.0.0") for need in needs)
            pom = f"<project><modelVersion>4.0.0</modelVersion>{about}<dependencies>{listed}</dependencies></project>"
            (place / version / f"{artifact}-{version}.pom").write_text(pom)
            with zipfile.ZipFile(place / version / f"{artifact}-{version}.jar", "w") as archive:
                archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        listed = "".join(f"<version>{version}</version>" for version in versions)
        names = f"<groupId>org.example</groupId><artifactId>{artifact}</artifactId>"
        metadata = f"<metadata>{names}<versioning><versions>{listed}</versions></versioning></metadata>"
        (place / "maven-metadata.xml").write_text(metadata)
