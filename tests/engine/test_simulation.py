"""The simulated world itself: what its users rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from turbo_core.errors import WorkflowInvalid
from turbo_core.model import Draft
from turbo_core.testing.memory import MemoryJournal
from turbo_core.testing.simulation import Simulation, Surrounding, simulate
from turbo_core.testing.world import PATIENCE, SimulatedWorld, Stub, Stuck

TEXT = "name: w\ntasks: {a: {run: x}, b: {run: x, needs: [a]}}\n"


def test_one_call_runs_a_workflow(tmp_path: Path) -> None:
    run = simulate(tmp_path, TEXT, {"a": Stub(seconds=60)}, jobs=1)
    assert run.states() == {"a": "succeeded", "b": "succeeded"}
    assert run.view().seconds == 61


def test_an_action_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(WorkflowInvalid, match=r"there is no action git\.tag"):
        Simulation(tmp_path, "name: w\ntasks: {a: {uses: git.tag}}\n")


def test_a_run_that_waits_for_nothing_is_stuck(tmp_path: Path) -> None:
    run = Simulation(tmp_path, TEXT, Surrounding(stubs={"a": Stub(seconds=None)}))
    with pytest.raises(Stuck, match="nothing will ever happen"):
        run.run()


def test_a_world_in_which_no_time_passes_is_stuck() -> None:
    world = SimulatedWorld({})
    for _ in range(PATIENCE):
        assert world.happened(0) == []
    with pytest.raises(Stuck, match="no time passes"):
        world.happened(0)


def test_a_journal_gives_what_was_committed_and_drops_the_rest(tmp_path: Path) -> None:
    run = simulate(tmp_path, TEXT)
    journal = MemoryJournal(run.state.run, run.events)
    assert [event.seq for event in journal.events(after=3)] == list(range(4, len(run.events) + 1))
    assert journal.epoch == 2
    before = len(run.events)
    journal.stage(Draft(kind="run.parked"), round=1, at="")
    journal.close()
    journal.commit()
    assert len(run.events) == before
