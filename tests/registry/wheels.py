"""Wheels and projects made on the spot: small, real, and built without any tool or index."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent

ACTION = """
from turbo_core import Context, action

@action(risk={risk!r}, idempotent=True)
def act(context: Context) -> None:
    \"\"\"Act.\"\"\"
"""


def files_of(
    name: str,
    version: str = "1.0",
    *,
    requires: Iterable[str] = (),
    modules: Mapping[str, str] | None = None,
    points: Mapping[str, Mapping[str, str]] | None = None,
    metadata: str = "",
) -> dict[str, str]:
    """The files of a wheel, by their paths in it; RECORD comes last."""
    stem = name.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    files = {path: dedent(text) for path, text in (modules or {f"{stem}.py": f"version = {version!r}\n"}).items()}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}{needs}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if points:
        told = "".join(f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in each.items()) for group, each in points.items())
        files[f"{info}/entry_points.txt"] = told
    lines = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    return files


def plugin(name: str, version: str = "1.0", *, risk: str = "read", requires: Iterable[str] = ()) -> dict[str, str]:
    """The files of the wheel of ``turbo-plugin-NAME``, with one action."""
    module = f"turbo_plugin_{name}"
    return files_of(
        f"turbo-plugin-{name}",
        version,
        requires=["turbo-core>=0.1,<99", *requires],
        modules={f"{module}.py": ACTION.format(risk=risk)},
        points={"turbo.actions": {name: module}},
        metadata="Summary: It acts.\nLicense-Expression: MIT\nRequires-Python: >=3.11\n",
    )


def put(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files as an installer leaves them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def wheel(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files as a wheel; gives its path."""
    info = next(path for path in files if path.endswith(".dist-info/METADATA")).partition("/")[0]
    file = folder / f"{info.removesuffix('.dist-info')}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in files.items():
            # The same bytes each time: no time of day in it.
            archive.writestr(zipfile.ZipInfo(path), text)
    return file


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


BACKEND = """
import pathlib, sys
sys.path.insert(0, {tests!r})
from wheels import files_of, plugin, wheel

def build_wheel(to, config_settings=None, metadata_directory=None):
    return wheel(pathlib.Path(to), plugin({name!r}, {version!r}, requires={requires!r})).name

def build_editable(to, config_settings=None, metadata_directory=None):
    files = plugin({name!r}, {version!r}, requires={requires!r})
    here = pathlib.Path(__file__).parent
    for path in [path for path in files if path.endswith((".py", "RECORD"))]:
        del files[path]
    files["editable_{name}.pth"] = str(here) + "\\n"
    info = next(path for path in files if path.endswith("METADATA")).partition("/")[0]
    files[info + "/RECORD"] = "".join(path + ",,\\n" for path in [*files, info + "/RECORD"])
    return wheel(pathlib.Path(to), files).name
"""


def project(folder: Path, name: str, version: str = "1.0", *, requires: Iterable[str] = ()) -> Path:
    """A project that builds the wheel of ``turbo-plugin-NAME`` with a backend of its own: nothing has to be downloaded."""
    folder.mkdir(parents=True)
    backend = BACKEND.format(tests=str(Path(__file__).parent), name=name, version=version, requires=[*requires])
    (folder / "backend.py").write_text(backend)
    (folder / f"turbo_plugin_{name}.py").write_text(ACTION.format(risk="read"))
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        f'[project]\nname = "turbo-plugin-{name}"\nversion = "{version}"\n'
    )
    return folder
