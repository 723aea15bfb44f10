"""Real processes: how they end, what they print, and that none stays."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from turbo_plugin_shell.running import TAIL, Ended, NotStarted, run


def python(code: str, folder: Path, *, timeout: float = 60, memory: int = 4096) -> tuple[Ended, bytes]:
    shown: list[bytes] = []
    ended = run([sys.executable, "-c", code], folder, timeout=timeout, memory=memory, show=shown.append)
    return ended, b"".join(shown)


def test_what_is_printed_is_shown_and_its_end_is_kept(tmp_path: Path) -> None:
    ended, shown = python(f"import sys; sys.stdout.write('x' * {TAIL} + 'end'); sys.stderr.write('!')", tmp_path)
    assert ended.code == 0
    assert len(shown) == TAIL + 4
    assert ended.tail == shown[-TAIL:]


@pytest.mark.parametrize(
    ("code", "exit_code"), [("raise SystemExit(7)", 7), ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143)]
)
def test_the_exit_code_is_exact(code: str, exit_code: int, tmp_path: Path) -> None:
    assert python(code, tmp_path)[0].code == exit_code


def test_it_runs_in_its_folder_without_input(tmp_path: Path) -> None:
    _, shown = python("import os, sys; print(os.getcwd(), repr(sys.stdin.read()))", tmp_path)
    assert shown.decode().split() == [os.path.realpath(tmp_path), "''"]


def test_when_its_time_is_over_all_of_it_ends(tmp_path: Path) -> None:
    code = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"
    ended, shown = python(code, tmp_path, timeout=2)
    assert ended.timed_out
    child = int(shown)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError):
            os.kill(child, 0)
            time.sleep(0.05)
            continue
        break
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("its child goes on")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not hold a process to its address space")
def test_memory_is_limited(tmp_path: Path) -> None:
    ended, shown = python("x = bytearray(1 << 30)", tmp_path, memory=512)
    assert ended.code == 1
    assert b"MemoryError" in shown


def test_what_it_used_is_told(tmp_path: Path) -> None:
    ended, _ = python("x = bytearray(64 << 20); sum(range(10 ** 6))", tmp_path)
    assert ended.peak_mib > 64
    assert ended.cpu_seconds > 0


def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="there is no program no-such-program"):
        run(["no-such-program"], tmp_path, timeout=5, memory=512, show=len)
    with pytest.raises(NotStarted, match="No such file"):
        run(["ls"], tmp_path / "nowhere", timeout=5, memory=512, show=len)
