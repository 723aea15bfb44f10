"""``turbo plugin search``: find plugins in the registries."""

from __future__ import annotations

from collections.abc import Iterator

import click

from turbo_core.cli.plugin.changing import registries
from turbo_core.cli.shell import Shell
from turbo_core.errors import RegistryRefused
from turbo_core.registry.index import Plugin
from turbo_core.registry.installed import Environment
from turbo_core.registry.sources import Registries, Registry
from turbo_core.report.text import table
from turbo_core.words import JSON


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, words: tuple[str, ...], as_json: bool) -> None:
    """Search the registries for plugins with all of the WORDS in name, summary, kinds or actions; without WORDS, list all."""
    environment = Environment()
    found: dict[str, tuple[Registry, Plugin]] = {}
    for registry in _readable(shell, registries(shell)):
        for plugin in registry.index.plugins:
            if _matches(plugin, words):
                found.setdefault(plugin.name, (registry, plugin))
    if as_json:
        shell.print_json([_value(registry, plugin, environment) for registry, plugin in found.values()])
        return
    rows = [_row(registry, plugin, environment) for registry, plugin in found.values()]
    shell.print(
        table(["name", "version", "risk", "brings", "registry", "summary"], rows) if rows else "No plugin has all of that."
    )


def _readable(shell: Shell, known: Registries) -> Iterator[Registry]:
    """The registries that can be read; the others are told, and do not hide what these have."""
    yield Registry(name="built-in", index=known.official)
    for address in known.addresses:
        try:
            registry = known.read(address)
        except RegistryRefused as error:
            shell.warn(f"warning: {error}")
            continue
        if registry.note:
            shell.warn(f"warning: {address}: {registry.note}")
        yield registry


def _matches(plugin: Plugin, words: tuple[str, ...]) -> bool:
    text = " ".join([plugin.name, plugin.summary, *plugin.kinds, *plugin.actions]).lower()
    return all(word.lower() in text for word in words)


def _row(registry: Registry, plugin: Plugin, environment: Environment) -> list[str]:
    here = environment.version(plugin.name)
    version = plugin.versions[0].version + (f" (installed {here})" if here else "")
    return [plugin.name, version, plugin.risk, ", ".join(plugin.kinds), registry.name, plugin.summary]


def _value(registry: Registry, plugin: Plugin, environment: Environment) -> dict[str, JSON]:
    return {"registry": registry.name, "installed": environment.version(plugin.name), **plugin.model_dump()}
