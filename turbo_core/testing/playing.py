"""Plugins that are objects of a test: an `App` meets them like installed ones.

An object stands on a shelf of this module, and is named by an entry point as a built-in plugin is: so it is tried and called in
this process. It knows nothing of projects.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace

from msgspec.structs import replace

from turbo_core import __version__
from turbo_core.plugins.names import CORE, Entry, Names

shelf = SimpleNamespace()
"""The objects that are in use, by a name of their own each. Process-wide, because an entry point names a place in a module."""


@contextmanager
def on_the_shelf(names: Names, plugins: Sequence[object]) -> Iterator[Names]:
    """The installed plugins and these objects, as long as the context lasts.

    Args:
        names: what is installed.
        plugins: objects with hook implementations; the attribute ``name`` of one, if it has any, is its name as a plugin.
    """
    entries = {_entry(_name(plugin, number)): plugin for number, plugin in enumerate(plugins)}
    places = {entry.value.rpartition(".")[2]: plugin for entry, plugin in entries.items()}
    taken = {entry.name for entry in entries}
    vars(shelf).update(places)
    try:
        kept = [entry for entry in names.entries if entry.group != "turbo.plugins" or entry.name not in taken]
        yield replace(names, entries=(*kept, *entries))
    finally:
        for place in places:
            delattr(shelf, place)


def _name(plugin: object, number: int) -> str:
    return str(getattr(plugin, "name", "") or f"object{number}")


def _entry(name: str) -> Entry:
    place = f"o{secrets.token_hex(8)}"
    return Entry(
        group="turbo.plugins",
        name=name,
        value=f"{__name__}:shelf.{place}",
        distribution=CORE,
        version=__version__,
        record=place,
    )
