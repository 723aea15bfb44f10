"""A nursery that was started ahead of time is that of the first who takes it, and nobody's otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.engine.process.slot_kit import Bench
from turbo_core.engine.process.planting import Planted
from turbo_core.engine.process.slots import Slots


def test_slots_take_it(tmp_path: Path) -> None:
    planted = Planted()
    with Slots(1, planted=planted) as slots:
        bench = Bench(slots, tmp_path)
        assert bench.run(bench.shell("exit 3")).exit_code == 3
        assert planted.process.poll() is None
        planted.discard()  # too late: it is theirs
        assert bench.run(bench.shell("exit 4")).exit_code == 4
    assert planted.process.returncode == 0


def test_only_the_first_has_it(tmp_path: Path) -> None:
    planted = Planted()
    with Slots(1, planted=planted) as first, Slots(1, planted=planted) as second:
        for slots in (first, second):
            bench = Bench(slots, tmp_path / slots.name)
            assert bench.run(bench.shell("true")).state == "succeeded"


def test_what_nobody_takes_is_ended() -> None:
    planted = Planted()
    planted.discard()
    assert planted.process.returncode == -signal.SIGKILL
    assert planted.take() is None


def test_it_ends_with_whoever_started_it() -> None:
    program = (
        "import os; from turbo_core.engine.process.planting import Planted; print(Planted().process.pid, flush=True); os._exit(0)"
    )
    # Its standard error is inherited: there is no end to read there before it has ended.
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert told.stderr == ""
    assert int(told.stdout) > 0


def test_a_run_that_cannot_begin_leaves_none(tmp_path: Path) -> None:
    surroundings = {**os.environ, "TURBO_CACHE_FOLDER": str(tmp_path / "caches")}
    program = "import sys; from turbo_core.cli.main import main; sys.argv = ['turbo', *sys.argv[1:]]; main()"
    command = [sys.executable, "-W", "error", "-c", program, "--no-plugins", "run", "nowhere"]
    told = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=30, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("error: there is no workflow 'nowhere'")
