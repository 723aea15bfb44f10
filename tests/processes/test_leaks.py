"""Thousands of attempts, one after another, in the same slots: nothing grows, and nobody is left."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.process.slot_kit import Bench
from tests.figures import Figure
from tests.processes.kit import parent, resident, threads
from turbo_core.engine.process.cgroups import LIMITING, UNIFIED, limiting_home, own_group
from turbo_core.engine.process.containment import table
from turbo_core.engine.process.orders import Order
from turbo_core.engine.process.slots import Slots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")

GROWTH = 6 << 20
"""Bytes that a process may grow by after it has settled: allocators keep some."""


def orders(bench: Bench, number: int) -> Order:
    """Commands that succeed, fail, print, leave a child; that cannot be started; actions that succeed, fail and print."""
    kinds = [
        lambda: bench.order(("true",)),
        lambda: bench.shell("echo out; echo err >&2; exit 3"),
        lambda: bench.order(("true",)),
        lambda: bench.order(("no-such-program",)),
        lambda: bench.call("look"),
        lambda: bench.call("crash"),
        lambda: bench.order(("false",)),
        lambda: bench.shell("setsid true & exit 0") if number % 5 == 0 else bench.order(("true",)),
    ]
    return kinds[number % len(kinds)]()


class Many:
    """Runs orders in all slots at once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.started = 0
        self.ends: Counter[str] = Counter()

    def run(self, count: int) -> None:
        limit = self.started + count

        def all_ended() -> bool:
            while self.bench.slots.free and self.started < limit:
                self.bench.slots.start(orders(self.bench, self.started), lambda end: self.ends.update([end.failure or end.state]))
                self.started += 1
            return self.ends.total() >= limit

        self.bench.until(all_ended)


def held(pid: int | str) -> int:
    """How many descriptors a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def hosts(bench: Bench) -> list[int]:
    """The nursery and the supervisors."""
    (pid,) = {int(bench.run(bench.call("look_up")).outputs["pid"])}
    nursery = parent(pid)
    return [nursery, *(process.pid for process in table().values() if process.parent == nursery)]


def groups(bench: Bench) -> int:
    homes = [home for home in (own_group(UNIFIED), *map(limiting_home, LIMITING)) if home]
    return sum(len(home.below(bench.slots.name)) for home in homes)


@pytest.mark.timeout(1200)
def test_nothing_grows_over_thousands_of_tasks(tmp_path: Path, long: bool, figure: Figure) -> None:
    count = 10_000 if long else 1_000
    with Slots(2) as slots:
        bench = Bench(slots, tmp_path)
        many = Many(bench)
        many.run(200)
        processes = hosts(bench)
        before = [(held(pid), threads(pid)) for pid in processes]
        own = held("self")
        sizes = [resident(pid) for pid in processes]
        made = groups(bench)
        for _ in range(count // 500):
            many.run(500)
        assert hosts(bench) == processes, "none of them has died"
        assert [(held(pid), threads(pid)) for pid in processes] == before
        assert held("self") == own
        growth = max(resident(pid) - size for pid, size in zip(processes, sizes, strict=True))
        assert growth < GROWTH
        assert not [one for one in table().values() if one.parent in processes[1:]], "neither children nor zombies"
        assert groups(bench) == made
    assert set(many.ends) == {"succeeded", "exit", "infra", "error"}
    figure("tasks in the same slots", count)
    figure("largest growth of a supervisor", f"{growth / (1 << 20):.1f} MiB")


def test_a_run_of_many_tasks_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    with Slots(2) as slots:
        bench = Bench(slots, tmp_path)
        Many(bench).run(50)
        processes = hosts(bench)
    assert not [pid for pid in processes if pid in table()]
    assert set(tmp_path.parent.iterdir()) == before
