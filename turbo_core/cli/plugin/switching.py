"""Turning plugins on and off in the settings of a project: what ``enable`` and ``disable`` share."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.registry.install import plugin_named
from turbo_core.registry.installed import Environment, called
from turbo_core.registry.preferences import of_project, set_names

_KEY = "plugins.disabled"


def disable(shell: Shell, names: Iterable[str]) -> None:
    """Add plugins to those that are off.

    Raises:
        InstallRefused: one is not installed.
        UsageError: the settings cannot be written, or another place says something else.
    """
    environment = Environment()
    off = [*shell.app().settings.disabled]
    for name in names:
        meant = called(environment.distributions[plugin_named(name, environment)])
        if meant.isdisjoint(off):
            off.append(name)
    _write(shell, off)


def enable(shell: Shell, names: Iterable[str]) -> None:
    """Take plugins from those that are off. One that is not installed can be named as it stands there.

    Raises:
        InstallRefused: one is neither off nor installed.
        UsageError: the settings cannot be written, or another place says something else.
    """
    environment = Environment()
    off = [*shell.app().settings.disabled]
    for name in names:
        meant = {name} if name in off else called(environment.distributions[plugin_named(name, environment)])
        off = [each for each in off if each not in meant]
    _write(shell, off)


def _write(shell: Shell, off: list[str]) -> None:
    settings, project = shell.app().settings, shell.app().project
    if tuple(off) == settings.disabled:
        return
    place = of_project(project)
    source = settings.origins.get(_KEY, "")
    if source == "environment":
        raise UsageError("the environment says which plugins are off", next_step="change or unset TURBO_PLUGINS_DISABLED")
    set_names(place, _KEY, off, explicit=bool(source) and not source.startswith(str(place.file)))
