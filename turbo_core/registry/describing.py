"""What an installed plugin is, in the words of a registry: read from its metadata and from the verdicts on its entry points.

Owns the way from a distribution to its entry. Nothing of an entry is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from turbo_core.errors import PluginFailed, UsageError
from turbo_core.plugins.examine import DEFAULT_RANGE
from turbo_core.plugins.loading import Listed
from turbo_core.plugins.names import CORE
from turbo_core.registry.index import ActionName, Artifact, Index, Kind, Plugin, Release
from turbo_core.registry.installed import field_of
from turbo_core.words import RISKS, Risk

_KINDS_OF_HOOKS: Final[dict[str, Kind]] = {
    "turbo_decide": "decider",
    "turbo_suggest": "decider",
    "turbo_document": "documenter",
    "turbo_track": "tracker",
}
_KINDS_OF_OFFERS: Final[dict[str, Kind]] = {
    "executor": "executor",
    "channel": "channel",
    "secrets": "secrets",
    "settings": "settings",
    "specs": "hooks",
    "template": "decider",
    "page": "documenter",
}
_ACTING: Final = frozenset({"command", "executor", "channel"})
"""Kinds that change something outside, though they state no risk."""


def described(distribution: Distribution, listing: Iterable[Listed], *, path: str = "") -> Plugin:
    """The entry of an installed plugin, with its one version and without artifacts.

    Args:
        distribution: its metadata.
        listing: the inventory of plugins; only the lines of this distribution count.
        path: the folder of its source in the repository of the registry.

    Raises:
        PluginFailed: it brings nothing, or a part of it was set aside.
    """
    name = str(canonicalize_name(distribution.name))
    mine = [listed for listed in listing if listed.entry.distribution == name]
    for listed in mine:
        if listed.verdict.cause:
            raise PluginFailed(f"{name} is set aside", why=listed.verdict.cause, next_step=listed.verdict.next_step)
    kinds = _kinds(mine)
    if not kinds:
        raise PluginFailed(f"{name} brings nothing to Turbo", next_step="give it an entry point, and install it again")
    actions = _actions(mine)
    hooks = sorted({hook for listed in mine for hook in listed.verdict.hooks if hook != "turbo_register"})
    return Plugin(
        name=name,
        summary=field_of(distribution, "Summary"),
        kinds=kinds,
        actions=actions,
        hooks=hooks,
        risk=_ceiling(actions.values(), kinds),
        licence=field_of(distribution, "License-Expression") or field_of(distribution, "License"),
        home=_home(distribution.metadata.get_all("Project-URL") or []),
        versions=[_release(distribution, mine, path)],
    )


def merged(index: Index, found: Plugin) -> Index:
    """The registry with an entry renewed; other versions, and what only the registry knows of this one, stay."""
    before = next((plugin for plugin in index.plugins if plugin.name == found.name), None)
    known = {release.version: release for release in before.versions} if before else {}
    for release in found.versions:
        old = known.get(release.version, release)
        kept = {name: getattr(old, name) for name in ("artifacts", "yanked", "conformance") if not getattr(release, name)}
        known[release.version] = release.model_copy(update=kept)
    versions = sorted(known.values(), key=lambda release: Version(release.version), reverse=True)
    newest = found if before is None or versions[0].version == found.versions[0].version else before
    plugin = newest.model_copy(update={"versions": versions})
    others = [other for other in index.plugins if other.name != found.name]
    return Index(format=1, plugins=sorted([*others, plugin], key=lambda each: each.name))


def _kinds(mine: Sequence[Listed]) -> list[Kind]:
    kinds: set[Kind] = set()
    for listed in mine:
        if listed.entry.group != "turbo.plugins":
            kinds.add("actions" if listed.entry.group == "turbo.actions" else "command")
        kinds |= {_KINDS_OF_HOOKS[hook] for hook in listed.verdict.hooks if hook in _KINDS_OF_HOOKS}
        if listed.verdict.needs:
            kinds.add("driver")
        kinds |= {_KINDS_OF_OFFERS[offer.kind] for offer in listed.verdict.offers}
    return sorted(kinds)


def _actions(mine: Sequence[Listed]) -> dict[ActionName, Risk]:
    """The full name of each action with its risk."""
    return {
        f"{listed.entry.name}.{verb}": fields["risk"]
        for listed in mine
        if listed.entry.group == "turbo.actions"
        for verb, fields in listed.verdict.actions.items()
    }


def _ceiling(risks: Iterable[Risk], kinds: Iterable[Kind]) -> Risk:
    acting: Risk = "change" if _ACTING & set(kinds) else "read"
    return max([*risks, acting], key=RISKS.index)


def _home(addresses: Iterable[str]) -> str:
    labelled = {label.strip().lower(): address.strip() for label, _, address in (text.partition(",") for text in addresses)}
    found = (labelled[label] for label in ("homepage", "home", "repository", "source") if label in labelled)
    return next(found, "")


def _release(distribution: Distribution, mine: Sequence[Listed], path: str) -> Release:
    needs = [Requirement(text) for text in distribution.requires or []]
    host = SpecifierSet(",".join(str(need.specifier) for need in needs if canonicalize_name(need.name) == CORE))
    apis = sorted({listed.verdict.api for listed in mine} - {"", DEFAULT_RANGE})
    return Release(
        version=distribution.version,
        host=str(host),
        api=",".join(apis) or DEFAULT_RANGE,
        python=field_of(distribution, "Requires-Python"),
        path=path,
    )


def with_artifact(index: Index, wheel: str, sha256: str) -> Index:
    """The registry with a wheel of a listed version.

    Args:
        index: the registry.
        wheel: the file name of the wheel.
        sha256: its hash, in hexadecimal digits.

    Raises:
        UsageError: it is no wheel of a version that is listed, or the version has another wheel of that name.
    """
    try:
        name, version, *_ = parse_wheel_filename(wheel)
    except InvalidWheelFilename as error:
        raise UsageError(f"{wheel} is not the name of a wheel") from error
    release = release_of(index, name, str(version))
    others = [artifact for artifact in release.artifacts if artifact.name != wheel]
    if any(artifact.name == wheel and artifact.sha256 != sha256 for artifact in release.artifacts):
        why = "what is published once never changes"
        raise UsageError(f"{wheel} is listed with another hash", why=why, next_step="give it a new version")
    artifacts = sorted([*others, Artifact(name=wheel, sha256=sha256)], key=lambda artifact: artifact.name)
    return renewed(index, name, release.model_copy(update={"artifacts": artifacts}))


def release_of(index: Index, name: str, version: str) -> Release:
    """A version that is listed.

    Raises:
        UsageError: it is not.
    """
    plugin = index.get(name)
    found = [each for each in plugin.versions if Version(each.version) == Version(version)] if plugin else []
    if not found:
        raise UsageError(f"{name} {version} is not listed", next_step="list it first: turbo plugin index FOLDER --write FILE")
    return found[0]


def renewed(index: Index, name: str, release: Release) -> Index:
    """The registry with one version of a plugin replaced."""
    plugins = [
        plugin.model_copy(update={"versions": [release if each.version == release.version else each for each in plugin.versions]})
        if plugin.name == name
        else plugin
        for plugin in index.plugins
    ]
    return index.model_copy(update={"plugins": plugins})
