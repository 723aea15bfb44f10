"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.cases import CASES
from benchmarks.racing import Case
from benchmarks.results import Race, Results


def figure(value: float | None) -> str:
    """A number with as many digits as mean something."""
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 10 else f"{value:.3g}" if value >= 0.001 else f"{value:.4f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def of_machine(machine: Mapping[str, str]) -> str:
    """The facts of a machine."""
    return "".join(f"- {name}: {told}\n" for name, told in machine.items())


def of_race(case: Case, race: Race) -> str:
    """One race: medians of whole runs, the cost of one more, and the ratio to the reference of the case."""
    sizes = sorted({size for by in race.samples.values() for size in by})
    compared = cost(case, race, case.reference)
    head = ["", *[f"{size:,} {case.unit}, s" for size in sizes]]
    head += ["one more, ms"] * case.by_size + [f"ratio to {case.reference}"] * (compared is not None)
    rows = []
    for name in (one.name for one in case.contestants if one.name in race.samples):
        each = cost(case, race, name)
        row = [f"`{name}`", *[figure(race.medians(name).get(size)) for size in sizes]]
        row += [figure(each and each * 1000)] * case.by_size
        row += [figure(each / compared if each and compared else None)] * (compared is not None)
        rows.append(row)
    missing = "".join(f"\nWithout {name}: {why}.\n" for name, why in race.missing.items())
    return table(head, rows) + missing


def cost(case: Case, race: Race, name: str) -> float | None:
    """What contestants are compared by, in seconds: the cost of one more, or the whole time at the largest size.

    None if there is no such contestant, or noise has swallowed the difference between its sizes.
    """
    times = race.medians(name)
    found = race.marginal(name) if case.by_size else times[max(times)] if times else None
    return found if found and found > 0 else None


def whole(results: Results) -> str:
    """All of the results, for a terminal."""
    parts = [of_machine(results.machine)]
    parts += [f"## {name}\n\n{CASES[name].about}\n\n{of_race(CASES[name], race)}" for name, race in results.races.items()]
    return "\n".join(parts)
