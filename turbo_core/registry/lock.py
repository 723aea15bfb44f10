"""The project's lock, ``pylock.turbo.toml`` (PEP 751): the plugins of a project and all that they need, with hashes.

Owns the file. The host is not pinned as a package, since it is what reads the lock; its version stands in ``[tool.turbo]``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import tomlkit
from msgspec import Struct
from packaging.pylock import Package, PackageDirectory, PackageWheel, Pylock, PylockSelectError, PylockValidationError
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from turbo_core import __version__
from turbo_core.errors import InstallRefused
from turbo_core.plugins.names import CORE
from turbo_core.registry.installed import Environment, Origin, origin
from turbo_core.registry.plan import ALGORITHM, Change, Local, Plan
from turbo_core.registry.tool import Pin, Tool

FILE: Final = "pylock.turbo.toml"


class Written(Struct, frozen=True, kw_only=True):
    """A lock that was written; ``notes`` tell what could not be put in."""

    file: Path
    packages: int
    notes: tuple[str, ...] = ()


def read(project: Path) -> Pylock | None:
    """The lock of a project; ``None`` if it has none.

    Raises:
        InstallRefused: it is damaged.
    """
    file = project / FILE
    try:
        return Pylock.from_dict(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, PylockValidationError) as error:
        step = "write it anew: turbo plugin lock"
        raise InstallRefused("the lock cannot be read", where=str(file), why=str(error), next_step=step) from error


def write(project: Path, plugins: Iterable[str], environment: Environment, tool: Tool) -> Written:
    """Lock what is installed: these plugins, and what they need. What an older lock knows of the same versions is kept.

    Args:
        project: the project's root folder.
        plugins: the distributions to lock.
        environment: what is installed.
        tool: tells the wheels and hashes of what is not known.

    Raises:
        InstallRefused: the hashes of a wheel cannot be found out.
    """
    core = canonicalize_name(CORE)
    known = _known(project)
    packages: list[Package] = []
    notes: list[str] = []
    missing: list[Pin] = []
    for name in sorted(environment.closure(plugins, beyond={core}) - {core}):
        pin = Pin(name=name, version=environment.version(name))
        source = origin(environment.distributions[name])
        if source and source.folder:
            packages.append(_directory(pin, source, source.folder, project))
        elif source:
            notes.append(f"{pin} is not in the lock: it was installed from {source.address}")
        elif pin in known:
            packages.append(known[pin])
        else:
            missing.append(pin)
    packages += _looked_up(missing, tool)
    file = project / FILE
    lock = Pylock(
        lock_version=Version("1.0"),
        created_by=CORE,
        packages=sorted(packages, key=lambda package: package.name),
        tool={"turbo": {"host": __version__}},
    )
    lock.validate()
    text = tomlkit.dumps(lock.to_dict())
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
    return Written(file=file, packages=len(packages), notes=tuple(notes))


def hashes(lock: Pylock | None) -> dict[tuple[NormalizedName, str], tuple[str, ...]]:
    """The hashes that a lock holds, by name and version."""
    packages = lock.packages if lock else ()
    return {(package.name, str(package.version)): _sums(package.wheels or ()) for package in packages if package.wheels}


def plan(lock: Pylock, project: Path, environment: Environment) -> Plan:
    """What would be installed, so that all is as the lock says.

    Raises:
        InstallRefused: a package of the lock has no wheel for this machine, or its versions would break what is installed.
    """
    found = _differing(lock, project, environment)
    broken = environment.broken_by(found.versions)
    if broken:
        step = "write the lock anew: turbo plugin lock; nothing was changed"
        raise InstallRefused("the lock would break what is installed", why="\n".join(map(str, broken)), next_step=step)
    return found


def differences(lock: Pylock, project: Path, environment: Environment) -> list[str]:
    """What is installed in another way than the lock says; one sentence each."""
    told = []
    host = (lock.tool or {}).get("turbo", {}).get("host", __version__)
    if host != __version__:
        told.append(f"the lock was made for turbo-core {host}, and this is {__version__}")
    found = _differing(lock, project, environment)
    told += [_difference(change.pin, change.before) for change in found.changes]
    told += [_difference(local.pin, local.before) for local in found.folders]
    return told


def _difference(pin: Pin, before: str) -> str:
    elsewhere = " from elsewhere" if before == pin.version else ""
    return f"the lock has {pin}, and {before or 'no version'} is installed{elsewhere}"


def _differing(lock: Pylock, project: Path, environment: Environment) -> Plan:
    changes: list[Change] = []
    folders: list[Local] = []
    try:
        selected = [*lock.select()]
    except PylockSelectError as error:
        raise InstallRefused("the lock does not fit this machine", where=str(project / FILE), why=str(error)) from error
    for package, source in selected:
        pin = Pin(name=package.name, version=str(package.version))
        before = environment.version(package.name)
        if isinstance(source, PackageDirectory):
            folder = (project / source.path).resolve()
            if not _is_from(folder, source, environment, pin):
                folders.append(Local(folder=folder, editable=bool(source.editable), pin=pin, before=before))
        elif before != pin.version:
            changes.append(Change(pin=pin, before=before, hashes=_sums(package.wheels or ())))
    return Plan(changes=tuple(changes), folders=tuple(folders))


def _is_from(folder: Path, source: PackageDirectory, environment: Environment, pin: Pin) -> bool:
    distribution = environment.distributions.get(pin.name)
    found = origin(distribution) if distribution else None
    return found is not None and found.folder == folder and found.editable == bool(source.editable)


def _known(project: Path) -> Mapping[Pin, Package]:
    try:
        lock = read(project)
    except InstallRefused:
        return {}
    packages = lock.packages if lock else ()
    return {Pin(name=package.name, version=str(package.version)): package for package in packages if package.wheels}


def _directory(pin: Pin, source: Origin, folder: Path, project: Path) -> Package:
    # Relative, so that a clone finds the folder too.
    path = Path(os.path.relpath(folder, project)).as_posix()
    return Package(
        name=pin.name, version=Version(pin.version), directory=PackageDirectory(path=path, editable=source.editable or None)
    )


def _looked_up(pins: Sequence[Pin], tool: Tool) -> list[Package]:
    wheels = tool.wheels(pins) if pins else {}
    for pin in pins:
        if not wheels.get(pin.name):
            raise InstallRefused(f"{pin} cannot be locked", why="no wheel of it is offered")
    return [Package(name=pin.name, version=Version(pin.version), wheels=wheels[pin.name]) for pin in pins]


def _sums(wheels: Iterable[PackageWheel]) -> tuple[str, ...]:
    return tuple(sorted(wheel.hashes[ALGORITHM] for wheel in wheels if ALGORITHM in wheel.hashes))
