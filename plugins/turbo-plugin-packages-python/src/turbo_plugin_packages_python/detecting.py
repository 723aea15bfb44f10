"""By which files a manager is known. Looks at files only, and starts nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from turbo_core import ActionFailed

_LEAVE_OUT: Final = [".venv", "venv", "__pycache__"]


def detect(folder: Path) -> list[dict[str, Any]]:
    """Who looks after a folder, by files and tables; where there is no other, pip for a list, uv for a project."""
    project = pyproject(folder)
    tool = project.get("tool", {})
    uv = _manager("uv", _there(folder, "uv.lock", "pyproject.toml"), ["pyproject.toml"], ["uv.lock"])
    found = []
    if _there(folder, "uv.lock") or "uv" in tool:
        found.append(uv)
    if _there(folder, "poetry.lock") or "poetry" in tool:
        evidence = _there(folder, "poetry.lock", "pyproject.toml")
        found.append(_manager("poetry", evidence, ["pyproject.toml"], ["poetry.lock"]))
    if evidence := _there(folder, "Pipfile.lock", "Pipfile"):
        found.append(_manager("pipenv", evidence, ["Pipfile"], ["Pipfile.lock"]))
    if evidence := _there(folder, "environment.yml", "environment.yaml"):
        found.append(_manager("conda", evidence, evidence[:1], []) | {"ecosystem": "", "purl": "conda", "writes": False})
    if not found and (evidence := _there(folder, "requirements.txt")):
        found.append(_manager("pip", evidence, evidence, []))
    if not found and "project" in project:
        found.append(uv)
    return found


def pyproject(folder: Path) -> dict[str, Any]:
    """What ``pyproject.toml`` says; nothing if there is none."""
    return toml(folder / "pyproject.toml") if (folder / "pyproject.toml").is_file() else {}


def toml(file: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        ActionFailed: it cannot be read.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ActionFailed(f"{file.name} cannot be read", where=str(file), why=str(error), next_step="mend it") from error


def _there(folder: Path, *names: str) -> list[str]:
    return [name for name in names if (folder / name).is_file()]


def _manager(name: str, evidence: list[str], manifests: list[str], locks: list[str]) -> dict[str, Any]:
    return {
        "manager": name,
        "ecosystem": "PyPI",
        "purl": "pypi",
        "evidence": evidence,
        "manifests": manifests,
        "locks": locks,
        "leave_out": _LEAVE_OUT,
    }
