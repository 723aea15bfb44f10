"""Tries updates in a scratch copy: does the manager accept them, do the tests pass, is nothing worse than before?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from turbo_core import ActionFailed, Context

from turbo_plugin_packages import asking
from turbo_plugin_packages.running import carry_out, run
from turbo_plugin_packages.scratch import Scratch
from turbo_plugin_packages.snapshots import read
from turbo_plugin_packages.values import Inventory, Manager
from turbo_plugin_packages.wording import number_of_vulnerabilities

Count: TypeAlias = Callable[[Inventory], int]
"""How many known vulnerabilities an inventory has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How one set of updates did. ``why`` is empty if it did well; then ``files`` and ``inventory`` are what came of it."""

    why: str = ""
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    inventory: Inventory = field(default_factory=lambda: Inventory(packages=()))


class Trials:
    """Trials of sets of updates. Each set is tried once.

    Args:
        context: of the action.
        one: the manager.
        scratch: where they are tried.
        test: the command that must end with 0; none if it is empty.
        limit: seconds that it may take.
        vulnerable: counts what must not become more.
    """

    def __init__(
        self, context: Context, one: Manager, scratch: Scratch, *, test: Sequence[str], limit: float, vulnerable: Count
    ) -> None:
        self._context, self._one, self._scratch = context, one, scratch
        self._test, self._limit, self._vulnerable = test, limit, vulnerable
        self._worst: int | None = None
        self._known: dict[frozenset[tuple[str, str]], Trial] = {}

    @property
    def count(self) -> int:
        """How many sets have been tried."""
        return len(self._known)

    def base(self) -> None:
        """See that all is well before any update.

        Raises:
            ActionFailed: the project does not install, or its tests fail already; then no update could be judged.
        """
        self._scratch.refresh()
        carry_out(asking.plan(self._context, self._scratch.folder, self._one, "install"), self._scratch.folder)
        if why := self._tested():
            raise ActionFailed("the tests fail before any update", why=why, next_step="mend them first")
        self._worst = self._vulnerable(asking.inventory(self._context, self._scratch.folder, self._one))

    def works(self, changes: Mapping[str, str]) -> bool:
        """Whether a set does well."""
        return not self.of(changes).why

    def of(self, changes: Mapping[str, str]) -> Trial:
        """How a set did, or does."""
        key = frozenset(changes.items())
        if key not in self._known:
            self._known[key] = trial = self._try(changes)
            listed = ", ".join(f"{name} {version}" for name, version in changes.items())
            self._context.log(f"{listed}: {trial.why or 'works'}")
        return self._known[key]

    def _try(self, changes: Mapping[str, str]) -> Trial:
        folder = self._scratch.folder
        self._scratch.refresh()
        try:
            carry_out(asking.plan(self._context, folder, self._one, "update", changes), folder)
            inventory = asking.inventory(self._context, folder, self._one)
        except ActionFailed as refused:
            return Trial(why=str(refused))
        why = _not_reached(inventory, changes) or self._tested() or self._worse(inventory)
        return Trial(why=why, files=self._files(folder), inventory=inventory)

    def _tested(self) -> str:
        """Why the tests do not pass; empty if they do."""
        if not self._test:
            return ""
        ran = run(self._test, self._scratch.folder, limit=self._limit)
        return f"the tests end with {ran.code}: {ran.told}" if ran.code else ""

    def _worse(self, inventory: Inventory) -> str:
        count = self._vulnerable(inventory)
        if self._worst is not None and count > self._worst:
            return f"there would be {number_of_vulnerabilities(count)} instead of {self._worst}"
        return ""

    def _files(self, folder: Path) -> dict[str, bytes | None]:
        return {name: read(folder / name) for name in (*self._one.manifests, *self._one.locks)}


def _not_reached(inventory: Inventory, changes: Mapping[str, str]) -> str:
    """What the manager has left at another version, without saying so."""
    there: dict[str, set[str]] = {}
    for package in inventory.packages:
        there.setdefault(package.name, set()).add(package.version)
    left = [
        f"{name} at {', '.join(sorted(there[name]))}"
        for name, version in changes.items()
        if version not in there.get(name, {version})
    ]
    return f"the manager leaves {' and '.join(left)}" if left else ""
