"""Whenever the runner dies, or the disk is full, the run ends as if it had not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.runs import FAILS, prepare
from tests.engine.workflows import CASES
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.view import view
from turbo_core.errors import StorageFailed
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub


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


# ---------------------------------------------------------------- random workflows

CONDITIONS = st.sampled_from(["ok", "skip_ok", "failed", "any"])


@st.composite
def graphs(draw: st.DrawFn) -> tuple[str, dict[str, Stub | list[Stub]], int]:
    """A workflow of up to 25 tasks, how they end, and the number of slots."""
    count = draw(st.integers(1, 25))
    phases = sorted(draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)))
    lines: dict[int, list[str]] = {}
    stubs: dict[str, Stub | list[Stub]] = {}
    for index, phase in enumerate(phases):
        needs = draw(st.dictionaries(st.integers(0, index - 1), CONDITIONS, max_size=3)) if index else {}
        parts = ["run: x", "risk: read", f"needs: {{{', '.join(f't{other}: {how}' for other, how in needs.items())}}}"]
        parts += draw(st.lists(st.sampled_from(["retry: 1", "allow_failure: true", "when: false"]), max_size=1))
        cells = draw(st.sampled_from([0, 0, 0, 1, 3]))
        parts += [f"matrix: {{n: {list(range(cells))}, max_parallel: 2}}"] if cells else []
        lines.setdefault(phase, []).append(f"    t{index}: {{{', '.join(parts)}}}")
        names = [f"t{index}[{cell}]" for cell in range(cells)] or [f"t{index}"]
        for name in names:
            seconds = draw(st.integers(1, 5))
            ends = [Stub(seconds=seconds), Stub.fails(seconds=seconds), [FAILS, Stub(seconds=seconds)]]
            stubs[name] = ends[draw(st.sampled_from([0, 0, 0, 1, 2]))]
    text = "\n".join(f"  p{phase}:\n" + "\n".join(tasks) for phase, tasks in sorted(lines.items()))
    going = draw(st.booleans())
    return f"keep_going: {str(going).lower()}\nphases:\n{text}\n", stubs, draw(st.integers(1, 4))


def needs_in_order(run: Simulation) -> Iterator[tuple[int, int]]:
    """For each task that started: when the last of its needs was final, and when it started."""
    done = {event.task: event.seq for event in run.events if event.kind in {"task.ended", "task.skipped"}}
    for node in run.state.nodes.values():
        starts = [event.seq for event in run.of_kind("attempt.started") if event.task == node.address]
        if starts and node.task.needs:
            yield max(done[need.name] for need in node.task.needs), starts[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(graph=graphs(), crash=st.integers(1, 12))
def test_random_workflows_hold_what_must_hold(
    tmp_path_factory: pytest.TempPathFactory, graph: tuple[str, dict[str, Stub | list[Stub]], int], crash: int
) -> None:
    text, stubs, jobs = graph
    whole = prepare(tmp_path_factory.mktemp("whole"), text, stubs, jobs=jobs)
    assert whole.run() in {0, 1}
    assert whole.state.outcome in {"succeeded", "failed"}
    assert all(node.final for node in whole.state.nodes.values())
    assert whole.world.most_running <= jobs
    for final, start in needs_in_order(whole):
        assert final < start
    check_journal(whole)
    run = prepare(tmp_path_factory.mktemp("crashed"), text, stubs, jobs=jobs)
    try:
        run.run(crash=CrashPoint(commit=crash, when="after"))
    except Crash:
        go_on(run)
    assert all(node.final for node in run.state.nodes.values())
    check_journal(run)
