"""The runner is killed with SIGKILL at random moments and resumed each time: what finished never runs again, nothing is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from turbo_core.app import App
from turbo_core.journal.reader import read, verify

RUN = """
import sys
from pathlib import Path
from turbo_core.app import App, Options
from turbo_core.errors import RunUnknown
app = App(Path(sys.argv[1]), flags={"jobs": 2, "report": False})
try:
    folder = app.folder(None)
except RunUnknown:
    workflow, _path = app.workflow()
    code = app.run(workflow, {}).code
else:
    code = app.fold(folder).exit_code if app.fold(folder).outcome else app.resume(folder).code
raise SystemExit(code)
"""


def workflow_of(tasks: int, pause: str = "0") -> str:
    """Layers of five; each task appends one line to one file, atomically, and hands on a number."""
    lines = ["name: many", "phases:", "  work:"]
    for number in range(tasks):
        needs = f"t{number - 5}" if number >= 5 else ""
        lines += [
            f"    t{number}:",
            f"      needs: [{needs}]",
            "      run: |",
            f"        sleep {pause}; echo {number} >> done.txt",
            f'        echo "value={number}" >> "$TURBO_OUTPUT"',
            "      outputs: {value: integer}",
            "      on_lost: rerun",
        ]
    return "\n".join(lines) + "\n"


def start(project: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(project)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run_and_kill(project: Path, kills: int, seed: int) -> int:
    """Start or resume the run again and again, killing it at a random moment; gives how often it was killed."""
    dice = random.Random(seed)
    done = 0
    while done < kills:
        process = start(project)
        until = time.monotonic() + 60
        while not has_taken(project, process) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.25))
        if process.poll() is None:
            done += 1
            os.kill(process.pid, signal.SIGKILL)
        _out, errors = process.communicate(timeout=60)
        if process.returncode >= 0:
            assert process.returncode == 0, errors.decode()
            break
    else:
        process = start(project)
        _out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    return done


def has_taken(project: Path, process: subprocess.Popen[bytes]) -> bool:
    """Whether this runner has taken the run."""
    locks = (project / ".turbo" / "runs").glob("[!.]*/run.lock")
    return process.poll() is not None or any(f'"pid":{process.pid},' in lock.read_text() for lock in locks)


def check(project: Path, tasks: int) -> None:
    app = App(project)
    folder = app.folder(None)
    assert verify(folder).problem == ""
    events = list(read(folder))
    ends = Counter((event.task, event.attempt) for event in events if event.kind == "attempt.ended")
    assert max(ends.values()) == 1
    succeeded: set[str] = set()
    for event in events:
        if event.kind == "task.ended" and event.body["state"] == "succeeded":
            assert event.task not in succeeded
            succeeded.add(event.task)
        if event.kind == "attempt.started":
            assert event.task not in succeeded, f"{event.task} ran again after it had succeeded"
    assert len(succeeded) == tasks
    lines = Counter(int(line) for line in (project / "done.txt").read_text().split())
    lost = Counter(event.task for event in events if event.kind == "attempt.ended" and event.body["state"] == "lost")
    for number in range(tasks):
        # One line for each attempt whose end is known; a lost attempt may or may not have got that far.
        assert 1 <= lines[number] <= 1 + lost[f"t{number}"]
    run = app.view(folder)
    assert run.outcome == "succeeded"
    assert [task.outputs["value"] for task in run.phases[0].tasks] == list(range(tasks))


def test_a_run_that_is_killed_a_few_times_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    (tmp_path / "turbo.yaml").write_text(workflow_of(60))
    assert run_and_kill(tmp_path, kills=4, seed=1) >= 1
    check(tmp_path, 60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_three_hundred_tasks_survive_fifty_kills(tmp_path: Path) -> None:
    (tmp_path / "turbo.yaml").write_text(workflow_of(300, pause="0.05"))
    kills = run_and_kill(tmp_path, kills=50, seed=7)
    assert kills >= 20
    check(tmp_path, 300)
