"""Which plugins are installed: names only, from a cache of our own. No plugin is imported here.

Owns the cache, the rules about doubles and reserved names. The cache is a JSON file for each Python environment, valid as long as
``sys.path`` and the time stamps of its folders are the same; it is rebuilt silently.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import asdict, replace

from turbo_core.plugins import cache
from turbo_core.words import JSON

Group: TypeAlias = Literal["turbo.plugins", "turbo.actions", "turbo.commands"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
CORE: Final = "turbo-core"
"""The distribution whose plugins are built in."""

_COMMANDS = (
    "approve cancel check clean compare completion config decisions do docs doctor events fmt forecast graph help history "
    "init list logs messages plan plugin progress reject replay report resume run "
    "runs schema show simulate stats test undo version wait why "
)
RESERVED: Final = frozenset(_COMMANDS.split())
"""Names of core commands: no plugin can have a command of that name."""

_FORMAT = 1
_SETTLED = 1.0
"""Seconds after which a changed folder counts as finished: an installer may still be writing into it."""


class Entry(Struct, frozen=True, kw_only=True):
    """One entry point of an installed distribution.

    ``record`` is the SHA-256 (hex) of the distribution's RECORD; ``editable`` tells that its code may change without a new one.
    ``origin`` is the address that it was installed from, if it was not an index.
    """

    group: Group
    name: str
    value: str
    distribution: str
    version: str
    record: str
    editable: bool = False
    origin: str = ""

    @property
    def module(self) -> str:
        """The module that the entry point is in."""
        return self.value.partition(":")[0].strip()

    @property
    def builtin(self) -> bool:
        """It belongs to Turbo itself."""
        return self.distribution == CORE

    @property
    def called(self) -> frozenset[str]:
        """The names by which people may mean it: its own, and its distribution's with or without ``turbo-plugin-``."""
        return frozenset({self.name, self.distribution, self.distribution.removeprefix("turbo-plugin-")})


class Selection(Struct, frozen=True, kw_only=True):
    """Which plugins are wanted, by the names that people call them (`Entry.called`).

    ``enabled`` wins over ``disabled``; ``core_only`` (safe mode) leaves only what is built in.
    """

    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    core_only: bool = False

    def without(self, names: Iterable[str]) -> Selection:
        """The same, with these off too."""
        return replace(self, disabled=self.disabled | frozenset(names))

    def wants(self, entry: Entry) -> bool:
        """Whether this entry point may be used."""
        return (entry.builtin or not self.core_only) and (bool(entry.called & self.enabled) or not entry.called & self.disabled)


class PluginProblem(Struct, frozen=True, kw_only=True):
    """Why a plugin was set aside. ``entry_point`` reads ``group: name = value``."""

    distribution: str
    version: str
    entry_point: str
    cause: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} ({self.entry_point}): {self.cause}; {self.next_step}"


class Names(Struct, frozen=True, kw_only=True):
    """What is installed. ``entries`` are free of doubles; ``environment`` changes when anything is installed or removed."""

    entries: tuple[Entry, ...]
    problems: tuple[PluginProblem, ...]
    environment: str

    def group(self, group: Group) -> Mapping[str, Entry]:
        """The entries of one group by name, in the order of their names."""
        return {entry.name: entry for entry in self.entries if entry.group == group}


def find(folder: Path, path: Sequence[str] | None = None) -> Names:
    """Find the entry points of all installed distributions.

    Args:
        folder: the folder of caches; it need not exist, nor be writable.
        path: where to look; ``sys.path`` if not given.

    Returns:
        The names, with the problems that names alone can tell.
    """
    places = _places(sys.path if path is None else path)
    file = folder / f"names-{_digest([sys.prefix, sys.version])[:16]}.json"
    found = _cached(cache.read(file), places)
    if found is None:
        found = _scan([place for place, _ in places])
        if all(time.time() - changed / 1e9 > _SETTLED for _, changed in places):
            cache.write(file, {"format": _FORMAT, "places": places} | asdict(found))
    kept, clashes = _sift(found.entries)
    return Names(entries=tuple(kept), problems=(*found.problems, *clashes), environment=_digest(places))


