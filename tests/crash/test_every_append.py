"""The runner is killed before and after each append to the journal; whoever resumes the run ends it as if nothing had been.

The long form does it at every append, the short one at some.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Literal

import pytest

from tests.crash.runner import KILLED, Act, Moment, finish, start
from tests.crash.surviving import UNDONE, check, go_to_the_end, shape
from tests.crash.workflows import gate, layers, rollback
from tests.figures import Figure
from turbo_core.model import Event

WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")


def nothing(_project: Path) -> None:
    """The run has not begun."""


def cut_off(project: Path) -> None:
    """A runner has died in the middle of the run."""
    assert finish(start(project, "go", Moment(number=8, when="after"))) == KILLED


def parked(project: Path) -> None:
    """The run waits for a person, and no process is there."""
    assert finish(start(project)) == 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is killed: ``act``, on a run that has come as far as ``prelude`` takes it.

    ``kind`` tells which appends count, ``every`` how many of them the short form leaves out.
    """

    text: str
    code: int = 0
    prelude: Callable[[Path], None] = nothing
    act: Act = "go"
    kind: str = ""
    every: int = 1


SCENARIOS = {
    "run": Scenario(text=layers(30), every=17),
    "resume": Scenario(text=layers(30), prelude=cut_off, every=13),
    "run that parks": Scenario(text=gate(), every=4),
    "answer": Scenario(text=gate(), prelude=parked, act="approve", every=3),
    "rollback": Scenario(text=rollback(30, 29), code=1, kind="undo.", every=35),
}


def check_undone(project: Path, events: list[Event]) -> None:
    """Each task that succeeded was taken back at least once, in the reverse order of completion."""
    done = [event.task for event in events if event.kind == "task.ended" and event.body["state"] == "succeeded"]
    wanted = [task for task in reversed(done) if task.startswith("t")]
    lines = (project / UNDONE).read_text().split() if (project / UNDONE).exists() else []
    assert list(dict.fromkeys(lines)) == (wanted if any(event.kind == "undo.wanted" for event in events) else [])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_an_append_changes_nothing_of_the_end(name: str, long: bool, tmp_path: Path, figure: Figure) -> None:
    scenario = SCENARIOS[name]
    whole = prepare(tmp_path / "whole", scenario)
    assert go_to_the_end(whole) == scenario.code
    ends = shape(whole)
    for number in count(1, 1 if long else scenario.every):
        for when in WHEN:
            moment = Moment(number=number, when=when, kind=scenario.kind)
            project = prepare(tmp_path / "killed", scenario)
            scenario.prelude(project)
            if finish(start(project, scenario.act, moment)) != KILLED:
                assert number > 1
                figure(f"{name}: appends", number - 1)
                return
            assert go_to_the_end(project) == scenario.code, moment
            check_undone(project, check(project))
            assert shape(project) == ends, moment
            figure(f"{name}: kills", 1)
            rmtree(project)


def prepare(project: Path, scenario: Scenario) -> Path:
    project.mkdir()
    (project / "turbo.yaml").write_text(scenario.text)
    return project
