"""The actions that change what a project has: install, add, remove, lock. Each keeps manifests and lock files for its undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from turbo_core import ActionFailed, Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.running import carry_out, told
from turbo_plugin_packages.snapshots import Snapshot
from turbo_plugin_packages.values import Inventory, Manager, Plan, Verb

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A package that changed its version.

    Attributes:
        name: of the package.
        before: its version before; empty if it was not there.
        after: its version after; empty if it is gone.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change came to.

    Attributes:
        manager: who made it.
        commands: what was run, one after another.
        files: which manifests and lock files are others now.
        packages: which packages changed, as far as the manager tells.
    """

    manager: str
    commands: list[list[str]]
    files: list[str]
    packages: list[Step]


@action(risk="change", idempotent=True)
def install(context: Context, folder: str = ".", manager: str = "") -> Changed:
    """Install what the lock file says, or else the manifest.

    The undo removes an environment that was not there before.

    Args:
        folder: where, relative to the project.
        manager: the package manager, if several are at work.
    """
    return _change(context, folder, manager, "install", {}, "")


@install.plan
def _(context: Context, folder: str, manager: str) -> str:
    return planned(context, folder, manager, "install", {})


@install.undo
def _(context: Context, folder: str, manager: str) -> None:
    undo(context, folder, manager)


@action(risk="change", idempotent=False)
def add(context: Context, packages: dict[str, str], folder: str = ".", manager: str = "", group: str = "") -> Changed:
    """Add packages to what the project needs, and install them.

    Args:
        packages: name → exact version; empty for the manager to choose.
        folder: where, relative to the project.
        manager: the package manager, if several are at work.
        group: ``dev`` for what only development needs, or another group that the manager knows.
    """
    return _change(context, folder, manager, "add", packages, group)


@add.plan
def _(context: Context, packages: dict[str, str], folder: str, manager: str, group: str) -> str:
    return planned(context, folder, manager, "add", packages, group)


@add.undo
def _(context: Context, folder: str, manager: str) -> None:
    undo(context, folder, manager)


@add.probe
def _(context: Context, folder: str) -> Changed | bool:
    return outcome(context, folder, Changed)


@action(risk="change", idempotent=False)
def remove(context: Context, packages: list[str], folder: str = ".", manager: str = "", group: str = "") -> Changed:
    """Remove packages from what the project needs.

    Args:
        packages: their names.
        folder: where, relative to the project.
        manager: the package manager, if several are at work.
        group: the group in which they are needed, if not the main one.
    """
    return _change(context, folder, manager, "remove", dict.fromkeys(packages, ""), group)


@remove.plan
def _(context: Context, packages: list[str], folder: str, manager: str, group: str) -> str:
    return planned(context, folder, manager, "remove", dict.fromkeys(packages, ""), group)


@remove.undo
def _(context: Context, folder: str, manager: str) -> None:
    undo(context, folder, manager)


@remove.probe
def _(context: Context, folder: str) -> Changed | bool:
    return outcome(context, folder, Changed)


@action(risk="change", idempotent=True)
def lock(context: Context, folder: str = ".", manager: str = "") -> Changed:
    """Write the lock file anew where the manifest asks for it.

    Args:
        folder: where, relative to the project.
        manager: the package manager, if several are at work.
    """
    return _change(context, folder, manager, "lock", {}, "")


@lock.plan
def _(context: Context, folder: str, manager: str) -> str:
    return planned(context, folder, manager, "lock", {})


@lock.undo
def _(context: Context, folder: str, manager: str) -> None:
    undo(context, folder, manager)


def planned(context: Context, folder: str, manager: str, verb: Verb, packages: Mapping[str, str], group: str = "") -> str:
    """What a change would do, in a sentence."""
    there = asking.place(context, folder)
    return told(asking.plan(context, there, asking.manager(context, there, manager), verb, packages, group))


def snapshot(context: Context, folder: Path) -> Snapshot:
    """Where the task keeps what it changes."""
    return Snapshot(context.project / ".turbo" / "packages" / context.key, folder)


def touched(one: Manager, plan: Plan) -> list[str]:
    """The files that a plan may change."""
    return [*dict.fromkeys((*one.manifests, *one.locks, *plan.writes, *plan.changes))]


def undo(context: Context, folder: str, manager: str) -> None:
    """Bring back what a task has kept; the environment follows, if it was there before."""
    there = asking.place(context, folder)
    kept = snapshot(context, there)
    if not kept.kept:
        return
    made, changed = kept.made, kept.restore()
    one = next(iter(asking.managers(context, there, manager)), None) if asking.detected(context, there) else None
    if changed and one and any((there / name).exists() for name in one.leave_out if name not in made):
        carry_out(asking.plan(context, there, one, "install"), there)
    kept.drop(context.project)


def outcome(context: Context, folder: str, type_: type[T]) -> T | bool:
    """What came of this task's change, if it has happened."""
    told = snapshot(context, asking.place(context, folder)).outputs
    return False if told is None else asking.read(type_, told)


def steps(before: Inventory | None, after: Inventory | None) -> list[Step]:
    """Which packages changed between two inventories."""
    old, new = _versions(before), _versions(after)
    return [
        Step(name=name, before=old.get(name, ""), after=new.get(name, ""))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def known(context: Context, folder: Path, one: Manager) -> Inventory | None:
    """The inventory, or nothing where there is none yet."""
    try:
        return asking.inventory(context, folder, one)
    except ActionFailed:
        return None


def _versions(inventory: Inventory | None) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for package in inventory.packages if inventory else ():
        found.setdefault(package.name, []).append(package.version)
    return {name: ", ".join(versions) for name, versions in found.items()}


def _change(context: Context, folder: str, manager: str, verb: Verb, packages: Mapping[str, str], group: str) -> Changed:
    there = asking.place(context, folder)
    one = asking.manager(context, there, manager)
    before = known(context, there, one)
    plan = asking.plan(context, there, one, verb, packages, group)
    kept = snapshot(context, there)
    kept.keep(touched(one, plan), one.leave_out)
    context.log(told(plan))
    try:
        carry_out(plan, there)
    except ActionFailed:
        kept.restore()
        kept.drop(context.project)
        raise
    changed = Changed(
        manager=one.manager,
        commands=_lists(plan.commands),
        files=kept.changed(),
        packages=steps(before, known(context, there, one)),
    )
    kept.close(asdict(changed))
    return changed


def _lists(commands: Iterable[Iterable[str]]) -> list[list[str]]:
    return [[*command] for command in commands]
