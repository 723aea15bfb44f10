"""A tree of fifty that does everything to stay: after a cancel and after a time limit none of it is left."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.project import Project, alive, end
from tests.engine.process.slot_kit import Bench
from tests.figures import Figure
from tests.processes.kit import PROMISED, SIZE, grown, living, pids, seconds_since, tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an empty tree is proven on Linux only")

GRACE = 0.3


@pytest.mark.timeout(900)
def test_a_cancel_leaves_nobody(bench: Bench, mark: str, long: bool, figure: Figure) -> None:
    slowest = 0.0
    times = 50 if long else 3  # for each way of containment
    for number in range(times):
        file = bench.folder / f"pids{number}"
        running = grown(bench, file, env={"PATH": os.defpath, "MARK": mark})
        assert len(living(mark)) == SIZE
        asked = time.monotonic()
        running.execution.cancel(grace=GRACE)
        outcome = running.wait()
        slowest = max(slowest, seconds_since(asked) - GRACE)
        assert living(mark) == []
        assert (outcome.state, outcome.verified) == ("cancelled", True)
        assert outcome.message != "ended with its slot", "its supervisor has done it"
    figure("trees of 50 cancelled", times)
    figure(f"slowest end after the grace, {bench.slots.containment}", f"{slowest:.2f} s")
    assert slowest < PROMISED


def test_a_cancel_at_once_leaves_nobody(bench: Bench, mark: str) -> None:
    running = grown(bench, bench.folder / "pids", env={"PATH": os.defpath, "MARK": mark})
    running.execution.cancel(grace=0.0)
    assert running.wait().state == "cancelled"
    assert living(mark) == []


def test_the_end_of_a_task_does_not_wait_for_who_holds_its_output(bench: Bench, mark: str) -> None:
    file = bench.folder / "pids"
    script = f"{' '.join(tree(file))} & while test $(wc -l < {file}) -lt {SIZE}; do sleep 0.02; done; echo done; exit 7"
    file.touch()
    running = bench.begin(bench.shell(script, env={"PATH": os.environ["PATH"], "MARK": mark}))
    outcome = running.wait()
    assert (outcome.state, outcome.exit_code, running.log) == ("failed", 7, b"done\n")
    assert outcome.leftovers >= SIZE
    assert living(mark) == []


WORKFLOW = """
name: trees
tasks:
  grow:
    matrix: {number: NUMBERS}
    run: [PYTHON, -I, -S, TREE, "50", "pids${{ matrix.number }}"]
    timeout: 2s
    risk: read
"""


@pytest.mark.timeout(900)
def test_a_time_limit_leaves_nobody(project: Project, long: bool, figure: Figure) -> None:
    numbers = list(range(20 if long else 1))
    text = WORKFLOW.replace("NUMBERS", str(numbers)).replace("PYTHON", sys.executable).replace("TREE", tree(Path())[3])
    project.write("turbo.yaml", text)
    ended = project.turbo("run", "--plain", env={"TURBO_JOBS": "4"}, timeout=600)
    grew = [pid for number in numbers for pid in pids(project.folder / f"pids{number}")]
    try:
        assert ended.code == 1, ended.err
        assert len(grew) >= SIZE * len(numbers)
        assert not alive(grew)
    finally:
        end(grew)
    events = project.events()
    starts = {(event.task, event.attempt): event.at for event in events if event.kind == "attempt.started"}
    ends = [event for event in events if event.kind == "attempt.ended"]
    assert {(event.body["failure"], event.body["verified"]) for event in ends} == {("timeout", True)}
    after = [datetime.fromisoformat(one.at) - datetime.fromisoformat(starts[one.task, one.attempt]) for one in ends]
    slowest = max(time.total_seconds() for time in after) - 2 - 10
    figure("trees of 50 timed out", len(numbers))
    figure("slowest end after timeout and grace", f"{slowest:.2f} s")
    assert slowest < PROMISED
