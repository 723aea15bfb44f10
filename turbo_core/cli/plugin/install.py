"""``turbo plugin install``: from a registry, from the folder of a project, or as the lock says."""

from __future__ import annotations

import click

from turbo_core.cli.plugin.changing import perform, relock, resolver
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.registry import lock
from turbo_core.registry.installed import Environment
from turbo_core.registry.plan import Wanted
from turbo_core.registry.tool import tool


@click.command("install")
@click.argument("plugins", nargs=-1)
@click.option("-e", "--editable", multiple=True, metavar="DIR", help="Install the project of a folder so that edits count.")
@click.option("--dry-run", is_flag=True, help="Tell what would be installed; change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Answer every question with yes.")
@click.pass_obj
def command(shell: Shell, plugins: tuple[str, ...], editable: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Install PLUGINS, by name (turbo-plugin-git, git, 'git>=1,<2') or from the folder of a project (./my-plugin).

    Without PLUGINS, install what the lock of this project says. What would be done is found out first; an
    installation that would break what is installed is refused before anything is changed. Only wheels with known
    hashes are installed, except from a folder. It uses uv if it is there, else pip, with your own configuration.
    """
    if not plugins and not editable:
        _install_locked(shell, dry_run=dry_run, yes=yes)
        return
    wanted = [*(Wanted(text=text) for text in plugins), *(Wanted(text=text, editable=True) for text in editable)]
    planning = resolver(shell)
    if perform(shell, planning.plan(wanted), planning.tool, yes=yes, dry_run=dry_run):
        shell.print("Installed. See what they bring: turbo plugin list")
        relock(shell, planning.tool)


def _install_locked(shell: Shell, *, dry_run: bool, yes: bool) -> None:
    project = shell.app().project
    locked = lock.read(project)
    if locked is None:
        step = "name a plugin, or write a lock: turbo plugin lock"
        raise UsageError("there is nothing to install", where=str(project), why=f"it has no {lock.FILE}", next_step=step)
    if perform(shell, lock.plan(locked, project, Environment()), tool(), yes=yes, dry_run=dry_run):
        shell.print("Installed what the lock says.")
