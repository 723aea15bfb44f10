"""The command line: ``measure`` holds races, ``page`` writes the page of results, ``budget`` compares counts with the budget."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import budget, page
from benchmarks.cases import CASES
from benchmarks.machine import facts
from benchmarks.peers import HOME, PEERS, install, is_there, version
from benchmarks.racing import Track, race
from benchmarks.results import Results, read, write
from benchmarks.tables import whole


def main() -> int:
    """Do what the command line asks; the exit code."""
    arguments = _parser().parse_args()
    code: int = arguments.act(arguments)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="ACT")
    measure = acts.add_parser("measure", help="hold races, print tables, write JSON")
    measure.set_defaults(act=_measure)
    measure.add_argument("cases", nargs="*", metavar="CASE", help=f"in this order; all if none is named: {', '.join(CASES)}")
    measure.add_argument("--quick", action="store_true", help="small sizes, one round, without the peers that take long")
    measure.add_argument("--rounds", type=int, default=0, help="in place of the usual number of rounds")
    measure.add_argument("--most", type=int, default=0, metavar="SIZE", help="leave larger sizes out, where time is short")
    measure.add_argument("--no-peers", action="store_true", help="install no peers, and race without them")
    measure.add_argument("--folder", type=Path, default=HOME / "scratch", help="where runs and journals are; on a real disk")
    measure.add_argument("--json", type=Path, default=HOME / "results.json", help="where the results are written")
    write_page = acts.add_parser("page", help="write docs/performance.md and its pictures")
    write_page.set_defaults(act=_page)
    write_page.add_argument("results", type=Path, nargs="+", help="the results; of a second run too, to show the spread")
    counts = acts.add_parser("budget", help="count what a run costs, and compare with what was recorded")
    counts.set_defaults(act=_budget)
    counts.add_argument("counts", nargs="*", metavar="COUNT", help="all of them if none is named")
    counts.add_argument("--record", action="store_true", help="write down what was counted as the budget")
    return parser


def _measure(arguments: argparse.Namespace) -> int:
    if unknown := set(arguments.cases) - set(CASES):
        sys.exit(f"there is no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    chosen = [CASES[name] for name in arguments.cases or CASES]
    wanted = {one.peer for case in chosen for one in case.contestants if one.peer and not (one.heavy and arguments.quick)}
    peers = [] if arguments.no_peers else [name for name in PEERS if name in wanted]
    for name in peers:
        install(name)
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    machine = facts(folder) | {name: version(name) for name in peers if is_there(name)}
    track = Track(
        folder=folder,
        quick=arguments.quick,
        rounds=arguments.rounds,
        most=arguments.most,
        there=lambda name: name in peers and is_there(name),
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )
    results = Results(machine=machine, quick=arguments.quick, races={})
    for case in chosen:
        results.races[case.name] = race(case, track)
        write(results, arguments.json)  # after each: what was measured is not lost if a later one is stopped
    print(whole(results))
    return int(any(name.startswith("turbo") for race in results.races.values() for name in race.missing))


def _page(arguments: argparse.Namespace) -> int:
    page.write([read(path) for path in arguments.results])
    return 0


def _budget(arguments: argparse.Namespace) -> int:
    return budget.record(arguments.counts) if arguments.record else budget.compare(arguments.counts)


if __name__ == "__main__":
    sys.exit(main())
