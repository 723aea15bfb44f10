"""``turbo plugin registry``: which registries are asked."""

from __future__ import annotations

from pathlib import Path

import click

from turbo_core.cli.plugin.changing import registries
from turbo_core.cli.shell import Shell
from turbo_core.errors import RegistryRefused, UsageError
from turbo_core.registry import fetching
from turbo_core.registry.preferences import Place, names_in, set_names
from turbo_core.registry.sources import BUILT_IN, read
from turbo_core.report.text import plural
from turbo_core.settings import person_file

_KEY = "registries"


@click.group("registry")
def command() -> None:
    """Add, remove and list registries of plugins. They stand in your own settings."""


@command.command("add")
@click.argument("address", metavar="URL|FILE")
@click.pass_obj
def add(shell: Shell, address: str) -> None:
    """Ask one more registry, after those that are asked already. It is read and checked first."""
    address = _whole(address)
    found = read(address, shell.app().settings.cache_folder)
    known = names_in(_mine(), _KEY)
    if address not in known:
        set_names(_mine(), _KEY, [*known, address])
    shell.print(f"Added {address}: {plural(len(found.index.plugins), 'plugin')}.")
    _tell_if_hidden(shell, address)


@command.command("remove")
@click.argument("address", metavar="URL|FILE")
@click.pass_obj
def remove(shell: Shell, address: str) -> None:
    """Ask a registry no more, and forget what it said."""
    known = names_in(_mine(), _KEY)
    meant = next((each for each in (address, _whole(address)) if each in known), None)
    if meant is None:
        told = ", ".join(known) or "none"
        raise UsageError(f"{address} is no registry of your settings", where=str(person_file()), next_step=f"there are: {told}")
    set_names(_mine(), _KEY, [each for each in known if each != meant])
    fetching.forget(meant, shell.app().settings.cache_folder)
    shell.print(f"Removed {meant}.")


@command.command("list")
@click.pass_obj
def list_(shell: Shell) -> None:
    """List the registries in the order in which they are asked; the first one that lists a plugin speaks for it."""
    known = registries(shell)
    shell.print(f"{BUILT_IN}  {plural(len(known.official.plugins), 'plugin')}")
    for address in known.addresses:
        try:
            found = known.read(address)
            note = f"; {found.note}" if found.note else ""
            shell.print(f"{address}  {plural(len(found.index.plugins), 'plugin')}{note}")
        except RegistryRefused as error:
            shell.print(f"{address}  {' '.join(str(error).split())}")


def _mine() -> Place:
    return Place(file=person_file())


def _whole(address: str) -> str:
    """Files by their whole path, since settings are read from everywhere."""
    return address if "://" in address else str(Path(address).expanduser().resolve())


def _tell_if_hidden(shell: Shell, address: str) -> None:
    settings = shell.app({"color": shell.given.color}).settings
    if address not in settings.registries:
        shell.warn(f"warning: it is not asked here: {settings.origins['registries']} has a list of its own")
