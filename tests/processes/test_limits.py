"""Memory and processes: what the limits of a task do, and that an end for want of memory is told as what it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import Project
from tests.engine.process.slot_kit import Bench
from tests.engine.process.test_containment import enforceable
from tests.figures import Figure
from turbo_core.engine.process.cgroups import Group, own_group
from turbo_core.engine.process.slots import Slots

GROW = "x = bytearray(300 << 20)"
WORKFLOW = """
name: hungry
tasks:
  eat:
    run: [PYTHON, -I, -S, -c, "x = bytearray(300 << 20)"]
    limits: {memory: 64MiB}
    retry: {times: 1, on: [oom], delay: 10ms}
"""
needs_memory_groups = pytest.mark.skipif(
    not enforceable("memory"), reason="no group with the controller memory can be made here: the limit is one of address space"
)
needs_process_groups = pytest.mark.skipif(
    not enforceable("pids"), reason="no group with the controller pids can be made here: such a task does not start"
)


@needs_memory_groups
def test_out_of_memory_is_a_class_of_its_own_for_retry_why_and_report(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW.replace("PYTHON", sys.executable))
    assert project.turbo("run", "--plain").code == 1
    ends = [event.body for event in project.events() if event.kind == "attempt.ended"]
    assert [(end["failure"], end["signal"]) for end in ends] == [("oom", 9), ("oom", 9)]
    assert 60 << 20 <= ends[0]["usage"]["group_memory"] <= 64 << 20
    why = project.turbo("why", "eat").out
    assert why == "eat failed after 2 attempts (oom): the memory limit was reached (ended by SIGKILL (9)).\n"
    (page,) = project.run.glob("report/*.html")
    assert "oom" in page.read_text()
    assert "oom" in project.turbo("show").out


def test_where_memory_is_limited_by_address_space_the_failure_says_so(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has such a limit")
    with Slots(1, containment="subreaper") as slots:
        outcome = Bench(slots, tmp_path).run(Bench(slots, tmp_path).python(GROW, memory=100 << 20))
    assert outcome.failure == "exit"
    assert outcome.message == "exit code 1; limits.memory held the address space of each process"


@needs_memory_groups
def test_processes_that_are_small_alone_are_limited_together(tmp_path: Path) -> None:
    four = "import os, time\nchildren = [os.fork() for _ in range(2)]\nx = bytearray(40 << 20)\ntime.sleep(1)\n"
    with Slots(1) as slots:
        bench = Bench(slots, tmp_path)
        if bench.slots.containment != "cgroup":
            pytest.skip("limits are of address space here")
        assert bench.run(bench.python(four, memory=100 << 20)).usage.group_memory <= 100 << 20
        # Which of them the kernel has chosen is its own affair; the first one may have seen nothing.
        assert bench.run(bench.python(f"{four}[os.wait() for child in children if child]", memory=400 << 20)).state == "succeeded"


@needs_process_groups
def test_a_fork_bomb_stops_at_its_limit(tmp_path: Path, figure: Figure) -> None:
    bomb = (
        "import os, time\nstarted = 0\ntry:\n    for _ in range(100):\n        if os.fork() == 0: time.sleep(1000)\n"
        "        started += 1\nexcept BlockingIOError: print(started)\n"
    )
    with Slots(1) as slots:
        bench = Bench(slots, tmp_path)
        if bench.slots.containment != "cgroup":
            pytest.skip("the number of processes cannot be limited here")
        running = bench.begin(bench.python(bomb, processes=20))
        outcome = running.wait()
        assert running.log == b"19\n"
        assert (outcome.state, outcome.leftovers) == ("succeeded", 19)
        assert bench.run(bench.python(bomb.replace("100", "30"))).leftovers == 30, "the next attempt is free of it"
    figure("processes of a bomb with limits.processes: 20", 20)


# ---------------------------------------------------------------- no limit of ours


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[Bench]:
    """Slots in a container, so to speak, of 150 MiB."""
    home = own_group("memory")
    small = home.child(f"turbo-test-{os.getpid()}") if home else None
    if home is None or small is None or small.version != 1:
        pytest.skip("no memory group can be made and entered here")
    slots = _inside(home, small)
    yield Bench(slots, tmp_path)
    slots.close()
    small.remove()


def _inside(home: Group, small: Group) -> Slots:
    small.write("memory.limit_in_bytes", str(150 << 20))
    small.enter()
    try:
        return Slots(1)
    finally:
        home.enter()


@pytest.mark.parametrize("shell", [False, True])
def test_a_command_that_the_kernel_ends_without_a_limit_of_ours_ran_out_of_memory(cramped: Bench, shell: bool) -> None:
    argv = f"{sys.executable} -I -S -c '{GROW}'"
    outcome = cramped.run(cramped.shell(f"{argv}; exit $?") if shell else cramped.python(GROW))
    assert (outcome.state, outcome.failure) == ("failed", "oom"), outcome
    assert outcome.message.startswith("the kernel ended it, since this machine or container had no memory left (")
    killed = cramped.run(cramped.shell("kill -9 $$"))
    assert (killed.failure, killed.signal) == ("signal", 9), "a kill is no want of memory"
    assert cramped.run(cramped.shell("exit 3")).failure == "exit"


def test_an_action_that_the_kernel_ends_ran_out_of_memory(cramped: Bench) -> None:
    outcome = cramped.run(cramped.call("eat", size=300 << 20))
    assert (outcome.state, outcome.failure) == ("failed", "oom"), outcome
    assert cramped.run(cramped.call("leave_by_kill")).failure == "error", "a kill is no want of memory"
    assert cramped.run(cramped.call("look")).state == "succeeded"
