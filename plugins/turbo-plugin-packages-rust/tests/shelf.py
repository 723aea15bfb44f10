"""A registry of a few small packages in a folder, as cargo reads it by ``local-registry``."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

PACKAGES: dict[str, dict[str, dict[str, str]]] = {
    "deep": {"0.9.0": {}, "1.0.0": {}, "1.0.1": {}},
    "left": {"1.0.0": {"deep": "1"}, "1.0.1": {"deep": "1"}, "1.1.0": {"deep": "1"}, "2.0.0": {"deep": "1"}, "3.0.0-rc.1": {}},
    "tool": {"0.1.0": {"deep": "0.9"}},
}
"""Name → version → what it needs. All names have four letters: the index is laid out by their length."""


def fill(folder: Path) -> None:
    """Write the registry."""
    for name, versions in PACKAGES.items():
        index = folder / "index" / name[:2] / name[2:] / name
        index.parent.mkdir(parents=True)
        index.write_text("".join(_entry(folder, name, version, needs) for version, needs in versions.items()))


def _entry(folder: Path, name: str, version: str, needs: dict[str, str]) -> str:
    crate = _crate(name, version, needs)
    (folder / f"{name}-{version}.crate").write_bytes(crate)
    deps: list[dict[str, object]] = [
        {
            "name": need,
            "req": f"^{wanted}",
            "features": [],
            "optional": False,
            "default_features": True,
            "target": None,
            "kind": "normal",
        }
        for need, wanted in needs.items()
    ]
    entry = {"name": name, "vers": version, "deps": deps, "features": {}, "yanked": False}
    return json.dumps(entry | {"cksum": hashlib.sha256(crate).hexdigest()}) + "\n"


def _crate(name: str, version: str, needs: dict[str, str]) -> bytes:
    about = f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\nlicense = "MIT OR Apache-2.0"\n'
    files = {"Cargo.toml": about + "[dependencies]\n" + "".join(f'{need} = "{wanted}"\n' for need, wanted in needs.items())}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for file, text in (files | {"src/lib.rs": ""}).items():
            entry = tarfile.TarInfo(f"{name}-{version}/{file}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()
