"""``turbo plugin update``: newer versions of installed plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
from packaging.utils import NormalizedName

from turbo_core.cli.plugin.changing import perform, relock, resolver
from turbo_core.cli.shell import Shell
from turbo_core.registry.install import plugin_named
from turbo_core.registry.installed import Environment, origin
from turbo_core.registry.plan import Wanted


@click.command("update")
@click.argument("plugins", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Tell what would be installed; change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.pass_obj
def command(shell: Shell, plugins: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Update PLUGINS, or all of them, to the newest versions that fit; an update never goes back.

    A plugin that was installed from a folder or an address is left as it is.
    """
    planning = resolver(shell)
    names = [plugin_named(name, planning.environment) for name in plugins] or planning.environment.plugins()
    wanted = [Wanted(text=name) for name in _from_index(shell, planning.environment, names)]
    if perform(shell, planning.plan(wanted, upgrade=True), planning.tool, yes=yes, dry_run=dry_run):
        shell.print("Updated.")
        relock(shell, planning.tool)


def _from_index(shell: Shell, environment: Environment, names: Iterable[NormalizedName]) -> Iterator[NormalizedName]:
    for name in names:
        source = origin(environment.distributions[name])
        if source:
            shell.warn(f"{name} stays as it is: it was installed from {source.address}")
        else:
            yield name
