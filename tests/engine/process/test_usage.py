"""What an attempt used: processor time, memory and blocks, of all its processes and of nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.process.slot_kit import Bench
from tests.engine.process.test_containment import enforceable
from turbo_core import replace
from turbo_core.engine.process.orders import outcome_message, read_outcome
from turbo_core.engine.process.slots import Slots
from turbo_core.engine.process.wire import encode
from turbo_core.model import Outcome, Usage

MIB = 1 << 20
BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: sum(range(20_000))\n"
GROW = "x = bytearray({mib} << 20)\n"
# A child of a child that nobody waits for: it comes to the supervisor, and counts.
ORPHANED = """
import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {child}
    os._exit(0)
os.close(writing)
os.read(reading, 1)
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Slots(1) as slots:
        yield Bench(slots, tmp_path)


def test_processor_time_is_told_in_its_two_parts(bench: Bench) -> None:
    used = bench.run(bench.python(BURN.format(seconds=0.3))).usage
    assert used.user + used.system >= 0.3
    assert used.cpu == pytest.approx(used.user + used.system, abs=2e-6)
    assert used.user > used.system
    kernel = bench.run(bench.python("import os\nfor _ in range(300_000): os.stat('/')")).usage
    assert kernel.system > 0.02
    idle = bench.run(bench.python("import time; time.sleep(0.5)")).usage
    assert idle.cpu < used.cpu, "the next attempt begins at nothing"


def test_what_orphans_used_counts(bench: Bench) -> None:
    burning = f"exec({BURN.format(seconds=0.3)!r}); exec({GROW.format(mib=80)!r})"
    outcome = bench.run(bench.python(ORPHANED.format(child=burning)))
    assert outcome.state == "succeeded"
    if bench.slots.containment != "group":
        assert outcome.usage.cpu >= 0.3
        assert outcome.usage.memory >= 80 * MIB


def test_the_peak_of_memory_is_that_of_the_attempt(bench: Bench) -> None:
    assert 100 * MIB <= bench.run(bench.python(GROW.format(mib=100))).usage.memory < 200 * MIB
    assert bench.run(bench.shell("true")).usage.memory < 80 * MIB, "the next attempt begins anew"


def test_the_peak_of_an_action_is_not_that_of_the_one_before(bench: Bench) -> None:
    assert bench.run(bench.call("eat", size=200 * MIB)).usage.memory >= 200 * MIB
    small = bench.run(bench.call("eat", size=MIB)).usage
    if Path("/proc/self/clear_refs").exists():
        assert small.memory < 150 * MIB
    burnt = bench.run(bench.call("burn", seconds=0.3)).usage
    assert burnt.user + burnt.system >= 0.3
    assert bench.run(bench.call("eat", size=MIB)).usage.cpu < 0.3


def test_the_group_of_a_limit_counts_all_processes_together(bench: Bench) -> None:
    both = "import os, time\nchild = os.fork()\nx = bytearray(60 << 20)\ntime.sleep(0.5)\nif child: os.wait()\n"
    outcome = bench.run(bench.python(both, memory=500 * MIB))
    if not (enforceable("memory") and bench.slots.containment == "cgroup"):
        pytest.skip("no group with the controller memory can be made here")
    assert outcome.usage.group_memory >= 120 * MIB > outcome.usage.memory
    assert bench.run(bench.python(both)).usage.group_memory == 0


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts what reaches a disk")
def test_what_is_written_to_a_disk_is_counted(bench: Bench) -> None:
    write = "import os\nf = os.open('file', os.O_WRONLY | os.O_CREAT)\nos.write(f, bytes(4 << 20))\nos.fsync(f)\n"
    outcome = bench.run(bench.python(write))
    if os.statvfs(bench.folder).f_fsid == os.statvfs("/dev/shm").f_fsid:
        pytest.skip("temporary files are in memory here")
    assert outcome.usage.written_blocks >= (4 << 20) // 512


def test_the_way_of_a_usage_from_supervisor_to_runner_is_exact() -> None:
    usage = Usage(cpu=0.000003, user=0.1 + 0.2, system=1e-6, memory=1, group_memory=2, read_blocks=3, written_blocks=4)
    outcome = replace(Outcome(state="succeeded"), usage=usage)
    assert encode(outcome_message(outcome))
    assert read_outcome(outcome_message(outcome)).usage == usage
