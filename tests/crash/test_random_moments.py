"""The runner is killed with SIGKILL at random moments and resumed each time: what finished never runs again, nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from tests.crash.runner import KILLED, acknowledged, finish, start
from tests.crash.surviving import check, go_to_the_end, shape
from tests.crash.workflows import gate, layers
from tests.figures import Figure

PATIENCE = 60.0


def wait_for(what: Callable[[], bool], process: BaseProcess) -> bool:
    """Wait until something has come, or the process has ended; tells whether it has come."""
    until = time.monotonic() + PATIENCE
    while not what() and process.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    return what()


def kill_at_random(project: Path, dice: Random) -> bool:
    """Start or resume the run, and kill it a while after its first commit; false if it came to its end before."""
    known = len(acknowledged(project))
    process = start(project)
    wait_for(lambda: len(acknowledged(project)) > known, process)
    time.sleep(dice.uniform(0, 0.15))
    process.kill()
    return finish(process) == KILLED


@pytest.mark.timeout(3600)
def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(long: bool, tmp_path: Path, figure: Figure) -> None:
    tasks, kills, pause = (500, 200, 0.2) if long else (60, 4, 0.1)
    (tmp_path / "turbo.yaml").write_text(layers(tasks, pause=pause))
    dice = Random(7)
    for _ in range(kills):
        assert kill_at_random(tmp_path, dice), "the run was over before it was killed so often"
    assert finish(start(tmp_path)) == 0
    events = check(tmp_path)
    assert shape(tmp_path) == {f"t{n}": ("succeeded", "", "", "", {"value": len(f"t{n}")}) for n in range(tasks)}
    figure("random moments: kills", kills)
    figure("random moments: tasks", tasks)
    figure(
        "random moments: attempts that were lost", sum(e.kind == "attempt.ended" and e.body["state"] == "lost" for e in events)
    )
    figure("random moments: finished tasks that ran again", 0)
    figure("random moments: acknowledged events", sum(len(line) for line in acknowledged(tmp_path)))
    figure("random moments: acknowledged events that were lost", 0)


def test_a_run_that_is_killed_while_a_person_is_asked_still_takes_the_answer(tmp_path: Path) -> None:
    """The runner stays while it waits (`--wait`), and dies there."""
    (tmp_path / "turbo.yaml").write_text(gate())
    process = start(tmp_path, "wait")
    assert wait_for(lambda: any(":gate.asked:" in word for line in acknowledged(tmp_path) for word in line), process)
    process.kill()
    assert finish(process) == KILLED
    assert go_to_the_end(tmp_path) == 0
    events = check(tmp_path)
    assert sum(event.kind == "gate.asked" for event in events) == 1
