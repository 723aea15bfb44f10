"""Which version of a listed plugin may be installed here, and what speaks against the others. A function of values only."""

from __future__ import annotations

import platform

from packaging.specifiers import SpecifierSet

from turbo_core.errors import InstallRefused
from turbo_core.hookspecs import API_VERSION
from turbo_core.registry.index import Plugin, Release


def chosen(plugin: Plugin, wanted: SpecifierSet, host: str) -> Release:
    """The newest version of a listed plugin that may be installed here.

    Args:
        plugin: its entry.
        wanted: the versions that are asked for.
        host: the version of turbo-core.

    Raises:
        InstallRefused: there is none; each version is named with what speaks against it.
    """
    faults = {release.version: _fault(release, host) for release in plugin.versions}
    fitting = [*wanted.filter(version for version, fault in faults.items() if not fault)]
    for release in plugin.versions:
        if release.version in fitting:
            return release
    told = [f"{version}: {fault or 'it was not asked for'}" for version, fault in faults.items()]
    folder = next((release.path for release in plugin.versions if release.path), "")
    step = f"in a checkout: turbo plugin install ./{folder}" if folder else "ask for another version"
    raise InstallRefused(f"no version of {plugin.name} can be installed", why="\n".join(told), next_step=step)


def _fault(release: Release, host: str) -> str:
    """What speaks against a version; empty: nothing."""
    if release.yanked:
        return f"it is withdrawn: {release.yanked}"
    ranges = {
        "turbo-core": (release.host, host),
        "the hooks": (release.api, API_VERSION),
        "Python": (release.python, platform.python_version()),
    }
    for of, (wanted, version) in ranges.items():
        if not SpecifierSet(wanted).contains(version, prereleases=True):
            return f"it needs {wanted} of {of}, and this is {version}"
    return "" if release.artifacts else "it is not published: the registry knows no wheel of it"
