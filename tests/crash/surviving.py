"""What must be left of a run that was killed: nothing that was acknowledged is lost, nothing that succeeded ran again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.crash.runner import Moment, acknowledged, finish, start
from turbo_core.app import App
from turbo_core.engine.recovery import at_rest
from turbo_core.engine.state import State
from turbo_core.errors import RunUnknown
from turbo_core.journal.reader import read, verify
from turbo_core.model import Event

DONE, UNDONE = "done.txt", "undone.txt"
"""Files in which each attempt and each undo leaves a line, its task's name, by one write at the end of the file."""


def go_to_the_end(project: Path) -> int:
    """Resume, and approve what is asked, until the run is at rest; gives its exit code."""
    for _ in range(20):
        state = state_of(project)
        if state is not None and at_rest(state):
            assert state.exit_code is not None
            return state.exit_code
        code = finish(start(project, "approve" if state is not None and state.asking else "go"))
        assert code in {0, 1, 3}, "a runner that nobody killed ends with an error"
    raise AssertionError("the run does not come to its end")


def state_of(project: Path) -> State | None:
    """The run of a project; ``None`` if it was killed before there was one."""
    app = App(project)
    try:
        return app.fold(app.folder(None))
    except RunUnknown:
        return None


def shape(project: Path) -> dict[str, Any]:
    """How each task has ended, and what it left."""
    state = state_of(project)
    assert state is not None
    nodes = state.nodes.items()
    return {name: (node.state, node.failure, node.reason, node.undo, node.outputs) for name, node in nodes}


def check(project: Path) -> list[Event]:
    """What holds for the run of every project, however often it was killed; gives its events."""
    folder = App(project).folder(None)
    assert verify(folder).problem == ""
    events = list(read(folder))
    check_acknowledged(project, events)
    check_ends(events)
    check_lines(project / DONE, events)
    return events


def check_acknowledged(project: Path, events: Sequence[Event]) -> None:
    there = {f"{event.seq}:{event.kind}:{event.hash}" for event in events}
    lost = [word for line in acknowledged(project) for word in line if word not in there]
    assert lost == [], "acknowledged, and not in the journal"


def check_ends(events: Sequence[Event]) -> None:
    ends = Counter((event.task, event.attempt) for event in events if event.kind == "attempt.ended")
    assert max(ends.values()) == 1
    succeeded: set[str] = set()
    for event in events:
        if event.kind == "task.ended" and event.body["state"] == "succeeded":
            assert event.task not in succeeded
            succeeded.add(event.task)
        if event.kind == "attempt.started":
            assert event.task not in succeeded, f"{event.task} ran again after it had succeeded"


def check_lines(path: Path, events: Sequence[Event]) -> None:
    """One line for each attempt whose end is known; one that was lost may or may not have got that far."""
    lines = Counter(path.read_text().split()) if path.exists() else Counter()
    ends = [event for event in events if event.kind == "attempt.ended"]
    known = Counter(event.task for event in ends if event.body["state"] != "lost")
    lost = Counter(event.task for event in ends if event.body["state"] == "lost")
    wrong = {task: n for task, n in lines.items() if not known[task] <= n <= known[task] + lost[task]}
    assert wrong == {}, "how often these ran is not what the journal says"


def points(number: int, *, every: int = 1) -> list[Moment]:
    """Before and after each of so many appends, or a part of them."""
    return [Moment(number=n, when=when) for n in range(1, number + 1) for when in ("before", "after")][::every]
