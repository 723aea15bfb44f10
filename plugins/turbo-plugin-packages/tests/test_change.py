"""Install, add, remove, lock: what is reported, what is kept, what comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from turbo_core import ActionFailed

from tests.conftest import LOCK, Paper
from turbo_plugin_packages import actions
from turbo_plugin_packages.snapshots import Snapshot


def test_a_change_tells_which_packages_and_files_changed(paper: Paper, undo: Callable[..., None]) -> None:
    before = paper.files()
    told = actions.add(paper.context, packages={"delta": ""})
    assert [(one.name, one.before, one.after) for one in told.packages] == [("delta", "", "1.0.0")]
    assert (told.manager, told.files) == ("paper", ["paper.json", "paper.lock.json"])
    assert told.commands[0][-2:] == ["add", "delta="]
    assert paper.read("modules/installed.json")["delta"] == "1.0.0"
    undo(actions.add)
    assert paper.files() == before


def test_what_fails_leaves_nothing_behind(paper: Paper) -> None:
    before = paper.files()
    with pytest.raises(ActionFailed, match="there is no delta 9"):
        actions.add(paper.context, packages={"delta": "9"})
    assert paper.files() == before


def test_what_somebody_changed_since_is_left_alone(paper: Paper, undo: Callable[..., None]) -> None:
    actions.remove(paper.context, packages=["beta"])
    paper.write(paper={"name": "thing", "needs": {"alpha": "", "mine": ""}})
    there = paper.files()
    with pytest.raises(ActionFailed, match=r"paper\.json changed since, and is left alone"):
        undo(actions.remove)
    assert paper.files() == there


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_attempt_that_never_ended_is_taken_back(
    paper: Paper, undo: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = paper.files()
    with monkeypatch.context() as killed:
        killed.setattr(Snapshot, "close", _killed)
        with pytest.raises(KeyboardInterrupt):
            actions.remove(paper.context, packages=["beta"])
    assert "beta" not in paper.read("paper.lock.json")
    assert actions.remove.prober is not None
    assert actions.remove.prober(paper.context, folder=".") is False
    undo(actions.remove)
    assert paper.files() == before


def test_a_probe_gives_what_came_of_it(paper: Paper) -> None:
    told = actions.remove(paper.context, packages=["beta"])
    assert actions.remove.prober is not None
    assert actions.remove.prober(paper.context, folder=".") == told


def test_an_environment_that_was_there_follows_the_undo(paper: Paper, undo: Callable[..., None]) -> None:
    (paper.folder / "modules").mkdir()
    actions.add(paper.context, packages={"delta": ""})
    undo(actions.add)
    assert paper.read("modules/installed.json") == LOCK


def test_plans_say_what_would_be_run(paper: Paper) -> None:
    before = paper.files()
    assert actions.remove.planner is not None
    told = actions.remove.planner(paper.context, packages=["beta"], folder=".", manager="", group="")
    assert str(told).endswith("paper_driver.py remove beta=")
    assert paper.files() == before
