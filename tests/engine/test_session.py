"""What a session does around a run: it waits for the processes of the last runner, and gives up in the end."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from turbo_core.engine import session
from turbo_core.errors import RunHeld


@pytest.fixture
def held(tmp_path: Path) -> Iterator[int]:
    """The lock that processes of the last runner share."""
    descriptor = os.open(tmp_path / session.PROCESSES_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield descriptor
    os.close(descriptor)


def test_processes_that_stay_keep_the_run(tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PROCESSES_PATIENCE", 0.1)
    with pytest.raises(RunHeld, match="processes of the last runner are still there") as told, session._processes(tmp_path):
        raise AssertionError("the lock is held")
    assert told.value.exit_code == 75
    assert told.value.where == tmp_path.name


def test_processes_that_end_make_room(tmp_path: Path, held: int) -> None:
    timer = threading.Timer(0.1, fcntl.flock, (held, fcntl.LOCK_UN))
    timer.start()
    with session._processes(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    timer.join()


def test_a_run_outside_the_main_thread_leaves_signals_alone() -> None:
    def look() -> object:
        with session._signals(None, "me"):  # type: ignore[arg-type]  # it must not be touched
            return signal.getsignal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(look).result() is before
