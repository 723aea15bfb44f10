"""A package index in a folder: tiny wheels, written here, so that tests decide which versions there are."""

from __future__ import annotations

import zipfile
from pathlib import Path


def write_wheel(
    folder: Path, name: str, version: str, *, needs: tuple[str, ...] = (), code: str = "", licence: str = "MIT"
) -> None:
    """Write a wheel with one module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"]
    metadata += [f"License-Expression: {licence}\n"] if licence else []
    metadata += [f"Requires-Dist: {need}\n" for need in needs]
    files = {
        f"{module}.py": code or f"VERSION = {version!r}\n",
        f"{info}/METADATA": "".join(metadata),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
