"""A proxy of a few small modules in a folder, as go reads it by ``GOPROXY=file:///…``."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

MODULES: dict[str, dict[str, dict[str, str]]] = {
    "example.org/deep": {"v1.0.0": {}, "v1.0.1": {}},
    "example.org/left": {
        "v1.0.0": {"example.org/deep": "v1.0.0"},
        "v1.0.1": {"example.org/deep": "v1.0.0"},
        "v1.1.0": {"example.org/deep": "v1.0.1"},
        "v1.2.0-rc.1": {},
    },
    "example.org/other": {"v0.1.0": {}},
}
"""Path → version → what it needs."""


def fill(folder: Path) -> None:
    """Write the proxy."""
    for path, versions in MODULES.items():
        place = folder / path / "@v"
        place.mkdir(parents=True)
        (place / "list").write_text("\n".join(versions))
        for version, needs in versions.items():
            _write(place, path, version, needs)


def _write(place: Path, path: str, version: str, needs: dict[str, str]) -> None:
    manifest = f"module {path}\n\ngo 1.18\n" + "".join(f"\nrequire {need} {wanted}\n" for need, wanted in needs.items())
    source = f"package {path.rpartition('/')[2]}\n\n" + "".join(f'import _ "{need}"\n' for need in needs)
    (place / f"{version}.mod").write_text(manifest)
    (place / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2020-01-01T00:00:00Z"}))
    with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
        archive.writestr(f"{path}@{version}/go.mod", manifest)
        archive.writestr(f"{path}@{version}/source.go", f"{source}\nfunc Version() string {{ return {json.dumps(version)} }}\n")
