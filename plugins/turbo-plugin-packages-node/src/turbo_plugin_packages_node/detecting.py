"""Tells from the files of a folder which manager looks after it, and which Yarn it is. Starts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from turbo_core import ActionFailed

from turbo_plugin_packages_node import manifest
from turbo_plugin_packages_node.values import Answer

_LOCKS: Final = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
}
_LOCK: Final = {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml"}
_MORE: Final = {"npm": (), "yarn": (".pnp.cjs", ".pnp.loader.mjs"), "pnpm": ()}


def managers(folder: Path) -> list[Answer]:
    """Who looks after the folder: whose lock file is there; without any, who is named in the manifest; else npm."""
    if not (folder / "package.json").is_file():
        return []
    found: dict[str, list[str]] = {}
    for file, manager in _LOCKS.items():
        if (folder / file).is_file():
            found.setdefault(manager, []).append(file)
    return [_answer(manager, files) for manager, files in (found or {_named(folder): []}).items()]


def modern(folder: Path) -> bool:
    """Whether it is Yarn 2 or later: its lock file, its settings or the manifest say so."""
    lock = folder / "yarn.lock"
    lines = lock.read_text(encoding="utf-8", errors="replace").splitlines() if lock.is_file() else []
    if any(line.startswith("__metadata:") for line in lines):
        return True
    return "# yarn lockfile v1" not in lines and ((folder / ".yarnrc.yml").is_file() or _major(folder) not in ("", "0", "1"))


def _named(folder: Path) -> str:
    try:
        name = manifest.read(folder).tool.partition("@")[0]
    except ActionFailed:
        return "npm"  # Whoever asks further is told what is wrong with the manifest.
    return name if name in _LOCK else "npm"


def _major(folder: Path) -> str:
    try:
        name, _, version = manifest.read(folder).tool.partition("@")
    except ActionFailed:
        return ""
    return version.partition(".")[0] if name == "yarn" else ""


def _answer(manager: str, files: list[str]) -> Answer:
    locks = [*files, *(() if files else (_LOCK[manager],)), *_MORE[manager]]
    return {
        "manager": manager,
        "ecosystem": "npm",
        "purl": "npm",
        "evidence": [*files, "package.json"],
        "manifests": ["package.json"],
        "locks": locks,
        "leave_out": ["node_modules"],
    }
