"""What drivers tell of packages, as values. Owns their fields; knows no manager, and does no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal, TypeAlias

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
"""Has pydantic refuse fields that are not here."""

Verb: TypeAlias = Literal["install", "add", "remove", "update", "lock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """A package manager that looks after a folder. Paths are relative to the folder.

    Attributes:
        manager: its name: ``uv``, ``npm``, ``cargo``.
        ecosystem: ``PyPI``, ``npm``, ``crates``, ``Maven`` or ``Go``, as in the OSV schema but for the dot and what follows it.
        purl: the type in package URLs: ``pypi``, ``npm``, ``cargo``, ``maven``, ``golang``.
        evidence: the files by which it is known, the most telling first.
        manifests: the files in which people write what is needed.
        locks: the files in which the manager writes what was chosen; also those that are not there yet.
        leave_out: folders that a scratch copy does not need, because ``install`` makes them: ``.venv``, ``node_modules``.
        writes: whether the driver gives plans.
    """

    __pydantic_config__: ClassVar = _STRICT
    manager: str
    ecosystem: str
    purl: str
    evidence: tuple[str, ...]
    manifests: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    writes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An edge of the graph.

    Attributes:
        name: of the package that is needed, as in the inventory.
        wants: which versions, as the manifest of the needing package says; empty for any.
        version: which of several versions of that name in the inventory; empty if there is one.
        met: whether what is there fits.
    """

    __pydantic_config__: ClassVar = _STRICT
    name: str
    wants: str = ""
    version: str = ""
    met: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package in a version.

    Attributes:
        name: in the normal form of its ecosystem (``ruamel-yaml``, ``@scope/name``, ``group:artifact``).
        version: as the manager writes it.
        direct: whether the project itself names it.
        group: ``main``, ``dev``, or another name of the manager's.
        licence: an SPDX expression, or what the package says; empty if it says nothing.
        needs: what it needs, as far as that is part of this project.
    """

    __pydantic_config__: ClassVar = _STRICT
    name: str
    version: str
    direct: bool = False
    group: str = "main"
    licence: str = ""
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The packages of a project.

    Attributes:
        packages: all, each name and version once.
        project: the name of the project itself; empty if it has none.
        version: that of the project.
        wants: what the project itself names, as in its manifest: also what is missing in ``packages``.
        source: where this is known from: ``uv.lock``, ``installed``.
        unknown: what could not be found out, a sentence each.
    """

    __pydantic_config__: ClassVar = _STRICT
    packages: tuple[Package, ...]
    project: str = ""
    version: str = ""
    wants: tuple[Need, ...] = ()
    source: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A package for which there is a newer version.

    Attributes:
        name: as in the inventory.
        current: the version that is there.
        wanted: the newest that the manifests allow; ``current`` if none, empty if that is not known.
        latest: the newest of all, without those before a release.
        versions: all that are newer than ``current``, oldest first, as far as they are known; at least ``latest``.
        direct: whether the project itself names it.
    """

    __pydantic_config__: ClassVar = _STRICT
    name: str
    current: str
    latest: str
    wanted: str = ""
    versions: tuple[str, ...] = ()
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """For which packages there are newer versions.

    Attributes:
        packages: those; not those that are up to date.
        unknown: what could not be found out, a sentence each: a package that the index does not know is not up to date.
    """

    __pydantic_config__: ClassVar = _STRICT
    packages: tuple[Outdated, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a change is made.

    Attributes:
        commands: each a program and its arguments; one after another, in the folder; the first that fails is the last.
        writes: path → its new text; written before the commands.
        changes: the files that may change beside those of ``writes``, ``manifests`` and ``locks``.
        env: is added to the environment of the commands.
    """

    __pydantic_config__: ClassVar = _STRICT
    commands: tuple[tuple[str, ...], ...] = ()
    writes: dict[str, str] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
