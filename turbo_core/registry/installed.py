"""What is installed: the distributions of an environment, what they need of each other, and whether their files are as they were.

Owns the questions about an environment that its metadata answers. It changes nothing.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from turbo_core.plugins.names import CORE, GROUPS
from turbo_core.registry.index import PREFIX
from turbo_core.words import JSON


class Broken(Struct, frozen=True, kw_only=True):
    """A requirement that a change would break: ``owner`` needs ``requirement``, and ``version`` would be there."""

    owner: str
    requirement: Requirement
    version: str

    def __str__(self) -> str:
        return f"{self.owner} needs {self.requirement}, and {self.requirement.name} would be {self.version}"


class Environment:
    """The distributions that Python finds; of two with one name the first on the path, as for imports.

    Args:
        path: where to look; ``sys.path`` if not given.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        found: dict[NormalizedName, Distribution] = {}
        for distribution in distributions() if path is None else distributions(path=[*path]):
            if name := field_of(distribution, "Name"):
                found.setdefault(canonicalize_name(name), distribution)
        self.distributions: Mapping[NormalizedName, Distribution] = found

    def version(self, name: str) -> str:
        """The version of a distribution; empty if it is not installed."""
        distribution = self.distributions.get(canonicalize_name(name))
        return distribution.version if distribution else ""

    def plugins(self) -> list[NormalizedName]:
        """The plugins: what has an entry point for Turbo, without Turbo itself."""
        return [name for name, distribution in sorted(self.distributions.items()) if name != CORE and called(distribution)]

    def named(self, name: str) -> NormalizedName | None:
        """The plugin that a name means: that of an entry point, or of a distribution with or without ``turbo-plugin-``."""
        wanted = {name, canonicalize_name(name)}
        return next((plugin for plugin in self.plugins() if wanted & called(self.distributions[plugin])), None)

    def requirements(self) -> Iterator[tuple[Distribution, Requirement]]:
        """What each distribution needs here; parts that are extras or for other machines are left out."""
        for distribution in self.distributions.values():
            yield from ((distribution, need) for need in needs(distribution))

    def broken_by(self, planned: Mapping[NormalizedName, str]) -> list[Broken]:
        """The requirements that hold now and would not hold with other versions.

        Args:
            planned: the versions that would be installed, by name.
        """
        return [
            Broken(owner=f"{owner.name} {owner.version}", requirement=need, version=planned[name])
            for owner, need in self.requirements()
            if (name := canonicalize_name(need.name)) in planned
            and canonicalize_name(owner.name) not in planned
            and not holds(need, planned[name])
            and holds(need, self.version(name))
        ]

    def closure(self, names: Iterable[str], *, beyond: Container[str] = ()) -> set[NormalizedName]:
        """These distributions and all that they need, as far as it is installed; what those in ``beyond`` need is left out."""
        reached: set[NormalizedName] = set()
        ahead = [canonicalize_name(name) for name in names]
        while ahead:
            name = ahead.pop()
            if name in self.distributions and name not in reached:
                reached.add(name)
                further = () if name in beyond else needs(self.distributions[name])
                ahead += [canonicalize_name(need.name) for need in further]
        return reached

    def users(self, names: Iterable[str]) -> list[str]:
        """The distributions that need one of these, and are not among them."""
        wanted = {canonicalize_name(name) for name in names}
        found = {
            owner.name
            for owner, need in self.requirements()
            if canonicalize_name(need.name) in wanted and canonicalize_name(owner.name) not in wanted
        }
        return sorted(found)

    def orphans(self, removed: Iterable[str]) -> list[NormalizedName]:
        """What nothing needs any more once these are removed: only what they need themselves comes into question."""
        gone = {canonicalize_name(name) for name in removed}
        candidates = self.closure(gone) - gone - {canonicalize_name(CORE)}
        stay = self.closure(name for name in self.distributions if name not in gone | candidates)
        return sorted(candidates - stay)


def field_of(distribution: Distribution, name: str) -> str:
    """A field of the metadata; empty if it is not there."""
    # Not by index: for what is missing that gives None or raises, as the version of importlib.metadata pleases.
    found: list[str] = distribution.metadata.get_all(name) or [""]
    return found[0]


def called(distribution: Distribution) -> set[str]:
    """The names that a plugin goes by; none if the distribution is no plugin."""
    points = {point.name for point in distribution.entry_points if point.group in GROUPS}
    name = str(canonicalize_name(distribution.name))
    return points | {name, name.removeprefix(PREFIX)} if points else set()


def needs(distribution: Distribution) -> list[Requirement]:
    """What a distribution needs on this machine; what cannot be read is left out."""
    found = []
    for text in distribution.requires or []:
        try:
            need = Requirement(text)
        except InvalidRequirement:
            continue
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            found.append(need)
    return found


def holds(need: Requirement, version: str) -> bool:
    """Whether a version fulfils a requirement; none, or one that cannot be read, does not."""
    try:
        return need.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


class Origin(Struct, frozen=True, kw_only=True):
    """Where a distribution was installed from, if not from an index. ``folder`` is empty for an archive."""

    address: str
    folder: Path | None = None
    editable: bool = False


def origin(distribution: Distribution) -> Origin | None:
    """Where a distribution was installed from; ``None``: from an index."""
    try:
        told: JSON = json.loads(distribution.read_text("direct_url.json") or "null")
        address = str(told["url"])
    except (ValueError, TypeError, KeyError):
        return None
    parts = urlsplit(address)
    folder = Path(unquote(parts.path)) if parts.scheme == "file" and "dir_info" in told else None
    return Origin(address=address, folder=folder, editable=bool(told.get("dir_info", {}).get("editable")))


def altered(distribution: Distribution) -> list[str]:
    """The files of a distribution that are gone, or not as its RECORD has them."""
    # Not by `files`: from Python 3.12 on that leaves out what is gone.
    rows = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    return sorted(path for path, told, *_ in rows if told and not _is_as_told(Path(str(distribution.locate_file(path))), told))


def _is_as_told(file: Path, told: str) -> bool:
    algorithm, _, expected = told.partition("=")
    try:
        digest = hashlib.new(algorithm, file.read_bytes()).digest()
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == expected
