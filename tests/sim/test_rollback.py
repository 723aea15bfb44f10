"""Each task of thirty fails in turn, and the runner crashes at each append of the rollback that follows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree

import pytest

from tests.figures import Figure
from turbo_core import replace
from turbo_core.engine.verdicts import undoable
from turbo_core.model import Event
from turbo_core.testing.memory import Crash, CrashPoint, Fault
from turbo_core.testing.simulation import Simulation, Surrounding
from turbo_core.testing.world import Stub

TASKS = 30
WHEN: tuple[Fault, ...] = ("before", "after")
STUCK = "t3"
"""The task whose undo fails each time."""


def prepare(folder: Path, failing: int) -> Simulation:
    folder.mkdir()
    phases = [
        {f"t{number}": {"run": "x", "undo": "un", "on_lost": "rerun"} for number in range(first, first + 5)}
        for first in range(0, TASKS, 5)
    ]
    text = {"name": "w", "phases": {f"p{number}": phase for number, phase in enumerate(phases)}, "on_failure": [{"undo": "all"}]}
    # Within a phase they end in another order than they start.
    times = {f"t{number}": Stub(seconds=1 + number * 7 % 5) for number in range(TASKS)}
    stubs = {**times, f"t{failing}": Stub.fails(), f"undo:{STUCK}": Stub.fails()}
    return Simulation(folder, json.dumps(text), Surrounding(stubs=stubs, jobs=5))


def undos(run: Simulation) -> list[str]:
    """The tasks of all undos that the world was asked for; each has a key that no attempt and no other undo has."""
    asked = [attempt for attempt in run.world.started if attempt.log.name.partition(".")[2].startswith("undo")]
    keys = {(attempt.task, attempt.key) for attempt in asked}
    assert len(keys) == len(dict(keys)) == len({key for _task, key in keys})
    assert not {key for _task, key in keys} & {event.body["key"] for event in run.of_kind("attempt.started")}
    return [attempt.task for attempt in asked]


def completed(run: Simulation) -> list[str]:
    """The tasks that succeeded, the last one first."""
    ends = [event.task for event in run.of_kind("task.ended") if event.body["state"] == "succeeded"]
    return [task for task in reversed(ends) if task.startswith("t")]


def check(run: Simulation, started: list[str]) -> None:
    """What holds for every rollback, however often it was interrupted."""
    wanted = completed(run)
    assert list(dict.fromkeys(event.task for event in run.of_kind("undo.started"))) == wanted
    assert list(dict.fromkeys(started)) == wanted
    left = [task for task in wanted if run.task(task).undo != "undone"]
    assert left == [task for task in wanted if task == STUCK]
    assert undoable(run.state) == left
    step = run.task("on_failure[0]")
    assert (step.state, step.message) == (("failed", f"could not be undone: {STUCK}") if left else ("succeeded", ""))
    assert run.state.exit_code == 1


def appends_of_the_rollback(folder: Path, failing: int) -> list[int]:
    """The numbers of the commits that have to do with the rollback, from a run that nothing interrupts."""
    commits: list[bool] = []

    def note(_world: object, events: Sequence[Event]) -> None:
        commits.append(any(event.kind.startswith("undo.") for event in events))

    run = prepare(folder, failing)
    run.around = replace(run.around, watch=note)
    assert run.run() == 1
    check(run, undos(run))
    rmtree(folder)
    return [number for number, undoes in enumerate(commits, 1) if undoes]


def interrupted(folder: Path, failing: int, commit: int, when: Fault) -> None:
    run = prepare(folder, failing)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=commit, when=when))
    first = undos(run)
    run.resume()
    assert run.kinds().count("run.ended") == 1
    again = Counter(first + undos(run))
    # The one that was under way is told to happen again: at least once each, and only it more than once.
    assert sum(times > 1 for times in again.values()) <= 1
    check(run, first + undos(run))
    rmtree(folder)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(2))
def test_a_rollback_is_carried_on_wherever_it_was_cut_off(part: int, long: bool, tmp_path: Path, figure: Figure) -> None:
    failings = range(TASKS)[part::2] if long else range(TASKS)[part * 5 + 4 :: 12]
    for failing in failings:
        for commit in appends_of_the_rollback(tmp_path / "whole", failing):
            for when in WHEN:
                interrupted(tmp_path / "run", failing, commit, when)
                figure("rollbacks: crashes", 1)
        figure("rollbacks: tasks that failed", 1)
