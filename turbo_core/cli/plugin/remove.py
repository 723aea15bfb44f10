"""``turbo plugin remove``: take plugins away, with all that is left of them."""

from __future__ import annotations

import click

from turbo_core.cli.plugin.changing import agree, relock
from turbo_core.cli.shell import Shell
from turbo_core.plugins.names import find
from turbo_core.plugins.trials import Trials
from turbo_core.registry.install import Removal, removal
from turbo_core.registry.installed import Environment, called
from turbo_core.registry.preferences import drop_tables, of_project, set_names
from turbo_core.registry.tool import tool


@click.command("remove")
@click.argument("plugins", nargs=-1, required=True)
@click.option("--only", is_flag=True, help="Keep what the plugins needed, also if nothing else needs it.")
@click.option("--dry-run", is_flag=True, help="Tell what would be removed; change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.pass_obj
def command(shell: Shell, plugins: tuple[str, ...], only: bool, dry_run: bool, yes: bool) -> None:
    """Remove PLUGINS, what nothing else needs then, their settings in this project, and what is remembered of them.

    A plugin that another distribution needs is not removed.
    """
    environment, installer = Environment(), tool()
    found = removal(plugins, environment)
    gone = found.plugins if only else (*found.plugins, *found.orphans)
    for name in gone:
        shell.print(f"  {name} {environment.version(name)}")
    if dry_run:
        return
    if found.orphans and not only:
        agree(shell, [f"nothing else needs {', '.join(found.orphans)}; remove that too?"], yes=yes)
    names = set().union(*(called(environment.distributions[name]) for name in found.plugins))
    _forget(shell, found)
    installer.uninstall(gone)
    _clear_settings(shell, names)
    shell.print("Removed.")
    relock(shell, installer)


def _forget(shell: Shell, found: Removal) -> None:
    """Drop the verdicts: while the files are still there, since those of an editable install are part of its key."""
    caches = shell.app().settings.cache_folder
    trials = Trials(caches)
    for entry in find(caches).entries:
        if entry.distribution in found.plugins:
            trials.forget(entry)


def _clear_settings(shell: Shell, names: set[str]) -> None:
    place, settings = of_project(shell.app().project), shell.app().settings
    if names & {*settings.disabled} and settings.origins["plugins.disabled"].startswith(str(place.file)):
        set_names(place, "plugins.disabled", [name for name in settings.disabled if name not in names])
    for name in drop_tables(place, sorted(names)):
        shell.print(f"Removed the settings [plugins.{name}] from {place.file.name}.")
