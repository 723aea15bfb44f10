"""A disk that fails at any of its first calls: the run stops at once, nothing that was told is lost, and it can be resumed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.project import Project
from tests.figures import Figure
from tests.storage.injecting import Ended, hindrance, turbo
from turbo_core.app import App
from turbo_core.errors import RunUnknown
from turbo_core.journal.reader import read, verify
from turbo_core.model import Event

TASKS = 48
WORK = "name: work\ntasks:\n" + "".join(
    f"  t{number}: {{run: 'echo t{number} >> done', risk: read, needs: [{f't{number - 1}' if number else ''}]}}\n"
    for number in range(TASKS)
)

FIRST = 50
LONG = {
    ("fdatasync", "EIO"): range(1, FIRST + 1),
    ("fsync", "EIO"): range(1, 9),
    ("pwrite64", "EIO"): range(1, FIRST + 1),
    ("pwrite64", "ENOSPC"): range(1, FIRST + 1),
}
SHORT = {
    ("fdatasync", "EIO"): (4, 11, 13, 30),
    ("fsync", "EIO"): (4,),
    ("pwrite64", "EIO"): (2, 70),
    ("pwrite64", "ENOSPC"): (71,),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "when" in metafunc.fixturenames:
        wanted = LONG if metafunc.config.getoption("long") else SHORT
        cases = [(call, error, when) for (call, error), numbers in wanted.items() for when in numbers]
        metafunc.parametrize(("call", "error", "when"), cases)


@pytest.fixture
def failing(project: Project) -> Project:
    """A project, where calls can be made to fail."""
    if told := hindrance(project.aside):
        pytest.skip(f"no call can be made to fail here: {told}")
    project.write("turbo.yaml", WORK)
    return project


def latest(project: Project) -> Path | None:
    try:
        return App(project.folder).folder(None)
    except RunUnknown:
        return None


def told_events(ended: Ended) -> list[tuple[int, str]]:
    """The events that were shown: number and hash."""
    lines = (json.loads(line) for line in ended.out.splitlines())
    return [(line["seq"], line["hash"]) for line in lines]


def succeeded(events: list[Event]) -> Counter[str]:
    return Counter(event.task for event in events if event.kind == "task.ended" and event.body["state"] == "succeeded")


def test_a_call_that_fails_stops_the_run_and_loses_nothing(
    failing: Project, call: str, error: str, when: int, figure: Figure
) -> None:
    ended = turbo(failing, "run", "--json", call=call, error=error, when=when)
    assert "Traceback" not in ended.err
    assert ended.code in {0, 74}, ended.err
    fatal = ended.at_commit()
    if ended.code:
        assert ended.err.count("error: ") == 1
        figure(f"{call} {error}: ended with 74", 1)
    else:
        # What is no fact: the head, the index over all runs, and putting the log away into the file at the end.
        assert not fatal or read(failing.run) is None
        figure(f"{call} {error}: {'not needed, ended with 0' if ended.failed else 'not so many calls'}", 1)
    if fatal:
        assert ended.code == 74
    if fatal and error == "EIO":
        later = [one for one in ended.after_failure() if one.is_log and one.name == "pwrite64"]
        assert later == [], "it went on writing events after its disk had failed"
    folder = latest(failing)
    if folder is None:
        assert told_events(ended) == []
        assert failing.read("done") == ""
        return
    kept = list(read(folder))
    assert set(told_events(ended)) <= {(event.seq, event.hash) for event in kept}
    before, over = succeeded(kept), kept[-1].kind in {"run.ended", "documents.written"}
    if ended.code:
        resumed = failing.turbo("resume", "--quiet")
        assert resumed.code == (2 if over else 0), resumed.err  # all that was missing of a run that is over is its report
    assert verify(folder).problem == ""
    after = list(read(folder))
    assert after[: len(kept)] == kept
    assert succeeded(after) == Counter({f"t{number}": 1 for number in range(TASKS)})
    lost = Counter(event.task for event in after if event.kind == "attempt.ended" and event.body["state"] == "lost")
    done = Counter(failing.read("done").split())
    for task, times in done.items():
        assert times <= 1 + lost[task]
        assert task not in before or not lost[task] or times == 1 + lost[task]
