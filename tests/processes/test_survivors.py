"""Somebody is killed: the runner, a supervisor, the nursery, or several at once. No process of the run stays behind."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.project import Project, Started, alive, end, until
from tests.engine.process.slot_kit import Bench, wait_until
from tests.engine.process.test_containment import enforceable
from tests.figures import Figure
from tests.processes.kit import PROMISED, grown, living, parent, pids, seconds_since, tree
from turbo_core.engine.process.cgroups import LIMITING, UNIFIED, Group, limiting_home, own_group
from turbo_core.engine.process.containment import below, table
from turbo_core.engine.process.slots import Slots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are found on Linux only")

WORKFLOW = """
name: survivors
tasks:
  grow: {run: [PYTHON, -I, -S, TREE, "50", pids], risk: RISK}
  next: {needs: {grow: any}, run: "echo next >> done"}
"""


def _begin(project: Project, risk: str = "change") -> tuple[Started, list[int]]:
    """A run of one slot with a tree in it, and the processes of the tree."""
    text = WORKFLOW.replace("PYTHON", sys.executable).replace("TREE", tree(Path())[3]).replace("RISK", risk)
    project.write("turbo.yaml", text)
    going = project.start("run", "--plain", env={"TURBO_JOBS": "1"})
    return going, until(lambda: _all(project.folder / "pids"))


def _all(file: Path) -> list[int]:
    found = pids(file)
    return found if len(found) >= 50 else []


def _supervisor(tasks: list[int]) -> int:
    """The parent of those who lost theirs; the main process of the attempt is among the tasks too."""
    parents = {parent(pid) for pid in tasks}
    (supervisor,) = parents - set(tasks)
    return supervisor


def _gone_within(pids: list[int], what: str, figure: Figure) -> None:
    began = time.monotonic()
    wait_until(lambda: not [process for process in table().values() if process.pid in pids and not process.zombie])
    took = seconds_since(began)
    figure(f"slowest end of the tree, {what}", f"{took:.2f} s")
    assert took < PROMISED


def test_the_runner_is_killed(project: Project, figure: Figure) -> None:
    going, tasks = _begin(project)
    try:
        going.send(signal.SIGKILL)
        _gone_within(tasks, "runner killed", figure)
        assert going.wait().code == -signal.SIGKILL
        assert project.turbo("resume").code == 3
    finally:
        end(tasks)
    (ended,) = [event for event in project.events() if event.kind == "attempt.ended"]
    assert ended.body["state"] == "lost"


def test_a_supervisor_is_killed(project: Project, figure: Figure) -> None:
    going, tasks = _begin(project)
    try:
        os.kill(_supervisor(tasks), signal.SIGKILL)
        _gone_within(tasks, "supervisor killed", figure)
        assert going.wait().code == 3, "a task of risk 'change' is asked about"
    finally:
        end(tasks)
    (ended,) = [event for event in project.events() if event.kind == "attempt.ended"]
    assert (ended.body["state"], ended.body["verified"]) == ("lost", True)
    assert "its supervisor ended (ended by SIGKILL (9))" in ended.body["message"]
    assert project.turbo("resume", "--lost", "done", "--quiet").code == 0
    assert project.read("done") == "next\n"


def test_the_slot_of_a_killed_supervisor_comes_back(project: Project) -> None:
    going, tasks = _begin(project, risk="read")
    supervisor = _supervisor(tasks)
    (project.folder / "pids").unlink()
    os.kill(supervisor, signal.SIGKILL)
    again = until(lambda: _all(project.folder / "pids"))
    try:
        assert not alive(tasks)
        assert _supervisor(again) != supervisor
        going.send(signal.SIGKILL)
        until(lambda: not alive(again))
    finally:
        end([*tasks, *again])


# The first attempt grows a tree; the next one looks whether any of it lives.
GROW = """#!/bin/sh
test -e pids || exec {tree}
for pid in $(cat pids); do ps -o stat= -p $pid; done | grep -v Z > alive
exit 0
"""


def has_groups() -> bool:
    home = own_group(UNIFIED)
    made = home.child(f"turbo-test-{os.getpid()}") if home else None
    if made:
        made.remove()
    return made is not None


needs_groups = pytest.mark.skipif(
    sys.platform == "linux" and not has_groups(), reason="no control group can be made here: nobody is left to end the tasks"
)


@needs_groups
@pytest.mark.parametrize("first", ["nursery", "supervisor"])
def test_nursery_and_supervisor_are_killed_at_once(tmp_path: Path, mark: str, first: str) -> None:
    with Slots(2) as slots:
        _kill_both(Bench(slots, tmp_path), mark, first)


def _kill_both(bench: Bench, mark: str, first: str) -> None:
    running = grown(bench, bench.folder / "pids", env={"PATH": os.defpath, "MARK": mark})
    supervisor = _supervisor(living(mark))
    nursery = parent(supervisor)
    for pid in (nursery, supervisor):
        os.kill(pid, signal.SIGSTOP)  # so that neither sees the other go
    for pid in (nursery, supervisor) if first == "nursery" else (supervisor, nursery):
        os.kill(pid, signal.SIGKILL)
        select.select([bench.slots], [], [])  # the runner sees one after the other
        bench.slots.handle()
    outcome = running.wait()
    assert (outcome.state, outcome.verified) == ("lost", True)
    assert living(mark) == []
    assert bench.run(bench.shell("exit 6")).exit_code == 6


@needs_groups
def test_everybody_is_killed_at_once_and_the_next_runner_ends_the_tasks(project: Project) -> None:
    text = "name: survivors\ntasks: {grow: {run: './grow', risk: read}}\n"
    project.write("grow", GROW.format(tree=" ".join(tree(Path("pids"))))).chmod(0o755)
    project.write("turbo.yaml", text)
    going = project.start("run", "--plain")
    tasks = until(lambda: _all(project.folder / "pids"))
    doomed = [going.pid, *_hosts(going.pid, tasks)]
    assert len(doomed) >= 3
    try:
        _kill(doomed)
        assert going.wait().code == -signal.SIGKILL
        assert alive(tasks[:3]), "nobody was left to end them"
        assert project.turbo("resume").code == 0
        assert project.read("alive") == "", "the second attempt began beside the first one"
        assert not alive(tasks)
    finally:
        end(tasks)
    ends = [event.body["state"] for event in project.events() if event.kind == "attempt.ended"]
    assert ends == ["lost", "succeeded"]


def _hosts(runner: int, tasks: list[int]) -> list[int]:
    """The processes of Turbo below a runner."""
    return [process.pid for process in below(runner, table()) if process.pid not in tasks]


def _kill(doomed: list[int]) -> None:
    for number in (signal.SIGSTOP, signal.SIGKILL):  # stopped first, so that none sees another go
        for pid in doomed:
            os.kill(pid, number)


def _groups_of(pid: int) -> list[Group]:
    """The control groups of Turbo, in any hierarchy, in which a process is."""
    homes = [home for home in (own_group(UNIFIED), *map(limiting_home, LIMITING)) if home]
    return [group for home in homes for group in home.below("turbo") if str(pid) in group.read("cgroup.procs").split()]


@needs_groups
@pytest.mark.parametrize("how", ["cancel", "supervisor", "runner"])
def test_no_control_group_is_left(project: Project, how: str) -> None:
    text = "name: short\ntasks: {one: {run: 'echo $$ > pids; test -e go || sleep 1000', risk: read, limits: LIMITS}}\n"
    project.write("turbo.yaml", text.replace("LIMITS", "{memory: 1GiB}" if enforceable("memory") else "{}"))
    ends: dict[str, Callable[[Started, int], object]] = {
        "cancel": lambda going, task: project.turbo("cancel"),
        "supervisor": lambda going, task: os.kill(parent(task), signal.SIGKILL),
        "runner": lambda going, task: going.send(signal.SIGKILL),
    }
    going = project.start("run", "--quiet")
    (task,) = until(lambda: [int(word) for word in project.read("pids").split()])
    mine = _groups_of(task)
    assert mine
    project.write("go", "")
    ends[how](going, task)
    going.wait()
    wait_until(lambda: not [group for group in mine if group.path.exists()])
    assert not alive([task])
