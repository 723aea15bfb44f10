"""conda, to read only: what an environment holds, by the records that conda keeps in it, or by ``conda list --json``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from turbo_core import ActionFailed

from turbo_plugin_packages_python.running import call, read_json
from turbo_plugin_packages_python.settings import PythonSettings


def inventory(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """The environment below the folder with its needs and licences; else that of the file's name, without them."""
    direct = _direct(folder)
    records = [read_json(file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*/conda-meta/*.json"))]
    if records:
        return _answer(records, direct, source="conda-meta", unknown=())
    listed = read_json("conda", call(settings.conda, "list", "--json", "--name", _name(folder), folder=folder))
    return _answer(listed, direct, source="conda list", unknown=("licences and needs: conda list does not tell them",))


def outdated(folder: Path, settings: PythonSettings) -> dict[str, Any]:
    """Nothing, and why."""
    return {"packages": [], "unknown": ["newer versions of conda packages are not looked for"]}


def plan(folder: Path, settings: PythonSettings, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any]:
    """None.

    Raises:
        ActionFailed: always.
    """
    raise ActionFailed("the driver of conda only reads", next_step="use conda itself")


def _answer(records: list[Mapping[str, Any]], direct: set[str], *, source: str, unknown: tuple[str, ...]) -> dict[str, Any]:
    names = {one["name"] for one in records}
    packages = [
        {
            "name": one["name"],
            "version": one["version"],
            "direct": one["name"] in direct,
            "licence": one.get("license") or "",
            "needs": [need for text in one.get("depends", ()) if (need := _need(text))["name"] in names],
        }
        for one in records
    ]
    wants = [{"name": name, "met": name in names} for name in sorted(direct)]
    return {"packages": packages, "wants": wants, "source": source, "unknown": unknown}


def _need(text: str) -> dict[str, str]:
    """``NAME VERSIONS BUILD``, as a record names what it depends on."""
    name, _, rest = text.partition(" ")
    return {"name": name, "wants": rest.partition(" ")[0]}


def _told(folder: Path) -> Mapping[str, Any]:
    file = next(one for name in ("environment.yml", "environment.yaml") if (one := folder / name).is_file())
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read if isinstance(read, Mapping) else {}


def _name(folder: Path) -> str:
    return str(_told(folder).get("name", folder.name))


def _direct(folder: Path) -> set[str]:
    """The names before any range: ``numpy>=1``, ``numpy =1.26``, ``channel::numpy``."""
    texts = [one for one in _told(folder).get("dependencies", []) if isinstance(one, str)]
    return {text.rpartition("::")[2].translate(str.maketrans("<>=!~[", "      ")).split()[0] for text in texts}
