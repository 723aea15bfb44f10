"""The budget of counts: what was recorded, what is counted now, and which commits lie between.

A count may grow by a tenth, for the sake of other versions of Python; what shrinks wants to be recorded, so that it stays so.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.counting import COUNTS, CountingError, counted
from benchmarks.tables import figure, table

FILE: Final = Path(__file__).with_name("budget.json")
TOLERANCE: Final = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A count beside its budget."""

    name: str
    budget: float
    now: float

    @property
    def change(self) -> float:
        """By which part it has grown."""
        return self.now / self.budget - 1 if self.budget else self.now

    @property
    def broken(self) -> bool:
        """Whether it has grown by more than is allowed."""
        return self.now > self.budget * (1 + TOLERANCE)


def recorded() -> dict[str, float]:
    """The budget: name of a count -> what was counted when it was recorded."""
    budget: dict[str, float] = json.loads(FILE.read_text())
    return budget


def compare(names: Sequence[str]) -> int:
    """Count, print a table, and explain what has grown. The exit code: 1 if something has."""
    budget = recorded()
    found: list[Comparison] = []
    for name in names or COUNTS:
        try:
            found.append(Comparison(name=name, budget=budget[name], now=counted(name)))
        except CountingError as reason:
            print(f"not counted: {name}: {reason}")
    print(table(["count", "budget", "now", "change"], [_row(one) for one in found]))
    broken = [one for one in found if one.broken]
    if broken:
        print(explained(broken))
    return int(bool(broken))


def record(names: Sequence[str]) -> int:
    """Count, and write it down as the budget. Counts that this machine cannot make stay as they are."""
    budget = recorded() if FILE.exists() else {}
    for name in names or COUNTS:
        try:
            budget[name] = counted(name)
        except CountingError as reason:
            print(f"not counted: {name}: {reason}")
    FILE.write_text(json.dumps({name: budget[name] for name in COUNTS if name in budget}, indent=2) + "\n")
    return 0


def explained(broken: Sequence[Comparison]) -> str:
    """What grew by how much, since which commit, and how the one that did it is found."""
    lines = [
        f"{one.name}: {figure(one.now)}, the budget is {figure(one.budget)}: {one.change:+.0%}, allowed is {TOLERANCE:+.0%}"
        for one in broken
    ]
    last = _git("log", "-1", "--format=%h %s", "--", str(FILE))
    if last:
        since = last.split()[0]
        lines += [f"The budget was last recorded by {last}", "Commits to the core since then:"]
        lines += [f"  {line}" for line in _git("log", "--format=%h %s", f"{since}..HEAD", "--", "turbo_core").splitlines()]
        lines += [f"Find the one: git bisect start HEAD {since} -- turbo_core; git bisect run tox -e perf -- '{broken[0].name}'"]
    return "\n".join([*lines, "If it is meant to be so: tox -e perf -- --record"])


def _row(one: Comparison) -> list[str]:
    return [one.name, figure(one.budget), figure(one.now), f"{one.change:+.0%}"]


def _git(*arguments: str) -> str:
    asked = subprocess.run(["git", *arguments], cwd=FILE.parents[1], capture_output=True, text=True, check=False)
    return asked.stdout.strip()
