"""Whole runs with the real scheduler and runner, and faults of everything around them, by the thousand."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from tests.figures import Figure
from tests.programs import program
from tests.sim.disk import Disk
from tests.sim.trace import Trace
from tests.sim.trial import FAULTS, Trial
from turbo_core.testing.memory import Fault

SHORT, LONG, PARTS = 1_000, 10_000, 2
SHORT_ON_DISK, LONG_ON_DISK = 60, 1_000
ON_DISK: tuple[Fault, ...] = ("before", "before", "before", "after", "full", "fsync")

FIRED = {
    *(f"journal: {fault}" for fault in FAULTS),
    *(f"spawner: {how}" for how in ("exit code", "signal", "infra", "oom", "error", "timeout", "hang", "supervisor died")),
    *(f"spawner: secret in {where}" for where in ("a message", "an output")),
    *(f"spawner: probe said {answer}" for answer in ("happened", "absent", "unknown")),
    *(f"people: {what}" for what in ("cancel", "cancel_task", "answer", "parked", "another round", "undo")),
    *(f"deciders: {answer}" for answer in ("scores", "nothing", "retry", "skip", "ask", "undo", "stop")),
    "clock: jumped",
    "runner: killed while it waits",
}
"""Every class of faults. A simulation in which one of them never fires shows less than it says."""

TORN = {f"torn write: {how}" for how in ("nothing left", "whole", "a part left", "its end is zeros")}


def play(seed: int, folder: Path) -> Trace:
    folder.mkdir()
    try:
        return Trial(seed, folder).play()
    except BaseException as error:
        error.add_note(f"python -m tests.sim {seed} shows what happened")
        raise
    finally:
        rmtree(folder)


def play_on_disk(seed: int, folder: Path) -> Trace:
    """The same over the real journal, whose writes are torn."""
    folder.mkdir()
    torn: Counter[str] = Counter()
    disk = Disk(folder / "runs" / "simulated", Random(seed), torn)
    try:
        trace = Trial(seed, folder, disk, faults=ON_DISK).play()
    except BaseException as error:
        error.add_note(f"seed {seed}, on disk")
        raise
    finally:
        disk.close()
        rmtree(folder)
    trace.fired += torn
    return trace


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_fails_the_run_comes_to_its_end(part: int, long: bool, tmp_path: Path, figure: Figure) -> None:
    fired: Counter[str] = Counter()
    seeds = range(part, LONG if long else SHORT, PARTS)
    for seed in seeds:
        fired += play(seed, tmp_path / str(seed)).fired
    figure("seeds", len(seeds))
    for name, times in sorted(fired.items()):
        figure(name, times)
    assert set(fired) == FIRED


@pytest.mark.timeout(3600)
def test_a_torn_write_leaves_all_of_a_commit_or_nothing(long: bool, tmp_path: Path, figure: Figure) -> None:
    fired: Counter[str] = Counter()
    seeds = range(LONG_ON_DISK if long else SHORT_ON_DISK)
    for seed in seeds:
        fired += play_on_disk(seed, tmp_path / str(seed)).fired
    figure("seeds on disk", len(seeds))
    for name in sorted(TORN):
        figure(name, fired[name])
    assert set(fired) >= TORN


def test_the_same_seed_is_the_same_trace_and_another_seed_is_another(tmp_path: Path) -> None:
    first, again, other = play(4, tmp_path / "first"), play(4, tmp_path / "again"), play(5, tmp_path / "other")
    assert first.lines() == again.lines()
    assert first.lines() != other.lines()


def test_nothing_but_the_seed_makes_a_trace() -> None:
    """Neither the order of a set nor the name of a folder, which differ from process to process."""
    told = []
    for hashes in "12":
        env = {**os.environ, "PYTHONHASHSEED": hashes}
        told.append(subprocess.run(program("tests.sim", 7), env=env, capture_output=True, text=True, check=True).stdout)
    assert told[0] == told[1]
    assert "run.ended" in told[0]
