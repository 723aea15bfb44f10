"""Where registries come from: the built-in one, then those of the settings, in their order.

The first registry that lists a plugin speaks for it: a later one can add plugins, and can never replace what an earlier one says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from turbo_core.errors import RegistryRefused
from turbo_core.registry.fetching import fetch, remember
from turbo_core.registry.index import LARGEST, Index, Plugin, read_index

BUILT_IN: Final = "built-in"
_FILE = "registry.json"


class Registry(Struct, frozen=True, kw_only=True):
    """A registry that was read. ``note`` tells what is to be known of it: that it is old, and why."""

    name: str
    index: Index
    note: str = ""


class Found(Struct, frozen=True, kw_only=True):
    """An entry, and the registry that it stands in."""

    plugin: Plugin
    registry: str


class Registries(Struct, frozen=True, dict=True):
    """All registries, each read when it is first asked.

    Args:
        addresses: of the further ones, as in the settings: files, or ``http(s)`` addresses.
        caches: the folder of caches.
    """

    addresses: Sequence[str]
    caches: Path

    @cached_property
    def official(self) -> Index:
        """The built-in registry."""
        return built_in()

    @cached_property
    def _read(self) -> dict[str, Registry]:
        return {}

    def each(self) -> Iterator[Registry]:
        """All registries in their order.

        Raises:
            RegistryRefused: the next one cannot be read.
        """
        yield Registry(name=BUILT_IN, index=self.official)
        for address in self.addresses:
            yield self.read(address)

    def read(self, address: str) -> Registry:
        """A further registry.

        Raises:
            RegistryRefused: it cannot be read.
        """
        if address not in self._read:
            self._read[address] = read(address, self.caches)
        return self._read[address]

    def find(self, name: str) -> Found | None:
        """The entry of a plugin, named in full or without ``turbo-plugin-``; ``None`` if no registry lists it.

        Raises:
            RegistryRefused: a registry that may list it cannot be read.
        """
        for registry in self.each():
            plugin = registry.index.get(name)
            if plugin:
                return Found(plugin=plugin, registry=registry.name)
        return None


@cache
def built_in() -> Index:
    """The registry that comes with Turbo: beside this module in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    file = next(place for place in (here.with_name(_FILE), here.parents[2] / _FILE) if place.is_file())
    return read_index(file.read_bytes(), str(file))


def read(address: str, caches: Path) -> Registry:
    """Read one registry: an ``http(s)`` address, or a file.

    Raises:
        RegistryRefused: it cannot be read, or is wrong.
    """
    if address.startswith(("http://", "https://")):
        fetched = fetch(address, caches, LARGEST)
        note = (
            "" if fetched.age is None else f"it is {_age(fetched.age)} old, because its server cannot be reached: {fetched.why}"
        )
        index = read_index(fetched.text, address)
        remember(address, caches, fetched)
        return Registry(name=address, index=index, note=note)
    return Registry(name=address, index=read_index(_text(address), address))


def _text(address: str) -> bytes:
    file = Path(address.removeprefix("file://"))
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        step = f"correct the name, or remove it: turbo plugin registry remove {address}"
        raise RegistryRefused("the registry cannot be read", where=address, why=error.strerror or "", next_step=step) from error


def _age(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
