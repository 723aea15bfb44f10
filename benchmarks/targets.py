"""The targets, each with what was measured for it. The figures are ratios inside one run on one machine, so that they travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.cases import CASES, SPAWN_DURABLE
from benchmarks.results import Results
from benchmarks.secret_lines import LINE
from benchmarks.tables import cost, figure

MEGA: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was measured for a target.

    Attributes:
        told: the figures in words.
        met: whether they are within the target; None if all that were measured are, and others were not measured.
    """

    told: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A promise about speed, and how it is read off the results."""

    what: str
    target: str
    read: Callable[[Results], Reading]


def _all(*parts: tuple[str, float | None, bool]) -> Reading:
    """Several figures, each with its words, its value (None if it was not measured) and whether it is good enough."""
    told = "; ".join(words.format(figure(value)) for words, value, _ in parts if value is not None)
    measured = [good for _, value, good in parts if value is not None]
    return Reading(told=told, met=False if not all(measured) else True if len(measured) == len(parts) else None)


def _at_most(words: str, value: float | None, limit: float) -> tuple[str, float | None, bool]:
    return words, value, value is not None and value <= limit


def _at_least(words: str, value: float | None, limit: float) -> tuple[str, float | None, bool]:
    return words, value, value is not None and value >= limit


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one and other else None


def _time(results: Results, case: str, name: str, size: int) -> float | None:
    return results.race(case).medians(name).get(size)


def _cost(results: Results, case: str, name: str) -> float | None:
    return cost(CASES[case], results.race(case), name)


def start(results: Results) -> Reading:
    """How long the first words take, beside a Python that does nothing."""
    nothing = _time(results, "start", "python -c pass", 5)
    few, some, many = (_time(results, "start", "turbo --help", size) for size in (5, 50, 200))
    version = _time(results, "start", "turbo --version", 50)
    return _all(
        _at_most("{} times", _ratio(version, nothing), 3),
        _at_most("{} times", _ratio(some, nothing), 8),
        _at_most("200 plugins cost {} times what 5 do", _ratio(many, few), 1.1),
    )


def whole_run(results: Results) -> Reading:
    """1,000 commands with all that is around them."""
    turbo, ninja, doit, task = (_time(results, "independent", name, 1_000) for name in ("turbo", "ninja", "doit", "go-task"))
    return _all(
        _at_most("{} times ninja", _ratio(turbo, ninja), 2.5),
        _at_most("{} times doit", _ratio(turbo, doit), 1),
        _at_most("{} times go-task", _ratio(turbo, task), 1),
    )


def one_more(case: str, size: int) -> Callable[[Results], Reading]:
    """What one more command costs, beside ninja, and beside the floor with the same promise; measured up to this size."""

    def read(results: Results) -> Reading:
        if _time(results, case, "turbo", size) is None:
            return Reading(told="", met=None)
        turbo, ninja, floor = (_cost(results, case, name) for name in ("turbo", "ninja", SPAWN_DURABLE))
        words, value, good = _at_most("{} times ninja", _ratio(turbo, ninja), 2)
        return _all((words, value, good), ("{} times posix_spawn with SQLite", _ratio(turbo, floor), True))

    return read


def calls(results: Results) -> Reading:
    """What one more call of an action costs."""
    turbo = _cost(results, "actions", "turbo")
    slower = {name: _ratio(_cost(results, "actions", name), turbo) for name in ("dask", "prefect", "dbos")}
    return _all(
        _at_most("{} ms", turbo and turbo * 1000, 0.15),
        *(_at_least(f"{{}} times faster than {name}", ratio, 10) for name, ratio in slower.items()),
    )


def reading(results: Results) -> Reading:
    """A finished run, and a long file, read."""
    memory = [results.race(case).medians("turbo", "memory").get(10_000) for case in ("resume", "check")]
    most = max(one for one in memory if one is not None) if None not in memory else None
    return _all(
        _at_most("resume {} s", _time(results, "resume", "turbo", 10_000), 0.5),
        _at_most("check {} s", _time(results, "check", "turbo", 10_000), 1.0),
        ("{} s once more", _time(results, "check", "turbo, once more", 10_000), True),
        _at_most("{} MiB at most", most, 120),
    )


def growth(results: Results) -> Reading:
    """The power by which cost grows with size."""
    shapes = ("layered", "layered-long", "fan", "matrix")
    return _all(*(_at_most(f"{shape} {{}}", results.race(shape).exponent("turbo"), 1.1) for shape in shapes))


def output(results: Results) -> Reading:
    """Lines, masked and logged."""
    line = len(LINE.format(0)) / MEGA
    turbo, alone = (_ratio(line, _cost(results, "lines", name)) for name in ("turbo", "Aho-Corasick alone"))
    return _all(_at_least("{} MB/s", turbo, 40), ("Aho-Corasick alone {} MB/s", alone, True))


def view(results: Results) -> Reading:
    """The live view's own part of one core."""
    live, quiet = (results.race("printing").marginal(f"turbo, {name}", "own") for name in ("live view", "quiet"))
    extra = None if live is None or quiet is None else max(0.0, live - quiet) * 100
    return _all(_at_most("{} %", extra, 5))


def idle(results: Results) -> Reading:
    """Waiting for a person."""
    used = results.race("waiting").marginal("turbo", "cpu")
    return _all(_at_most("{} % of a core with `--wait`; no process without", None if used is None else max(0.0, used) * 100, 0.5))


TARGETS: Final = (
    Target(
        what="`turbo --version` / `--help` with 50 plugins, beside `python -c pass`",
        target="≤ 3 times / ≤ 8 times it; 200 plugins cost ≤ 1.1 times what 5 do",
        read=start,
    ),
    Target(
        what="1,000 independent commands, the whole run",
        target="≤ 2.5 times ninja; faster than doit and go-task",
        read=whole_run,
    ),
    Target(what="10,000 independent commands, one more", target="≤ 2 times ninja", read=one_more("independent", 10_000)),
    Target(what="1,000 commands in a chain, one more", target="≤ 2 times ninja", read=one_more("chain", 1_000)),
    Target(
        what="a call of an action, one more, committed with FULL",
        target="≤ 0.15 ms; ≥ 10 times faster than dask, prefect, dbos",
        read=calls,
    ),
    Target(
        what="resume of a finished run of 10,000 tasks; check of a file of 10,000 tasks",
        target="≤ 0.5 s; ≤ 1.0 s; memory ≤ 120 MiB",
        read=reading,
    ),
    Target(what="growth of cost with size, as an exponent", target="≤ 1.1", read=growth),
    Target(what="a million lines of one task, masked for 20 secrets, logged, followed", target="≥ 40 MB/s", read=output),
    Target(what="the live view while 64 tasks print, its own processor time", target="≤ 5 % of a core", read=view),
    Target(what="waiting for a person", target="no process, or 0 % of a core", read=idle),
)
