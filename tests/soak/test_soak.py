"""Run after run, for as long as one likes, some of them killed again and again: nothing grows, and nothing is left behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.project import COMMAND, environment
from tests.figures import Figure
from tests.plugins.shelf import Shelf
from tests.processes.kit import living
from tests.programs import program
from tests.soak.mixed import KEPT, make
from turbo_core.app import App
from turbo_core.engine.process.containment import below, table
from turbo_core.journal.reader import verify
from turbo_core.journal.runs import folders, runs

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc"),
    pytest.mark.timeout(3 * 3600),
]

GROWTH = 4 << 20
CODES = {"mixed": {0}, "printing": {0}, "failing": {1}, "steady": {0}}


class Soaked:
    """A project with mixed workflows, an environment to find its processes by, and a folder for temporary files of its own."""

    def __init__(self, folder: Path) -> None:
        self.project, self.scratch, site = (folder / name for name in ("project", "scratch", "site"))
        for path in (self.project, self.scratch, site):
            path.mkdir()
        shelf = Shelf(folder=site, caches=folder / "caches")
        make(self.project, shelf)
        self.mark = f"turbo-soak-{uuid4().hex}"
        path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        own = {"PYTHONPATH": path, "TURBO_CACHE_FOLDER": str(shelf.caches), "TMPDIR": str(self.scratch)}
        self.environment = environment(SOAK_MARK=self.mark, SOAK_SECRET=f"secret-{uuid4().hex}", **own)

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=self.project, env=self.environment, stdin=subprocess.DEVNULL, **options)

    def holds_nothing(self) -> None:
        """No process, no temporary file, no control group, and no run but those that are kept."""
        until = time.monotonic() + 30
        while living(self.mark) and time.monotonic() < until:
            time.sleep(0.05)
        assert living(self.mark) == []
        assert list(self.scratch.iterdir()) == []
        left = folders(self.project)
        assert len(left) <= KEPT
        assert {verify(folder).problem for folder in left} == {""}
        assert not [path for path in (self.project / ".turbo" / "runs").iterdir() if path.name.startswith(".")]


@pytest.fixture
def soaked(tmp_path: Path) -> Iterator[Soaked]:
    made = Soaked(tmp_path)
    yield made
    for pid in living(made.mark):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_process_in_which_runs_go_on_stays_as_it_is(soaked: Soaked, seconds: float, figure: Figure) -> None:
    with soaked.start(program("tests.soak.host", soaked.project, seconds), stdout=subprocess.PIPE) as host:
        assert host.stdout is not None
        told = [json.loads(line) for line in host.stdout]
    assert host.returncode == 0
    assert not [one for one in told if one["code"] not in CODES[one["name"]]]
    settled = told[4:]  # each workflow has run once
    early, late = settled[: len(settled) // 3 + 1], settled[-(len(settled) // 3 + 1) :]
    for what in ("descriptors", "threads", "runs"):
        assert max(one[what] for one in late) <= max(one[what] for one in early), what
    assert max(one["runs"] for one in settled) <= KEPT
    assert max(one["files"] for one in late) <= 1.2 * max(one["files"] for one in early)
    growth = max(one["memory"] for one in late) - max(one["memory"] for one in early)
    assert growth < GROWTH
    soaked.holds_nothing()
    figure("runs in one process", len(told))
    figure("its descriptors and threads, at last", f"{told[-1]['descriptors']} and {told[-1]['threads']}")
    figure("its growth", f"{growth / (1 << 20):.1f} MiB")


class Murderer:
    """Kills one process of a command line at a random moment: the runner, the nursery, a supervisor or somebody in a task."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.kills: Counter[str] = Counter()

    def strike(self, runner: subprocess.Popen[bytes]) -> None:
        who = self.dice.choice(["runner", "nursery", "supervisor", "task"])
        while runner.poll() is None and not _victims(runner.pid)[who]:
            time.sleep(0.01)
        time.sleep(self.dice.uniform(0, 0.4))
        victims = _victims(runner.pid)[who]
        if runner.poll() is None and victims:
            with suppress(ProcessLookupError):
                os.kill(self.dice.choice(victims), signal.SIGKILL)
                self.kills[who] += 1


def _victims(runner: int) -> dict[str, list[int]]:
    found = below(runner, table())
    nursery = [one.pid for one in found if one.parent == runner]
    supervisors = [one.pid for one in found if one.parent in nursery]
    tasks = [one.pid for one in found if one.pid not in (*nursery, *supervisors)]
    return {"runner": [runner], "nursery": nursery, "supervisor": supervisors, "task": tasks}


def test_runs_that_are_killed_again_and_again_end_and_leave_nothing(soaked: Soaked, seconds: float, figure: Figure) -> None:
    murderer, ended = Murderer(seed=7), Counter[str]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _strike_until_it_ends(soaked, murderer, ended)
    assert ended.total() >= 1
    # A runner that was killed in its last moment could not tidy up after itself.
    with soaked.start([COMMAND, "clean"], stdout=subprocess.DEVNULL) as clean:
        assert clean.wait(120) == 0
    soaked.holds_nothing()
    figure("runs that were killed and ended", ended.total())
    for who, count in sorted(murderer.kills.items()):
        figure(f"kills: {who}", count)


def _strike_until_it_ends(soaked: Soaked, murderer: Murderer, ended: Counter[str]) -> None:
    before = set(folders(soaked.project))
    arguments = ["run", "steady", "--quiet"]
    for attempt in range(4):
        with soaked.start([COMMAND, *arguments], stderr=subprocess.PIPE) as runner:
            if attempt < 3:
                murderer.strike(runner)
            _out, told = runner.communicate(timeout=120)
        made = [run.folder for run in runs(soaked.project) if run.folder not in before]
        if not made:  # it was killed before there was a run
            continue
        state = App(soaked.project).fold(made[-1])
        if state.outcome:
            ended[state.outcome] += 1
            return
        arguments = ["resume", made[-1].name, "--quiet"]
    raise AssertionError(f"{arguments} ended with {runner.returncode}, and the run did not: {told.decode()}")
