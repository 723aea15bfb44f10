"""Changing what is installed: carry out a plan, and remove plugins so that nothing of them is left.

Owns the order of the steps. What may be done was found out before (``resolve``).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct
from packaging.utils import NormalizedName

from turbo_core.errors import InstallRefused
from turbo_core.registry.installed import Environment, called
from turbo_core.registry.plan import Plan
from turbo_core.registry.tool import Tool


class Removal(Struct, frozen=True, kw_only=True):
    """What would be removed: the plugins, and what nothing else needs then."""

    plugins: tuple[NormalizedName, ...]
    orphans: tuple[NormalizedName, ...] = ()


def carry_out(plan: Plan, tool: Tool) -> None:
    """Install what a plan says: wheels with their hashes first, then projects from their folders.

    Raises:
        InstallRefused: the installer failed; what it says is the cause.
    """
    if plan.changes:
        tool.install([change.line for change in plan.changes])
    for local in plan.folders:
        tool.install_folder(local.folder, editable=local.editable)


def removal(names: Iterable[str], environment: Environment) -> Removal:
    """Find out what goes with these plugins.

    Args:
        names: of entry points or distributions.
        environment: what is installed.

    Raises:
        InstallRefused: one is no installed plugin, or is needed by another distribution.
    """
    plugins = tuple(dict.fromkeys(plugin_named(name, environment) for name in names))
    users = environment.users(plugins)
    if users:
        told = ", ".join(users)
        raise InstallRefused(f"{', '.join(plugins)} is needed by {told}", next_step=f"remove {told} too; nothing was changed")
    return Removal(plugins=plugins, orphans=tuple(environment.orphans(plugins)))


def plugin_named(name: str, environment: Environment) -> NormalizedName:
    """The installed plugin that is meant.

    Raises:
        InstallRefused: there is none of that name.
    """
    found = environment.named(name)
    if found is None:
        known = sorted({each for plugin in environment.plugins() for each in called(environment.distributions[plugin])})
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "see what there is: turbo plugin list"
        raise InstallRefused(f"no installed plugin is named {name!r}", next_step=hint)
    return found
