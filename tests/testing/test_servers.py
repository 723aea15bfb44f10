"""Real servers: ready when they are, and gone when the test is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from turbo_core.testing import Server, free_port, start_server

Start = Callable[..., Server]

SLEEPER = "import sys, time; print('ready', flush=True); time.sleep(1000)"
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "child = os.fork(); print('ready' if child else f'child {os.getpid()}', flush=True); time.sleep(1000)"
)
POLITE = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); "
    "print('ready', flush=True); time.sleep(1000)"
)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    """Whether a process ends within half a minute."""
    for _ in range(600):
        told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
        if not told or told.startswith("Z"):
            return True
        time.sleep(0.05)
    return False


def test_it_is_ready_when_its_port_is(turbo_server: Start, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "hello.txt").write_text("hello")
    server = turbo_server([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], port=port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/hello.txt", timeout=30) as answer:
        assert answer.read() == b"hello"
    assert server.exit_code is None
    server.stop()
    assert gone(server.pid)


def test_it_is_ready_when_it_says_so_or_a_function_does(turbo_server: Start, tmp_path: Path) -> None:
    assert "ready" in turbo_server(python(SLEEPER), line="^ready$").output
    assert turbo_server(python("open('x', 'w').close(); import time; time.sleep(1000)"), ready=(tmp_path / "x").exists).pid > 0


def test_it_gets_its_environment(turbo_server: Start) -> None:
    code = "import os, time; print(sorted(os.environ), flush=True); time.sleep(1000)"
    assert "ONLY" in turbo_server(python(code), env={"ONLY": "1", "LC_CTYPE": "C"}, line="ONLY").output


def test_a_server_that_ends_is_told_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"(?s)it ended with 3 before it was ready\n  \| no luck"):
        start_server(python("print('no luck'); raise SystemExit(3)"), folder=tmp_path, line="ready")


def test_a_server_that_is_not_ready_in_time_is_ended(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"it was not ready within 0.5 s"):
        start_server(
            python(f"import os; open('pid', 'w').write(str(os.getpid())); {SLEEPER}"), folder=tmp_path, line="x", limit=0.5
        )
    pid = (tmp_path / "pid").read_text() if (tmp_path / "pid").exists() else ""
    assert not pid or gone(int(pid))


def test_a_program_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="there is no program 'no-such-program'; install it"):
        start_server(["no-such-program", "-v"], folder=tmp_path)


def test_it_may_end_by_itself(turbo_server: Start) -> None:
    server = turbo_server(python(POLITE), line="ready")
    assert server.stop() == 7
    assert server.stop() == 7
    assert server.exit_code == 7


def test_a_stubborn_group_is_killed(turbo_server: Start) -> None:
    server = turbo_server(python(STUBBORN), line="(?s)ready.*child|child.*ready", grace=0.1)
    child = int(server.output.partition("child ")[2].split()[0])
    assert server.stop() == 128 + signal.SIGKILL
    assert gone(server.pid)
    assert gone(child)


def test_it_ends_when_the_test_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from turbo_core.testing import start_server; "
        f"server = start_server([sys.executable, '-c', {SLEEPER!r}], folder=Path({str(tmp_path)!r}), line='ready'); "
        "print(server.pid, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as test:
        assert test.stdout is not None
        pid = int(test.stdout.readline())
        os.kill(test.pid, signal.SIGKILL)
    assert gone(pid)