def problem(entry: Entry, cause: str, next_step: str) -> PluginProblem:
    """A problem of one entry point."""
    return PluginProblem(
        distribution=entry.distribution,
        version=entry.version,
        entry_point=f"{entry.group}: {entry.name} = {entry.value}",
        cause=cause,
        next_step=next_step,
    )


def _digest(value: JSON) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _places(path: Iterable[str]) -> list[list[Any]]:
    return [[place, _changed(Path(place))] for place in dict.fromkeys(path)]


def _changed(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return -1


class _Found(Struct, frozen=True, kw_only=True):
    """What a scan gives: everything, doubles too."""

    entries: list[Entry]
    problems: list[PluginProblem]


def _cached(stored: JSON, places: list[list[Any]]) -> _Found | None:
    try:
        if stored["format"] != _FORMAT or stored["places"] != places:
            return None
        return _Found(
            entries=[Entry(**entry) for entry in stored["entries"]],
            problems=[PluginProblem(**told) for told in stored["problems"]],
        )
    except (TypeError, KeyError):
        return None


def _scan(path: list[str]) -> _Found:
    # By name: reading metadata costs 40 ms, which only a rebuild has to pay.
    metadata: Any = import_module("importlib_metadata")
    entries: dict[str, list[Entry]] = {}
    problems: list[PluginProblem] = []
    for distribution in metadata.distributions(path=path):
        try:
            text = distribution.read_text("entry_points.txt") or ""
            if "turbo." not in text:
                continue
            name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
            # The first on the path is the one that is imported.
            entries.setdefault(name, list(_entries(distribution, name)))
        except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
            # No public name tells which folder it is, and the metadata that would tell its name is what cannot be read.
            problems.append(_damaged(str(getattr(distribution, "_path", distribution.locate_file(""))), error))
    everything = [entry for each in entries.values() for entry in each]
    return _Found(entries=sorted(everything, key=lambda entry: (entry.group, entry.name, entry.distribution)), problems=problems)


def _damaged(folder: str, error: Exception) -> PluginProblem:
    return PluginProblem(
        distribution=folder,
        version="?",
        entry_point="unknown",
        cause=f"its metadata cannot be read: {type(error).__name__}: {error}",
        next_step="reinstall it",
    )


def _entries(distribution: Any, name: str) -> Iterator[Entry]:
    record = distribution.read_text("RECORD") or distribution.read_text("entry_points.txt")
    origin = distribution.origin
    for point in dict.fromkeys(distribution.entry_points):
        if point.group in GROUPS:
            yield Entry(
                group=point.group,
                name=point.name,
                value=point.value,
                distribution=name,
                version=distribution.version,
                record=hashlib.sha256(record.encode()).hexdigest(),
                editable=bool(getattr(getattr(origin, "dir_info", None), "editable", False)),
                origin=str(getattr(origin, "url", "")),
            )


def _sift(entries: list[Entry]) -> tuple[list[Entry], list[PluginProblem]]:
    rivals: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        rivals.setdefault((entry.group, entry.name), []).append(entry)
    kept: list[Entry] = []
    problems: list[PluginProblem] = []
    for same in rivals.values():
        core = [entry for entry in same if entry.builtin]
        refused = [problem(entry, *told) for entry in same if not entry.builtin and (told := _refusal(entry, same))]
        problems.extend(refused)
        kept.extend(core or ([] if refused else same))
    return kept, problems


def _refusal(entry: Entry, same: list[Entry]) -> tuple[str, str] | None:
    if entry.group == "turbo.commands" and entry.name in RESERVED:
        return f"{entry.name!r} is a command of Turbo itself", "the plugin must choose another name"
    others = [other for other in same if other is not entry]
    if not others:
        return None
    named = " and ".join(f"{other.distribution} {other.version}" for other in others)
    core_has_it = any(other.builtin for other in others)
    step = "the plugin must choose another name" if core_has_it else f"uninstall {entry.distribution} or {named}"
    return f"the name {entry.name!r} is also taken by {named}", step
