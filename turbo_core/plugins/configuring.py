"""Whether all that was set for plugins is right, before a run depends on it.

Owns the order of the check: plugins that the run uses have their settings made, all others are only compared by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from turbo_core.errors import UsageError
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.settings import refuse


def check(plugins: Plugins, catalog: Catalog, *, hooks: Iterable[str], namespaces: Iterable[str]) -> None:
    """Check what was set for plugins.

    Args:
        plugins: the plugins that are on.
        catalog: their actions.
        hooks: the names of the plugins whose hooks are used; those with settings are imported.
        namespaces: of the actions that are used; likewise.

    Raises:
        UsageError: a setting is unknown, missing or wrong, or a secret is not known; all mistakes are told.
        PluginFailed: a plugin with settings cannot be used.
    """
    mistakes = [*misnamed(plugins), *_made(plugins, catalog, set(hooks), set(namespaces))]
    refuse([*{str(mistake): mistake for mistake in mistakes}.values()])


def misnamed(plugins: Plugins) -> list[UsageError]:
    """What was set for plugins that are on, under names that they do not have. Imports none of them."""
    wanted = [name for name in installed(plugins) if plugins.tables.mentions(name)]
    found = {name: plugins.setting_infos(name) for name in wanted}
    return [*plugins.tables.unknown({name: tuple(infos) for name, infos in found.items() if infos is not None})]


def installed(plugins: Plugins) -> list[str]:
    """The names of all plugins that are on and may have settings, sorted."""
    return sorted({*plugins.names("turbo.plugins"), *plugins.names("turbo.actions")})


def strangers(plugins: Plugins) -> list[str]:
    """The plugins that have a table and are not installed, sorted."""
    return sorted({*plugins.tables.names()} - {listed.entry.name for listed in plugins.inventory()})


def _made(plugins: Plugins, catalog: Catalog, hooks: set[str], namespaces: set[str]) -> Iterator[UsageError]:
    for plugin in sorted(hooks | namespaces):
        if not plugins.setting_infos(plugin):
            continue
        of_hooks = plugins.settings_type(plugin) if plugin in plugins.names("turbo.plugins") else None
        of_actions = catalog.settings_type(plugin) if plugin in namespaces else None
        for type_ in dict.fromkeys((of_hooks, of_actions)):
            if type_ is not None:
                yield from plugins.tables.mistakes(plugin, type_)
