"""What one command costs is measured as it is, and no command outlives the one who measures it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.running import Launch, RunError, run
from tests.acceptance.project import alive, until
from tests.programs import script


def test_a_sample_tells_time_of_processor_and_memory_of_what_ran(tmp_path: Path) -> None:
    # In a process of its own: until a command is loaded it counts as large as who starts it.
    code = f"""
from pathlib import Path
from benchmarks.running import Launch, run
for code in ("pass", "kept = bytearray(128 << 20); sum(range(3_000_000))"):
    sample = run(Launch(argv=({sys.executable!r}, "-c", code)), Path({str(tmp_path)!r}))
    print(sample.memory, sample.cpu)
"""
    told = subprocess.run(script(code), capture_output=True, text=True, check=True, timeout=60).stdout
    (idle, quick), (busy, slow) = (map(float, line.split()) for line in told.splitlines())
    assert busy > 128 > idle
    assert slow > quick


def test_a_terminal_is_one(tmp_path: Path) -> None:
    code = "import os; print([os.isatty(number) for number in range(3)])"
    for terminal in (False, True):
        run(Launch(argv=(sys.executable, "-c", code), terminal=terminal), tmp_path)
        assert (tmp_path / "printed").read_text().strip() == str([terminal] * 3)


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="sh ended with 3: that was it"):
        run(Launch(argv=("/bin/sh", "-c", "echo that was it; exit 3")), tmp_path)


def test_the_environment_is_that_of_the_machine_without_what_would_change_a_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURBO_JOBS", "7")
    monkeypatch.setenv("OTHER", "here")
    run(Launch(argv=("/bin/sh", "-c", 'echo "$TURBO_JOBS $OTHER $ADDED"'), env={"ADDED": "too"}), tmp_path)
    assert (tmp_path / "printed").read_text() == " here too\n"


@pytest.mark.parametrize("moment", ["sleep 0.3", ":"], ids=["while it runs", "while it starts"])
def test_who_is_interrupted_ends_the_command(tmp_path: Path, moment: str) -> None:
    code = f"""
from pathlib import Path
from benchmarks.running import Launch, run
run(Launch(argv=("/bin/sh", "-c", "echo $$ > pid; {moment}; kill -INT $PPID; exec sleep 100")), Path({str(tmp_path)!r}))
"""
    measuring = subprocess.run(script(code), stderr=subprocess.PIPE, check=False, timeout=60)
    assert b"KeyboardInterrupt" in measuring.stderr
    until(lambda: not alive([int((tmp_path / "pid").read_text())]))
