"""``paper``: a package manager that is one file, with its driver, so that `packages.*` is tested without any ecosystem.

``paper.json`` holds what is needed (name → highest version, or nothing), ``paper.lock.json`` what was chosen, ``shelf.json`` what
there is: name → version → needs, licence. Each command but ``lock`` copies the lock file into ``modules/``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from turbo_core import hookimpl

turbo_api_packages = ">=1,<2"


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    return found


def write(file: Path, told: Mapping[str, Any]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")


@hookimpl
def turbo_packages_detect(folder: Path) -> list[dict[str, Any]]:
    if not (folder / "paper.json").is_file():
        return []
    return [
        {
            "manager": "paper",
            "ecosystem": "PyPI",
            "purl": "pypi",
            "evidence": ["paper.json"],
            "manifests": ["paper.json"],
            "locks": ["paper.lock.json"],
            "leave_out": ["modules"],
        }
    ]


@hookimpl
def turbo_packages_inventory(folder: Path, manager: str) -> dict[str, Any] | None:
    if manager != "paper":
        return None
    manifest, lock, shelf = (read(folder / name) for name in ("paper.json", "paper.lock.json", "shelf.json"))
    wants = manifest.get("needs", {})

    def need(name: str, highest: str) -> dict[str, Any]:
        met = name in lock and (not highest or numbers(lock[name]) <= numbers(highest))
        return {"name": name, "wants": f"<={highest}" if highest else "", "met": met}

    packages = [
        {
            "name": name,
            "version": version,
            "direct": name in wants,
            "licence": shelf[name][version].get("licence", ""),
            "needs": [need(*one) for one in shelf[name][version].get("needs", {}).items()],
        }
        for name, version in sorted(lock.items())
    ]
    named = [need(*one) for one in wants.items()]
    return {
        "packages": packages,
        "wants": named,
        "project": manifest.get("name", ""),
        "version": "1",
        "source": "paper.lock.json",
    }


@hookimpl
def turbo_packages_outdated(folder: Path, manager: str) -> dict[str, Any] | None:
    if manager != "paper":
        return None
    wants, lock, shelf = (
        read(folder / "paper.json").get("needs", {}),
        read(folder / "paper.lock.json"),
        read(folder / "shelf.json"),
    )
    newer = {
        name: sorted((one for one in shelf[name] if numbers(one) > numbers(version)), key=numbers)
        for name, version in lock.items()
    }
    packages = [
        {"name": name, "current": lock[name], "latest": versions[-1], "versions": versions, "direct": name in wants}
        for name, versions in newer.items()
        if versions
    ]
    return {"packages": packages}


@hookimpl
def turbo_packages_plan(folder: Path, manager: str, verb: str, packages: Mapping[str, str], group: str) -> dict[str, Any] | None:
    if manager != "paper":
        return None
    words = [f"{name}={version}" for name, version in packages.items()]
    return {"commands": [[sys.executable, __file__, verb, *words]]}


def main(verb: str, words: list[str]) -> None:
    """The manager itself, in the current folder."""
    here = Path.cwd()
    manifest, lock, shelf = (read(here / name) for name in ("paper.json", "paper.lock.json", "shelf.json"))
    for name, _, version in (word.partition("=") for word in words):
        if verb == "remove":
            del manifest["needs"][name], lock[name]
        else:
            lock[name] = version or max(shelf[name], key=numbers)
            if lock[name] not in shelf[name]:
                sys.exit(f"there is no {name} {version}")
            if verb == "add":
                manifest["needs"][name] = ""
    write(here / "paper.json", manifest)
    write(here / "paper.lock.json", lock)
    if verb != "lock":
        write(here / "modules" / "installed.json", lock)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
