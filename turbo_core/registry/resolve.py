"""What an installation would do, found out before anything is touched, and refused if it would break something.

Owns the checks of what the installer would do, the questions for a person, and the hashes that the installer is held to. It
changes nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from packaging.pylock import PackageWheel
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from turbo_core.errors import InstallRefused
from turbo_core.plugins.names import CORE
from turbo_core.registry.choosing import chosen
from turbo_core.registry.index import PREFIX, Plugin, Release
from turbo_core.registry.installed import Environment, holds, needs
from turbo_core.registry.likeness import nearest
from turbo_core.registry.plan import ALGORITHM, Change, Local, Plan, Wanted
from turbo_core.registry.sources import Found, Registries
from turbo_core.registry.tool import Pin, Tool, Unresolvable

Hashes = Mapping[tuple[NormalizedName, str], Sequence[str]]
"""SHA-256 sums (hexadecimal) that are known already, by name and version."""


class Resolver(Struct, frozen=True, kw_only=True):
    """Plans installations.

    Args:
        tool: the installer.
        environment: what is installed.
        registries: what speaks for plugins.
        locked: the hashes that the project's lock holds.
    """

    tool: Tool
    environment: Environment
    registries: Registries
    locked: Hashes = field(default_factory=dict)

    def plan(self, wanted: Iterable[Wanted], *, upgrade: bool = False) -> Plan:
        """Find out what an installation would do.

        Args:
            wanted: what is asked for.
            upgrade: take newer versions of what is there already.

        Raises:
            UsageError: a name is none.
            InstallRefused: it cannot be done, or would break what is installed.
            RegistryRefused: a registry that may list a plugin cannot be read.
        """
        named: dict[NormalizedName, Release | None] = {}
        lines: list[str] = []
        folders: list[Local] = []
        questions: list[str] = []
        for each in wanted:
            if each.folder:
                local = self._local(each.folder, each.editable)
                folders.append(local)
                lines += [str(need) for need in local.needs if canonicalize_name(need.name) != CORE]
                continue
            found, asked = self._looked_up(each.requirement)
            questions += asked
            need = self._chosen(each.requirement, found)
            name = canonicalize_name(need.name)
            if upgrade and found and self._has(need):
                continue
            named[name] = _release(found, need)
            lines.append(str(need))
        own = {local.pin.name: local.pin.version for local in folders}
        pins = [pin for pin in self._resolve(lines, {*named, *own}, own, upgrade=upgrade) if pin.name not in own]
        return Plan(changes=tuple(self._changes(pins, named)), folders=tuple(folders), questions=tuple(questions))

    # ------------------------------------------------------------ what is asked for

    def _local(self, folder: Path, editable: bool) -> Local:
        if not (folder / "pyproject.toml").is_file():
            raise InstallRefused("there is no project to install", where=str(folder), why="it has no pyproject.toml")
        with tempfile.TemporaryDirectory() as temporary:
            wheel = self.tool.build(folder, Path(temporary))
            (built,) = Environment([str(wheel)]).distributions.values()
            pin = Pin(name=canonicalize_name(built.name), version=built.version)
            wants = tuple(needs(built))
        for need in wants:
            if canonicalize_name(need.name) == CORE:
                self._check_host(f"{pin.name} {pin.version}", need)
        return Local(folder=folder, editable=editable, pin=pin, before=self.environment.version(pin.name), needs=wants)

    def _check_host(self, owner: str, need: Requirement) -> None:
        version = self.environment.version(CORE)
        if not holds(need, version):
            why = f"it needs {need}, and this is {version or 'not installed'}"
            raise InstallRefused(f"{owner} does not fit this Turbo", why=why, next_step="install another version of one of them")

    def _looked_up(self, need: Requirement) -> tuple[Found | None, list[str]]:
        """The entry of a plugin, with the questions that a person has to answer first."""
        found = self.registries.find(need.name)
        official = self.registries.official
        asked: list[str] = []
        if official.get(need.name) is None:
            close = nearest(canonicalize_name(need.name), [plugin.name for plugin in official.plugins], PREFIX)
            asked += [f"{need.name} is nearly the name of the official plugin {close}; is it really meant?"] if close else []
        if found is None:
            asked.append(f"{need.name} is in no registry, so nobody vouches for it; install it all the same?")
        elif found.plugin.risk == "destroy":
            worst = ", ".join(name for name, risk in found.plugin.actions.items() if risk == "destroy")
            asked.append(f"{found.plugin.name} has actions that can destroy ({worst}); install it?")
        return found, asked

    def _chosen(self, need: Requirement, found: Found | None) -> Requirement:
        """The requirement as the installer gets it: of what a registry lists, the newest version that may be installed here."""
        if found is None:
            return need
        release = chosen(found.plugin, need.specifier, self.environment.version(CORE))
        extras = f"[{','.join(sorted(need.extras))}]" if need.extras else ""
        return Requirement(f"{found.plugin.name}{extras}=={release.version}")

    def _has(self, need: Requirement) -> bool:
        """Whether this version, or a newer one, is there: an update never goes back."""
        before = self.environment.version(need.name)
        (wanted,) = need.specifier
        return bool(before) and Version(before) >= Version(wanted.version)

    # ------------------------------------------------------------ what the installer would do

    def _resolve(
        self, lines: Sequence[str], named: set[NormalizedName], own: Mapping[NormalizedName, str], *, upgrade: bool
    ) -> list[Pin]:
        if not lines:
            self._check(own, own)
            return []
        host = self.environment.version(CORE)
        always = [f"{CORE}=={host}"] if host else []
        kept = [*always, *self._kept(named)]
        try:
            pins = self.tool.resolve(lines, kept, upgrade=upgrade)
        except Unresolvable as conflict:
            # Without what the others need there may be an answer, and then it can be told whom it would break.
            pins = self._resolved(lines, always, conflict, upgrade=upgrade)
        self._check({pin.name: pin.version for pin in pins} | dict(own), lines)
        return pins

    def _resolved(self, lines: Sequence[str], limits: Sequence[str], conflict: Unresolvable, *, upgrade: bool) -> list[Pin]:
        try:
            return self.tool.resolve(lines, limits, upgrade=upgrade)
        except Unresolvable as second:
            raise InstallRefused(f"no set of wheels fulfils {', '.join(lines)}", why=str(second)) from conflict

    def _kept(self, named: set[NormalizedName]) -> Iterator[str]:
        """What those that stay need of others, as constraints."""
        for owner, need in self.environment.requirements():
            stays = canonicalize_name(owner.name) not in named and not need.url and canonicalize_name(need.name) != CORE
            if stays and need.specifier and holds(need, self.environment.version(need.name)):
                yield f"{need.name}{need.specifier}"

    def _check(self, planned: Mapping[NormalizedName, str], asked: Iterable[str]) -> None:
        broken = self.environment.broken_by(planned)
        if broken:
            raise InstallRefused(
                f"installing {', '.join(asked)} would break what is installed",
                why="\n".join(map(str, broken)),
                next_step="ask for a version that fits, or update or remove what is in the way; nothing was changed",
            )

    def _changes(self, pins: Sequence[Pin], named: Mapping[NormalizedName, Release | None]) -> Iterator[Change]:
        wheels = self.tool.wheels(pins) if pins else {}
        for pin in pins:
            release = named.get(pin.name) or _listed(self.registries.official.get(pin.name), pin.version)
            hashes = self._hashes(pin, wheels.get(pin.name, []), release)
            yield Change(pin=pin, before=self.environment.version(pin.name), hashes=hashes)

    def _hashes(self, pin: Pin, wheels: Sequence[PackageWheel], release: Release | None) -> tuple[str, ...]:
        """The hashes that the installer is held to: those that a registry or the lock vouches for, else those of the index."""
        if release and release.yanked:
            raise InstallRefused(f"{pin} is withdrawn", why=release.yanked, next_step="ask for another version")
        offered = {wheel.hashes[ALGORITHM] for wheel in wheels if ALGORITHM in wheel.hashes}
        vouched = {artifact.sha256 for artifact in release.artifacts} if release else set()
        vouched = vouched or {*self.locked.get((pin.name, pin.version), ())}
        held = offered & vouched if vouched else offered
        if not held:
            why = (
                "no wheel with a hash is offered"
                if not offered
                else "the wheels that are offered have other hashes than are known"
            )
            raise InstallRefused(f"{pin} cannot be trusted", why=why, next_step="ask who publishes it; nothing was changed")
        return tuple(sorted(held))


def _release(found: Found | None, need: Requirement) -> Release | None:
    return next((each for each in found.plugin.versions if need.specifier.contains(each.version)), None) if found else None


def _listed(plugin: Plugin | None, version: str) -> Release | None:
    return next((release for release in plugin.versions if release.version == version), None) if plugin else None
