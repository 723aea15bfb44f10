"""``turbo doctor``: what Turbo stands on here, and whether a run's journal is sound."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import click

from turbo_core import __version__
from turbo_core.app import App
from turbo_core.cli.checkup import checked, tell
from turbo_core.cli.mounts import file_system
from turbo_core.cli.plugin.shown import print_problems
from turbo_core.cli.shell import Shell
from turbo_core.engine.process.limits import ways
from turbo_core.engine.process.slots import Slots
from turbo_core.errors import InstallRefused, TurboError
from turbo_core.journal.anchors import Anchor
from turbo_core.plugins import configuring
from turbo_core.plugins.names import CORE
from turbo_core.registry import lock
from turbo_core.registry.installed import Environment, altered
from turbo_core.report.text import as_json, one_line, plural
from turbo_core.settings_table import SETTINGS
from turbo_core.words import JSON

_CONTAINMENT = {
    "cgroup": "cgroup: nothing that a task starts can get away",
    "subreaper": "subreaper: what a task starts is found, also if it hides",
    "group": "group: a process that leaves its group can get away; ends are told as not verified",
}
_MEMORY = {
    "control group": "control group",
    "address space": "address space of each process, no control group can be made",
    "": "cannot be held, such a task does not start",
}
_MENDED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The versions of SQLite, one for each line of releases, from which on the reset of a WAL cannot lose what was committed."""


@click.command("doctor")
@click.argument("run", required=False)
@click.option("--head", is_flag=True, help="Check the journal, and print one line with its head, to be kept outside.")
@click.option(
    "--anchor",
    type=click.File(errors="replace"),
    metavar="FILE",
    help="Compare the journal with the heads of its run that FILE holds; - reads a pipe.",
)
@click.pass_obj
def command(shell: Shell, run: str | None, *, head: bool, anchor: TextIO | None) -> None:
    """Tell how Turbo stands on this machine; with RUN, check the whole journal of that run.

    With --head or --anchor it is about a run, too: the latest if none is named. Exit code 65 if the journal is not what was
    written.
    """
    app = shell.app()
    if run is not None or head or anchor is not None:
        folder = app.folder(run)
        result, anchors = checked(folder, None if anchor is None else anchor.read())
        if head:
            shell.print(str(Anchor(result.run, result.events, result.head)))
        else:
            tell(shell, folder, result, anchors)
        return
    for name, told in _facts(app):
        shell.print(f"{name:<12} {one_line(told)}")
    app.plugins.inventory()
    shell.print(f"{'plugins':<12} {_plugins(app)}")
    print_problems(shell, app.plugins.problems)
    for plugin in configuring.strangers(app.plugins):
        shell.print(f"note: there are settings for {one_line(plugin)!r}, and no plugin of that name is installed")
    for name, told in _installed(app.project):
        shell.print(f"{name:<12} {one_line(told)}")
    shell.print("settings")
    width = max(len(setting.key) for setting in SETTINGS)
    for setting in SETTINGS:
        origin = app.settings.origins.get(setting.key, "default")
        shell.print(f"  {setting.key.ljust(width)}  {one_line(_shown(getattr(app.settings, setting.field)))}  ({origin})")


def _installed(project: Path) -> Iterator[tuple[str, str]]:
    """Whether plugins and what they need are as they were installed, and as the project's lock says."""
    environment = Environment()
    for name in sorted(environment.closure(environment.plugins(), beyond={CORE}) - {CORE}):
        files = altered(environment.distributions[name])
        if files:
            yield "altered", f"{name} is not as it was installed: {', '.join(files[:5])}; install it again"
    try:
        locked = lock.read(project)
        told = lock.differences(locked, project, environment) if locked else ["none; turbo plugin lock writes one"]
    except InstallRefused as error:
        told = [str(error)]
    yield from (("lock", line) for line in told or ["all is installed as it says"])


def _shown(value: JSON) -> str:
    if isinstance(value, tuple | Mapping):
        return as_json(value) if isinstance(value, Mapping) and value else ", ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _facts(app: App) -> Iterator[tuple[str, str]]:
    yield "turbo", __version__
    yield "python", f"{platform.python_version()} ({sys.executable})"
    yield "platform", platform.platform()
    yield "sqlite", sqlite(sqlite3.sqlite_version_info)
    yield "project", str(app.project)
    yield "disk", file_system(app.project)
    yield from _processes()
    yield "git", shutil.which("git") or "not found; actions of the git plugin need it"
    yield "cache", str(app.settings.cache_folder)


def sqlite(version: tuple[int, ...]) -> str:
    """The version of SQLite, and whether it has the fault that the reset of a WAL could lose what was committed."""
    told = ".".join(map(str, version))
    if version >= _MENDED[0] or any(version[:2] == line[:2] and version >= line for line in _MENDED):
        return told
    names = ", ".join(".".join(map(str, line)) for line in _MENDED)
    return f"{told}; it has the WAL-reset fault, which is mended in {names}: take a Python with one of these"


def _processes() -> Iterator[tuple[str, str]]:
    try:
        with Slots(1) as slots:
            kind = slots.containment
    except TurboError as error:
        yield "containment", f"no supervisor could be started: {error}"
        return
    yield "containment", _CONTAINMENT[kind]
    memory, processes = ways(groups=kind == "cgroup")
    yield "limits", f"memory: {_MEMORY[memory]}; processes: {processes or 'cannot be held, such a task does not start'}"


def _plugins(app: App) -> str:
    on = {listed.entry.distribution for listed in app.plugins.inventory() if listed.state == "on"}
    return f"{plural(len(on), 'distribution')} on: {', '.join(sorted(on))}"
