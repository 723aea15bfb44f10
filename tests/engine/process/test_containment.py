"""Control groups, the table of processes and limits, with the real ones of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.process.slot_kit import Bench, wait_until
from turbo_core import replace
from turbo_core.engine.process.cgroups import UNIFIED, Group, limiting_group, own_group
from turbo_core.engine.process.containment import below, send, table
from turbo_core.engine.process.limits import LimitRefused, Limits
from turbo_core.engine.process.slots import Slots

MOUNTS = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / {unified} rw,relatime - cgroup2 cgroup2 rw
"""


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "mountinfo").write_text(MOUNTS.format(unified=tmp_path / "unified"))
    (tmp_path / "cgroup").write_text("4:memory:/docker/abc/mine\n2:cpu,cpuacct:/x\n0::/user/shell\n")
    return tmp_path


def test_the_own_group_is_found_in_both_versions(proc: Path) -> None:
    assert own_group("memory", proc=proc) == Group(path=Path("/sys/fs/cgroup/memory/mine"), version=1)
    assert own_group("pids", proc=proc) == Group(path=proc / "unified/user/shell", version=2)
    assert own_group(UNIFIED, proc=proc) == Group(path=proc / "unified/user/shell", version=2)
    assert own_group(UNIFIED, proc=proc / "missing") is None


def test_a_limit_is_set_where_the_controller_is_handed_down(proc: Path) -> None:
    slice_ = proc / "unified/user"
    (slice_ / "shell").mkdir(parents=True)
    assert limiting_group("pids", "new", proc=proc) is None
    (slice_ / "cgroup.subtree_control").write_text("memory pids\n")
    (slice_ / "new").mkdir()
    (slice_ / "new/cgroup.procs").touch()
    assert limiting_group("pids", "new", proc=proc) == Group(path=slice_ / "new", version=2)
    (slice_ / "file").touch()
    assert limiting_group("pids", "file", proc=proc) is None


def test_a_group_reads_nothing_where_nothing_is(tmp_path: Path) -> None:
    group = Group(path=tmp_path / "gone", version=2)
    assert group.read("memory.events") == ""
    with pytest.raises(FileNotFoundError):
        group.enter()
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone/file").touch()
    group.remove(tries=2)
    assert (tmp_path / "gone").is_dir()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sh", "-c", "sleep 1000 & wait"], start_new_session=True) as process:
        yield process
        os.killpg(process.pid, signal.SIGKILL)


def test_both_tables_tell_the_same(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    wait_until(lambda: len(below(sleeper.pid, table())) == 1)
    for processes in (table(), table(tmp_path)):
        assert processes[sleeper.pid].parent == os.getpid()
        (child,) = below(sleeper.pid, processes)
        assert (child.parent, child.group, child.zombie) == (sleeper.pid, sleeper.pid, False)
        assert child in below(os.getpid(), processes)


def test_a_pid_that_means_another_process_now_is_not_signalled(sleeper: subprocess.Popen[bytes]) -> None:
    process = table()[sleeper.pid]
    assert send(signal.SIGKILL, [replace(process, born="1")]) == set()
    assert sleeper.poll() is None
    assert send(0, [process, replace(process, born="")]) == {sleeper.pid}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Slots(1) as slots:
        yield Bench(slots, tmp_path)


def enforceable(controller: str) -> bool:
    group = limiting_group(controller, f"turbo-test-{os.getpid()}")
    if group:
        group.remove()
    return group is not None


def test_memory_is_limited(bench: Bench) -> None:
    outcome = bench.run(bench.python("x = bytearray(300 << 20)", memory=100 << 20))
    assert outcome.state == "failed"
    assert outcome.failure == ("oom" if enforceable("memory") and bench.slots.containment == "cgroup" else "exit")
    assert bench.run(bench.python("x = bytearray(10 << 20)", memory=100 << 20)).state == "succeeded"


def test_the_number_of_processes_is_limited_or_the_attempt_does_not_start(bench: Bench) -> None:
    fork = "import os; print(os.fork() if {n} else 0)"
    outcome = bench.run(bench.python(fork.format(n=1), processes=1))
    assert outcome.state == "failed"
    if enforceable("pids") and bench.slots.containment == "cgroup":
        assert outcome.failure == "exit"
        assert bench.run(bench.python(fork.format(n=0), processes=1)).state == "succeeded"
        assert bench.run(bench.python(fork.format(n=1), processes=2)).exit_code == 0
    else:
        assert outcome.failure == "infra"


def test_without_control_groups_memory_is_limited_by_address_space(tmp_path: Path) -> None:
    with Slots(1, containment="subreaper") as slots:
        bench = Bench(slots, tmp_path)
        assert bench.run(bench.python("x = bytearray(900 << 20)", memory=500 << 20)).failure == "exit"
        assert bench.run(bench.python("x = bytearray(900 << 20)")).state == "succeeded"
        outcome = bench.run(bench.python("pass", processes=5))
        assert (outcome.failure, "limits.processes cannot be enforced" in outcome.message) == ("infra", True)


def test_a_limit_that_the_kernel_refuses_is_told() -> None:
    if not enforceable("pids"):
        pytest.skip("no group with the controller pids can be made here")
    with pytest.raises(LimitRefused, match=r"limits\.pids cannot be enforced"):
        Limits(f"turbo-test-{os.getpid()}-bad", memory=None, processes=-5)


def test_the_nursery_says_when_it_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    slots = Slots(1)
    outcome = Bench(slots, tmp_path).run(Bench(slots, tmp_path).shell("true"))
    assert (outcome.state, outcome.failure) == ("failed", "infra")
    with pytest.raises(Exception, match="no supervisor could be started"):
        assert slots.containment
    assert not slots.close()
