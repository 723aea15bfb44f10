"""What the commands that change the environment share: the installer, the questions to the person, and the lock afterwards."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

import click
from packaging.utils import canonicalize_name

from turbo_core.cli.shell import Shell
from turbo_core.errors import InstallRefused
from turbo_core.registry import lock
from turbo_core.registry.install import carry_out
from turbo_core.registry.installed import Environment, called
from turbo_core.registry.plan import Plan
from turbo_core.registry.resolve import Resolver
from turbo_core.registry.sources import Registries
from turbo_core.registry.tool import Tool, tool
from turbo_core.workflow.finding import MAIN_FILE

_SIGNS = (lock.FILE, "turbo.toml", MAIN_FILE)


def registries(shell: Shell) -> Registries:
    """The registries of the settings."""
    settings = shell.app().settings
    return Registries(settings.registries, settings.cache_folder)


def resolver(shell: Shell) -> Resolver:
    """What plans installations into this environment, for this project."""
    held = lock.hashes(lock.read(shell.app().project))
    return Resolver(tool=tool(), environment=Environment(), registries=registries(shell), locked=held)


def agree(shell: Shell, questions: Iterable[str], *, yes: bool) -> None:
    """Ask a person each question; go on only if all are answered with yes.

    Raises:
        InstallRefused: one was answered with no, or nobody can be asked.
    """
    for question in questions:
        if yes:
            shell.warn(f"warning: {question} (--yes)")
        elif not shell.terminal().interactive:
            raise InstallRefused("somebody has to agree", why=question, next_step="add --yes to agree; nothing was changed")
        elif not click.confirm(question, err=True):
            raise InstallRefused("it was called off", why=question, next_step="nothing was changed")


def show(shell: Shell, plan: Plan) -> None:
    """Print what would be done, one line for each distribution."""
    for change in plan.changes:
        was = f" (was {change.before})" if change.before else ""
        shell.print(f"  {change.pin.name} {change.pin.version}{was}")
    for local in plan.folders:
        shell.print(f"  {local.pin.name} {local.pin.version} from {local.folder}{' (editable)' if local.editable else ''}")


def perform(shell: Shell, plan: Plan, installer: Tool, *, yes: bool, dry_run: bool) -> bool:
    """Show a plan, ask what has to be asked, and carry it out; tells whether it was.

    Raises:
        InstallRefused: it was called off, or the installer failed.
    """
    if plan.empty:
        shell.print("Nothing to do: all of it is installed.")
        return False
    show(shell, plan)
    if dry_run:
        for question in plan.questions:
            shell.warn(f"would be asked: {question}")
        return False
    agree(shell, plan.questions, yes=yes)
    carry_out(plan, installer)
    return True


def relock(shell: Shell, installer: Tool) -> None:
    """Write the project's lock anew, if this is a project. What was installed stays, whatever becomes of the lock."""
    project = shell.app().project
    if any((project / sign).exists() for sign in _SIGNS):
        try:
            tell_lock(shell, write_lock(shell, installer))
        except InstallRefused as error:
            shell.warn(f"warning: the lock was not written: {error}")


def write_lock(shell: Shell, installer: Tool) -> lock.Written:
    """Lock the plugins that are on.

    Raises:
        InstallRefused: the hashes of a wheel cannot be found out.
    """
    importlib.invalidate_caches()
    app, environment = shell.app(), Environment()
    off = {canonicalize_name(name) for name in app.settings.disabled} | {*app.settings.disabled}
    wanted = [name for name in environment.plugins() if not called(environment.distributions[name]) & off]
    return lock.write(app.project, wanted, environment, installer)


def tell_lock(shell: Shell, written: lock.Written) -> None:
    """Print what became of the lock."""
    count = f"{written.packages} package{'' if written.packages == 1 else 's'}"
    shell.print(f"Locked {count} in {_short(written.file, shell.app().project)}.")
    for note in written.notes:
        shell.warn(f"warning: {note}")


def _short(file: Path, project: Path) -> str:
    return str(file.relative_to(project)) if file.is_relative_to(project) else str(file)
