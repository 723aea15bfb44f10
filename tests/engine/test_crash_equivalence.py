"""Whenever the runner dies, or the disk is full, the run ends as if it had not. (Random workflows: tests/sim.)"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.engine.runs import prepare
from tests.engine.workflows import CASES
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.view import view
from turbo_core.errors import StorageFailed
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation


def make(folder: Path, name: str) -> Simulation:
    text, stubs, more = CASES[name]
    folder.mkdir()
    return prepare(folder, text, stubs, **more)


def check_journal(run: Simulation) -> None:
    """What holds for the journal of every run."""
    assert [event.seq for event in run.events] == list(range(1, len(run.events) + 1))
    ends = Counter((event.task, event.attempt) for event in run.of_kind("attempt.ended"))
    assert not ends or max(ends.values()) == 1
    succeeded: dict[str, int] = {}
    for event in run.events:
        if event.kind == "task.ended" and event.body["state"] == "succeeded":
            assert event.task not in succeeded, f"{event.task} succeeded twice"
            succeeded[event.task] = event.seq
        if event.kind == "attempt.started":
            assert event.task not in succeeded, f"{event.task} runs again after it succeeded"
    first, second = view(run.fold(), run.folder), view(run.fold(), run.folder)
    assert first == second == run.view()


def shape(run: Simulation) -> dict[str, Any]:
    """How every task ended."""
    nodes = run.state.nodes.items()
    return {name: (node.state, node.failure, node.reason, node.root, node.undo, node.outputs) for name, node in nodes}


def receipts(run: Simulation) -> list[tuple[str, Any]]:
    """What became of each message."""
    return sorted((message.subject, message.receipts) for message in run.view().messages)


def go_on(run: Simulation) -> None:
    """Resume a run that crashed, as ``turbo resume`` does: it refuses those that are at rest."""
    run.state = run.fold()
    if not at_rest(run.state):
        run.resume()


@pytest.mark.parametrize("when", ["before", "after", "full"])
@pytest.mark.parametrize("name", CASES)
def test_a_fault_at_any_commit_changes_nothing_of_the_end(
    tmp_path: Path, name: str, when: Literal["before", "after", "full"]
) -> None:
    whole = make(tmp_path / "whole", name)
    code = whole.run()
    check_journal(whole)
    for commit in range(1, whole.commits + 1):
        run = make(tmp_path / f"{commit}", name)
        with pytest.raises(StorageFailed if when == "full" else Crash):
            run.run(crash=CrashPoint(commit=commit, when=when))
        go_on(run)
        assert run.state.exit_code == code, f"crash {when} commit {commit}"
        assert shape(run) == shape(whole), f"crash {when} commit {commit}"
        assert receipts(run) == receipts(whole), f"crash {when} commit {commit}"
        check_journal(run)


@pytest.mark.parametrize("name", CASES)
def test_a_run_that_crashes_at_each_of_its_commits_comes_to_its_end(tmp_path: Path, name: str) -> None:
    """Each runner commits twice, and dies."""
    whole, run = make(tmp_path / "whole", name), make(tmp_path / "run", name)
    whole.run()
    for _ in range(200):
        try:
            run.resume(crash=CrashPoint(commit=3, when="after"))
            break
        except Crash:
            if at_rest(run.fold()):
                break
    run.state = run.fold()
    assert run.states() == whole.states()
    assert receipts(run) == receipts(whole)
    check_journal(run)
