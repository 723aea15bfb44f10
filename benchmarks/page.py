"""docs/performance.md, made from results: what stands between its marks is written, and what people wrote around them stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.cases import CALLS_DURABLE, CASES, SPAWN, SPAWN_DURABLE
from benchmarks.plots import bars, curves
from benchmarks.results import Results
from benchmarks.tables import cost, of_machine, of_race
from benchmarks.targets import TARGETS, Reading

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "performance.md"
MARK: Final = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)

VERDICTS: Final = {True: "met", False: "**missed**", None: "not measured"}
COSTS: Final = {
    "independent": "One more command, milliseconds (logarithmic)",
    "chain": "One more command in a chain, milliseconds (logarithmic)",
    "actions": "One more call of an action, milliseconds (logarithmic)",
}
"""The cases whose costs are shown as bars, with the titles of their pictures."""
GROWTH: Final = "Whole runs of Turbo by number of tasks, seconds"
GROWING: Final = ("layered", "layered-long", "fan", "matrix")


def write(runs: Sequence[Results]) -> None:
    """Write the page and its pictures.

    Args:
        runs: the results of one run, or of two to show the spread; tables and pictures are of the first.
    """
    PAGE.write_text(filled(PAGE.read_text(), runs))
    for old in DOCS.glob("performance-*.svg"):
        old.unlink()
    for name, picture in pictures(runs[0]).items():
        (DOCS / name).write_text(picture)


def filled(text: str, runs: Sequence[Results]) -> str:
    """The text of the page with these results between its marks."""
    parts: Mapping[str, Callable[[], str]] = {
        "targets": lambda: targets(runs),
        "machine": lambda: of_machine(runs[0].machine),
        "costs": lambda: shown(runs[0], COSTS),
        "growth": lambda: shown(runs[0], {"growth": GROWTH}),
        "races": lambda: races(runs[0]),
    }
    return MARK.sub(lambda found: f"{found[1]}{parts[found[2]]()}{found[3]}", text)


def targets(runs: Sequence[Results]) -> str:
    """The table of targets; a second run has a column of its own."""
    head = ["what", "target", "measured", *["second run"] * (len(runs) > 1), "verdict"]
    lines = [head, ["---"] * len(head)]
    for target in TARGETS:
        readings = [target.read(run) for run in runs[:2]]
        lines.append([target.what, target.target, *[one.told or "not measured" for one in readings], VERDICTS[_both(readings)]])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def races(results: Results) -> str:
    """Every case with its table."""
    return "\n".join(f"### {name}\n\n{CASES[name].about}\n\n{of_race(CASES[name], race)}" for name, race in results.races.items())


def shown(results: Results, titles: Mapping[str, str]) -> str:
    """References to those of the pictures that there are."""
    made = pictures(results)
    files = {f"performance-{name}.svg": title for name, title in titles.items()}
    return "\n".join(f"![{title}]({file})\n" for file, title in files.items() if file in made)


def pictures(results: Results) -> dict[str, str]:
    """File name -> picture, of those for which something was measured."""
    made = {
        f"performance-{case}.svg": bars(title, costs, own="turbo", floors=(SPAWN, SPAWN_DURABLE, CALLS_DURABLE))
        for case, title in COSTS.items()
        if (costs := _costs(results, case))
    }
    lines = {name: times for name in GROWING if (times := results.race(name).medians("turbo"))}
    return made | ({"performance-growth.svg": curves(GROWTH, lines)} if lines else {})


def _costs(results: Results, case: str) -> dict[str, float]:
    race = results.race(case)
    return {name: found * 1000 for name in race.samples if (found := cost(CASES[case], race, name))}


def _both(readings: Sequence[Reading]) -> bool | None:
    """Met only if every run met it that measured it."""
    verdicts = [one.met for one in readings if one.met is not None]
    return all(verdicts) if verdicts else None
